import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeToken } from './bucket.ts';
import { makePairRate } from './pair-rate.ts';
import { makeThroughput } from './throughput.ts';
import { isWindowOpen, windowMs } from './window.ts';

const count = (times: number, take: () => boolean): number =>
  Array.from({ length: times }, take).filter(Boolean).length;

describe('pair rate', () => {
  test('lets 45 through at once and one more every 6 s', () => {
    const pair = makePairRate();
    expect(count(60, () => pair.take('n', 'ana', 0))).toBe(45);
    expect(pair.take('n', 'ana', 5_999)).toBe(false);
    expect(pair.take('n', 'ana', 6_000)).toBe(true);
    expect(pair.take('n', 'ana', 6_000)).toBe(false);
  });

  test('is full again after as long as the burst would have taken', () => {
    const pair = makePairRate();
    count(45, () => pair.take('n', 'ana', 0));
    expect(count(60, () => pair.take('n', 'ana', 45 * 6_000))).toBe(45);
  });

  test('counts each person and each number alone', () => {
    const pair = makePairRate();
    count(45, () => pair.take('n', 'ana', 0));
    expect([pair.take('n', 'ben', 0), pair.take('m', 'ana', 0)]).toEqual([true, true]);
  });
});

describe('throughput', () => {
  test('takes n in a second and not one more, wherever the second begins', () => {
    const throughput = makeThroughput(() => 80);
    expect(count(100, () => throughput.take('n', 0))).toBe(80);
    expect(count(100, () => throughput.take('n', 999))).toBe(0);
    expect(count(100, () => throughput.take('n', 1_000))).toBe(80);
  });

  test('leaves no room for twice as many after a rest', () => {
    const throughput = makeThroughput(() => 80);
    expect(count(100, () => throughput.take('n', 5_000))).toBe(80);
    expect(count(100, () => throughput.take('n', 5_500))).toBe(0);
    expect(count(100, () => throughput.take('n', 6_000))).toBe(80);
  });

  test('holds in every window, whenever it is asked', () => {
    const asked = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 9 }), (pauses, limit) => {
        const throughput = makeThroughput(() => limit);
        const taken: number[] = [];
        let now = 0;
        for (const pause of pauses) if (throughput.take('n', (now += pause))) taken.push(now);
        for (const from of taken) {
          expect(taken.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('counts customers and business together, and never refuses a customer', () => {
    const throughput = makeThroughput(() => 80);
    for (let each = 0; each < 50; each++) throughput.count('n', 0);
    expect(count(60, () => throughput.take('n', 10))).toBe(30);
    for (let each = 0; each < 50; each++) throughput.count('n', 20);
    expect(throughput.take('n', 999)).toBe(false);
    // The 50 customers of the beginning are over; 30 sends and 50 customers still count.
    expect(throughput.take('n', 1_000)).toBe(false);
    expect(count(60, () => throughput.take('n', 1_010))).toBe(30);
  });

  test('is free again after the clock was set back', () => {
    const throughput = makeThroughput(() => 2);
    expect(count(3, () => throughput.take('n', 3_600_000))).toBe(2);
    expect(count(3, () => throughput.take('n', 0))).toBe(2);
  });

  test('goes by the limit as it is now', () => {
    let limit = 5;
    const throughput = makeThroughput(() => limit);
    expect(count(10, () => throughput.take('n', 0))).toBe(5);
    limit = 8;
    expect(count(10, () => throughput.take('n', 1))).toBe(3);
  });
});

test.each([
  ['a person who never wrote', undefined, 0, false],
  ['a moment after the message', 0, 1, true],
  ['the last millisecond', 0, windowMs - 1, true],
  ['24 hours', 0, windowMs, false],
])('the window after %s', (_, lastInboundAt, now, expected) => {
  expect(isWindowOpen(lastInboundAt, now)).toBe(expected);
});

test('a bucket never holds more than its capacity, and time that runs backwards adds nothing', () => {
  const shape = { capacity: 2, refillPerMs: 1 };
  expect(takeToken(shape, { tokens: 0, at: 0 }, 1_000)).toEqual({ tokens: 1, at: 1_000 });
  expect(takeToken(shape, { tokens: 1, at: 100 }, 50)).toEqual({ tokens: 0, at: 50 });
});
