import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePace } from './pace.ts';
import {
  type Budget,
  drainUntil,
  emptyBucket,
  fullBucket,
  NUMBER_BUDGET,
  PAIR_BUDGET,
  takeToken,
  toWait,
} from './pacing.ts';

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
function sendEagerly(rule: Budget, waits: readonly number[], start = fullBucket(rule, 0)): number[] {
  const sent: number[] = [];
  let bucket = start;
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

  test('started empty, lets nothing through that a full one before it could have used up', () => {
    fc.assert(
      fc.property(budget, pauses, (rule, waits) => {
        const sent = sendEagerly(rule, waits, emptyBucket(0));
        sent.forEach((at, n) => {
          expect(n + 1).toBeLessThanOrEqual(at / rule.refillMs + 1e-6);
        });
      }),
    );
  });

  test('asks for no more patience than needed: a millisecond earlier there is no token', () => {
    fc.assert(
      fc.property(budget, fc.nat({ max: 60 }), (rule, taken) => {
        let bucket = fullBucket(rule, 0);
        for (let n = 0; n < Math.min(taken, rule.burst); n++) bucket = takeToken(bucket, rule, 0);
        const wait = toWait(bucket, rule, 0);
        expect(wait <= 1 || toWait(bucket, rule, wait - 1) > 0).toBe(true);
        expect(wait).toBeLessThanOrEqual(Math.ceil(rule.refillMs));
      }),
    );
  });

  test('drained until a time, has nothing before it and one token then', () => {
    fc.assert(
      fc.property(
        budget,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        (rule, untilMs, nowMs) => {
          const bucket = drainUntil(fullBucket(rule, 0), rule, untilMs);
          const wait = toWait(bucket, rule, nowMs);
          expect(nowMs >= untilMs - 1 || wait > 0).toBe(true);
          expect(toWait(bucket, rule, Math.max(nowMs, untilMs, Math.ceil(rule.refillMs)) + 1)).toBe(0);
        },
      ),
    );
  });

  test('a clock that steps back gives no tokens', () => {
    const rule = { burst: 2, refillMs: 1_000 };
    const bucket = takeToken(takeToken(fullBucket(rule, 10_000), rule, 10_000), rule, 10_000);
    expect(toWait(bucket, rule, 4_000)).toBe(7_000);
    expect(toWait(takeToken(bucket, rule, 4_000), rule, 10_500)).toBe(500);
  });

  test("the budgets are Meta's: 80 a second for a number, 45 at once and one in 6 s for a pair", () => {
    expect([NUMBER_BUDGET, PAIR_BUDGET]).toEqual([
      { burst: 80, refillMs: 12.5 },
      { burst: 45, refillMs: 6_000 },
    ]);
    const sent = sendEagerly(
      PAIR_BUDGET,
      Array.from({ length: 50 }, () => 0),
    );
    expect(sent.slice(43)).toEqual([0, 0, 6_000, 12_000, 18_000, 24_000, 30_000]);
  });
});

describe('the pace of a number', () => {
  test('holds for the number and for every pair at once', () => {
    const lane = fc.constantFrom('a', 'b', 'c');
    const rule = { burst: 20, refillMs: 500 };
    fc.assert(
      fc.property(fc.array(fc.tuple(lane, fc.integer({ min: 0, max: 3_000 })), { maxLength: 200 }), (asks) => {
        const pace = makePace({ bucket: emptyBucket(0), budget: rule });
        const sent: { lane: string; at: number }[] = [];
        let nowMs = 0;
        for (const [who, pause] of asks) {
          nowMs += pause;
          nowMs += pace.wait(who, nowMs);
          pace.take(who, nowMs);
          sent.push({ lane: who, at: nowMs });
        }
        expect(
          toExcess(
            sent.map((one) => one.at),
            rule,
          ),
        ).toBeLessThanOrEqual(1e-6);
        for (const who of ['a', 'b', 'c']) {
          const times = sent.filter((one) => one.lane === who).map((one) => one.at);
          expect(toExcess(times, PAIR_BUDGET)).toBeLessThanOrEqual(1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('what went out before a restart counts', () => {
    const pace = makePace({ bucket: fullBucket(NUMBER_BUDGET, 0), budget: NUMBER_BUDGET });
    for (let n = 0; n < 45; n++) pace.recall('a', 0);
    expect([pace.wait('a', 1_000), pace.wait('b', 1_000)]).toEqual([5_000, 0]);
  });

  test('remembers people in talk and forgets the others', () => {
    const pace = makePace({ bucket: fullBucket(NUMBER_BUDGET, 0), budget: { burst: 1e6, refillMs: 1 } });
    for (let n = 0; n < 45; n++) pace.take('talker', 0);
    for (let n = 0; n < 12_000; n++) pace.take(`p${n}`, 1);
    expect(pace.wait('talker', 1)).toBeGreaterThan(5_000);
    pace.take('later', 45 * 6_000 + 10);
    expect(pace.wait('talker', 45 * 6_000 + 10)).toBe(0);
  });
});
