import { type Bucket, bucketWith, drainUntil, PAIR_BUDGET, takeToken, toWait } from './pacing.ts';

/** The budgets of the people one number writes to. Times are in ms that never jump. */
export interface PairPace {
  /** Ms until a message to this lane may go. */
  wait(lane: string, nowMs: number): number;
  take(lane: string, nowMs: number): void;
  /** The provider refused one for its rate. */
  slow(lane: string, untilMs: number): void;
  /** This many went to this lane before we started, the last of them at `atMs`. */
  recall(lane: string, count: number, atMs: number): void;
}

/** People in memory beyond which those whose bucket has filled up again are forgotten. */
const MAX_PAIRS = 10_000;
/** A bucket is full again after this long, whatever went out before. */
export const PAIR_MEMORY_MS = PAIR_BUDGET.burst * PAIR_BUDGET.refillMs;
/**
 * Who got no more than this many in that time before we started is not recalled one by one (at 1,000 a second it would be
 * 270,000 people); all begin with so many fewer tokens instead.
 */
export const UNRECALLED = 5;

/** `startedAt`: when this process took over; what went out before is known only as far as it was recalled. */
export function makePairPace(startedAt: number): PairPace {
  const pairs = new Map<string, Bucket>();
  let checkAt = MAX_PAIRS;

  const unknown = bucketWith(PAIR_BUDGET.burst - UNRECALLED, startedAt);
  const bucketOf = (lane: string): Bucket => pairs.get(lane) ?? unknown;

  // A pair that has filled up again says nothing: forget it, so that memory follows the people in talk, not all people.
  function forgetFull(nowMs: number): void {
    if (pairs.size < checkAt) return;
    for (const [lane, pair] of pairs) if (pair.at + PAIR_MEMORY_MS < nowMs) pairs.delete(lane);
    checkAt = Math.max(MAX_PAIRS, pairs.size * 2);
  }

  return {
    wait: (lane, nowMs) => toWait(bucketOf(lane), PAIR_BUDGET, nowMs),
    take(lane, nowMs) {
      forgetFull(nowMs);
      pairs.set(lane, takeToken(bucketOf(lane), PAIR_BUDGET, nowMs));
    },
    slow(lane, untilMs) {
      pairs.set(lane, drainUntil(bucketOf(lane), PAIR_BUDGET, untilMs));
    },
    recall(lane, count, atMs) {
      // As if all had gone at the last one's time: never too many.
      pairs.set(lane, bucketWith(Math.max(0, PAIR_BUDGET.burst - count), atMs));
    },
  };
}
