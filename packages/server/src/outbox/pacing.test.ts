import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Budget, bucketWith, drainUntil, PAIR_BUDGET, takeToken, toWait } from './pacing.ts';
import { makePairPace, PAIR_MEMORY_MS, type PairPace, UNRECALLED } from './pair-pace.ts';
import { makeRetryBudget } from './retry-budget.ts';

const budget = fc.record({
  burst: fc.integer({ min: 1, max: 50 }),
  refillMs: fc.double({ min: 0.5, max: 7_000, noNaN: true }),
});
/** How long an eager sender is away before it asks again. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })), {
  minLength: 1,
  maxLength: 120,
});

/** Sends as soon as it may, after each pause; the times of all sends. */
function sendEagerly(rule: Budget, waits: readonly number[]): number[] {
  const sent: number[] = [];
  let bucket = bucketWith(rule.burst, 0);
  let nowMs = 0;
  for (const pause of waits) {
    nowMs += pause;
    nowMs += toWait(bucket, rule, nowMs);
    expect(toWait(bucket, rule, nowMs)).toBe(0);
    bucket = takeToken(bucket, rule, nowMs);
    sent.push(nowMs);
  }
  return sent;
}

/**
 * The most by which any window of any length holds more than burst + window / refill. It is enough to look at windows
 * from one send to another.
 */
function toExcess(sent: readonly number[], rule: Budget): number {
  const excess = sent.flatMap((first, from) =>
    sent.slice(from).map((last, more) => more + 1 - rule.burst - (last - first) / rule.refillMs),
  );
  return Math.max(-Infinity, ...excess);
}

describe('a token bucket', () => {
  test('lets in no window of any length more through than burst + window / refill (I6)', () => {
    fc.assert(
      fc.property(budget, pauses, (rule, waits) => {
        expect(toExcess(sendEagerly(rule, waits), rule)).toBeLessThanOrEqual(1e-6);
      }),
    );
  });

  test('asks for no more patience than needed: a millisecond earlier there is no token', () => {
    fc.assert(
      fc.property(budget, fc.nat({ max: 60 }), (rule, taken) => {
        let bucket = bucketWith(rule.burst, 0);
        for (let n = 0; n < Math.min(taken, rule.burst); n++) bucket = takeToken(bucket, rule, 0);
        const wait = toWait(bucket, rule, 0);
        expect(wait <= 1 || toWait(bucket, rule, wait - 1) > 0).toBe(true);
        expect(wait).toBeLessThanOrEqual(Math.ceil(rule.refillMs));
      }),
    );
  });

  test('drained until a time, has nothing before it and one token then', () => {
    const moment = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(budget, fc.integer({ min: 1, max: 100_000 }), moment, (rule, untilMs, nowMs) => {
        const bucket = drainUntil(bucketWith(rule.burst, 0), rule, untilMs);
        const wait = toWait(bucket, rule, nowMs);
        expect(nowMs >= untilMs - 1 || wait > 0).toBe(true);
        expect(toWait(bucket, rule, Math.max(nowMs, untilMs, Math.ceil(rule.refillMs)) + 1)).toBe(0);
      }),
    );
  });

  test("the pair's budget is Meta's: 45 at once and one in 6 s", () => {
    const sent = sendEagerly(
      PAIR_BUDGET,
      Array.from({ length: 50 }, () => 0),
    );
    expect(sent.slice(43)).toEqual([0, 0, 6_000, 12_000, 18_000, 24_000, 30_000]);
  });
});

describe('the pace of pairs', () => {
  const settled = PAIR_MEMORY_MS;

  /** Taken, and gone at once. */
  function send(pairs: PairPace, lane: string, nowMs: number): void {
    pairs.take(lane, nowMs);
    pairs.land(lane);
  }

  test('each pair has its own budget', () => {
    const pairs = makePairPace(-settled);
    for (let n = 0; n < 45; n++) send(pairs, 'a', 0);
    expect([pairs.wait('a', 1_000), pairs.wait('b', 1_000)]).toEqual([5_000, 0]);
  });

  test('what went out before a restart counts, and who was not recalled may have got a few', () => {
    const pairs = makePairPace(0);
    pairs.recall('heavy', 45, -1_000);
    expect([pairs.wait('heavy', 0), pairs.wait('heavy', 5_000)]).toEqual([5_000, 0]);
    pairs.recall('over', 60, 0);
    expect(pairs.wait('over', 0)).toBe(6_000);
    for (let n = 0; n < 45 - UNRECALLED; n++) {
      expect(pairs.wait('light', 0)).toBe(0);
      send(pairs, 'light', 0);
    }
    expect(pairs.wait('light', 0)).toBe(6_000);
  });

  test('who leaves long after its token was taken gives it back no sooner than 6 s after that', () => {
    const pairs = makePairPace(-settled);
    pairs.take('a', 0);
    pairs.take('a', 0);
    expect(pairs.wait('a', 60_000)).toBe(0);
    pairs.land('a');
    pairs.land('a');
    // These two left just now: with 43 more it is a burst of 45.
    for (let n = 0; n < 43; n++) {
      expect(pairs.wait('a', 60_000)).toBe(0);
      send(pairs, 'a', 60_000);
    }
    expect(pairs.wait('a', 60_000)).toBe(6_000);
  });

  test('who is on its way still counts while others are forgotten', () => {
    const pairs = makePairPace(-settled);
    pairs.take('a', 0);
    for (let n = 0; n < 12_000; n++) send(pairs, `p${n}`, settled + 10);
    pairs.land('a');
    for (let n = 0; n < 44; n++) send(pairs, 'a', settled + 10);
    expect(pairs.wait('a', settled + 10)).toBe(6_000);
  });

  test('remembers people in talk and forgets the others', () => {
    const pairs = makePairPace(-settled);
    for (let n = 0; n < 45; n++) send(pairs, 'talker', 0);
    for (let n = 0; n < 12_000; n++) send(pairs, `p${n}`, 1);
    expect(pairs.wait('talker', 1)).toBeGreaterThan(5_000);
    send(pairs, 'later', settled + 10);
    expect(pairs.wait('talker', settled + 10)).toBe(0);
  });
});

describe('the retry budget', () => {
  test('allows 30 at once, one in 2 s, and one more for ten first sends', () => {
    const retries = makeRetryBudget();
    const spend = (nowMs: number): number => {
      let count = 0;
      for (; retries.wait(nowMs) === 0; count++) retries.take(nowMs);
      return count;
    };
    expect([spend(0), spend(0), spend(2_000)]).toEqual([30, 0, 1]);
    for (let n = 0; n < 20; n++) retries.earn();
    expect(spend(2_000)).toBe(2);
    for (let n = 0; n < 9_999; n++) retries.earn();
    expect(spend(2_000)).toBe(30);
  });
});
