import { expect, test } from 'vitest';
import { toAgo, toClockMs, toDuration, toMoment } from './time.ts';

const now = new Date(2026, 10, 21, 12, 0, 0).getTime();
const before = (ms: number): string => new Date(now - ms).toISOString();

test.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 min ago'],
  [3_600_000, '1 h ago'],
  [86_400_000, '1 day ago'],
  [5 * 86_400_000, '5 days ago'],
])('%d ms ago is said as %s', (ms, words) => {
  expect(toAgo(before(ms), now)).toBe(words);
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_250, '1.25 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [61_000, '1 min 1 s'],
  [11_520_000, '3 h 12 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms lasts %s', (ms, words) => {
  expect(toDuration(ms)).toBe(words);
});

test('today shows the clock, another day also the date', () => {
  expect(toMoment(before(1_000), now)).toBe('11:59:59');
  expect(toMoment(before(86_400_000), now)).toBe('20 Nov 2026 12:00:00');
});

test('milliseconds are shown with a point', () => {
  expect(toClockMs(before(877))).toBe('11:59:59.123');
});
