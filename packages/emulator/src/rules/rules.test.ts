import { describe, expect, test } from 'vitest';
import { drainToken, takeToken } from './bucket.ts';
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
  test('counts customers and business together, and never refuses a customer', () => {
    const throughput = makeThroughput(() => 80);
    for (let each = 0; each < 50; each++) throughput.count('n', 0);
    expect(count(60, () => throughput.take('n', 0))).toBe(30);
    for (let each = 0; each < 50; each++) throughput.count('n', 0);
    expect(throughput.take('n', 12)).toBe(false);
    expect(throughput.take('n', 13)).toBe(true);
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
  expect(drainToken(shape, { tokens: 0, at: 100 }, 50)).toEqual({ tokens: 0, at: 50 });
});
