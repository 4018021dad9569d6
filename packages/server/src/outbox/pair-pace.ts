import {
  type Bucket,
  type Budget,
  bucketWith,
  drainUntil,
  fillUntil,
  PAIR_BUDGET,
  takeToken,
  toWait,
} from './pacing.ts';

/** The budgets of the people one number writes to. Times are in ms that never jump. */
export interface PairPace {
  /** Ms until a message to this lane may go. */
  wait(lane: string, nowMs: number): number;
  /** One is on its way from now on: it leaves at some moment until `land`. */
  take(lane: string, nowMs: number): void;
  land(lane: string): void;
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

interface Pair {
  readonly bucket: Bucket;
  /** Taken, and perhaps not left yet. */
  readonly away: number;
  /** Of these, those that came to an end since the bucket was last filled. */
  readonly landed: number;
}

/**
 * A token comes back 6 s after its message left, and that may be long after it was taken: so a bucket is full without the
 * tokens of those that are away. Else a full one would give out what it never got back.
 */
const toBudget = ({ away }: Pair): Budget => ({ ...PAIR_BUDGET, burst: PAIR_BUDGET.burst - away });

/** As it was until now; those that have landed may come back from now on. */
function fill(pair: Pair, nowMs: number): Pair {
  if (pair.landed === 0) return pair;
  return { bucket: fillUntil(pair.bucket, toBudget(pair), nowMs), away: pair.away - pair.landed, landed: 0 };
}

const atRest = (bucket: Bucket): Pair => ({ bucket, away: 0, landed: 0 });

/** `startedAt`: when this process took over; what went out before is known only as far as it was recalled. */
export function makePairPace(startedAt: number): PairPace {
  const pairs = new Map<string, Pair>();
  let checkAt = MAX_PAIRS;

  const unknown = atRest(bucketWith(PAIR_BUDGET.burst - UNRECALLED, startedAt));
  const pairOf = (lane: string): Pair => pairs.get(lane) ?? unknown;

  // A pair that has filled up again says nothing: forget it, so that memory follows the people in talk, not all people.
  function forgetFull(nowMs: number): void {
    if (pairs.size < checkAt) return;
    for (const [lane, { bucket, away, landed }] of pairs)
      if (away === landed && bucket.at + PAIR_MEMORY_MS < nowMs) pairs.delete(lane);
    checkAt = Math.max(MAX_PAIRS, pairs.size * 2);
  }

  function filled(lane: string, nowMs: number): Pair {
    const known = pairOf(lane);
    const pair = fill(known, nowMs);
    if (pair !== known) pairs.set(lane, pair);
    return pair;
  }

  return {
    wait(lane, nowMs) {
      const pair = filled(lane, nowMs);
      return toWait(pair.bucket, toBudget(pair), nowMs);
    },
    take(lane, nowMs) {
      forgetFull(nowMs);
      const pair = filled(lane, nowMs);
      pairs.set(lane, { ...pair, bucket: takeToken(pair.bucket, toBudget(pair), nowMs), away: pair.away + 1 });
    },
    land(lane) {
      const pair = pairs.get(lane);
      if (pair && pair.landed < pair.away) pairs.set(lane, { ...pair, landed: pair.landed + 1 });
    },
    slow(lane, untilMs) {
      const pair = pairOf(lane);
      pairs.set(lane, { ...pair, bucket: drainUntil(pair.bucket, PAIR_BUDGET, untilMs) });
    },
    recall(lane, count, atMs) {
      // As if all had gone at the last one's time: never too many.
      pairs.set(lane, atRest(bucketWith(Math.max(0, PAIR_BUDGET.burst - count), atMs)));
    },
  };
}
