import {
  type Bucket,
  type Budget,
  drainUntil,
  emptyBucket,
  fullBucket,
  PAIR_BUDGET,
  takeToken,
  toWait,
} from './pacing.ts';

/** The budgets of one number: its own, and one for each person written to. */
export interface Pace {
  /** Ms until a message to this lane may go. */
  wait(lane: string, nowMs: number): number;
  take(lane: string, nowMs: number): void;
  slowNumber(untilMs: number): void;
  slowPair(lane: string, untilMs: number): void;
  /** A message that went to this lane before we started. */
  recall(lane: string, atMs: number): void;
}

/** People in memory beyond which those whose bucket has filled up again are forgotten. */
const MAX_PAIRS = 10_000;

export function makePace(number: { readonly bucket: Bucket; readonly budget: Budget }): Pace {
  const pairs = new Map<string, Bucket>();
  const { budget } = number;
  let { bucket } = number;
  let checkAt = MAX_PAIRS;

  const pairOf = (lane: string, nowMs: number): Bucket => pairs.get(lane) ?? fullBucket(PAIR_BUDGET, nowMs);

  // A pair that has filled up again says nothing: forget it, so that memory follows the people in talk, not all people.
  function forgetFull(nowMs: number): void {
    if (pairs.size < checkAt) return;
    for (const [lane, pair] of pairs)
      if (pair.at + PAIR_BUDGET.burst * PAIR_BUDGET.refillMs < nowMs) pairs.delete(lane);
    checkAt = Math.max(MAX_PAIRS, pairs.size * 2);
  }

  return {
    wait(lane, nowMs) {
      const pair = pairs.get(lane);
      return Math.max(toWait(bucket, budget, nowMs), pair ? toWait(pair, PAIR_BUDGET, nowMs) : 0);
    },
    take(lane, nowMs) {
      forgetFull(nowMs);
      bucket = takeToken(bucket, budget, nowMs);
      pairs.set(lane, takeToken(pairOf(lane, nowMs), PAIR_BUDGET, nowMs));
    },
    slowNumber(untilMs) {
      bucket = drainUntil(bucket, budget, untilMs);
    },
    slowPair(lane, untilMs) {
      pairs.set(lane, drainUntil(pairs.get(lane) ?? emptyBucket(0), PAIR_BUDGET, untilMs));
    },
    recall(lane, atMs) {
      pairs.set(lane, takeToken(pairOf(lane, atMs), PAIR_BUDGET, atMs));
    },
  };
}
