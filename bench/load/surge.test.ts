import { describe, expect, test } from 'vitest';
import { makeChance } from './chance.ts';
import { makeSeed } from './seed.ts';
import { toSurged, withSurge } from './surge.ts';
import { makeSustained } from './sustained.ts';

/** Ten seconds of the even schedule, from 5 s on, in one second. */
const surge = { fromMs: 5_000, toMs: 15_000, times: 10 };

describe('a surge', () => {
  test.each([
    { name: 'what comes before it stays', atMs: 4_999, at: 4_999 },
    { name: 'its beginning stays', atMs: 5_000, at: 5_000 },
    { name: 'its middle comes after half of the shorter time', atMs: 10_000, at: 5_500 },
    { name: 'its end comes after a second', atMs: 15_000, at: 6_000 },
    { name: 'what follows moves up by what it saves', atMs: 20_000, at: 11_000 },
  ])('$name', ({ atMs, at }) => {
    expect(toSurged(atMs, surge)).toBeCloseTo(at);
  });

  test('offers the same requests in the same order, ten times as many a second in its time', () => {
    const numbers = 10;
    const { sent } = makeSeed({ secret: 'surge-test-secret', run: 'seed', count: 2_000, numbers });
    const options = { secret: 'surge-test-secret', run: 'surge', numbers, seconds: 20, sent, chance: makeChance(5) };
    const even = makeSustained({ ...options, messagesPerSecond: 30, statusesPerSecond: 300 });
    const surged = withSurge(even, surge);
    expect(surged.offers.map(({ request }) => request)).toEqual(even.offers.map(({ request }) => request));
    const events = (fromMs: number, toMs: number): number =>
      surged.offers.reduce((sum, { atMs, events: n }) => sum + (atMs >= fromMs && atMs < toMs ? n : 0), 0);
    expect(events(5_000, 6_000) / events(0, 5_000)).toBeCloseTo(2, 0);
    expect(surged.expected.every(({ atMs }, n) => atMs <= (even.expected[n]?.atMs ?? 0))).toBe(true);
  });
});
