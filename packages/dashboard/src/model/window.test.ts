import { expect, test } from 'vitest';
import { isPastWindow, toWindow } from './window.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  [null, false, false, 'No window: the customer has not written yet'],
  ['2026-11-21T12:00:00Z', false, false, 'Window closed'],
  ['2026-11-20T12:00:00Z', false, false, 'Window closed'],
  ['2026-11-21T12:00:30Z', true, true, 'Window open, 30 s left'],
  ['2026-11-21T15:59:00Z', true, true, 'Window open, 3 h 59 min left'],
  ['9999-12-31T23:59:59.999Z', true, false, 'No time limit'],
  ['2026-11-22T12:00:00Z', true, false, 'Window open, 1 d left'],
])('a window until %s', (expiresAt, open, urgent, label) => {
  expect(toWindow(expiresAt, now)).toEqual({ open, urgent, label });
});

test.each([
  ['2026-11-21T12:00:00.000Z', now - 1, false],
  ['2026-11-21T12:00:00.000Z', now, true],
  [null, now, false],
  ['2026-11-21T12:00:00.000Z', null, false],
])('of a window until %s, %s is past: %s', (expiresAt, at, isPast) => {
  expect(isPastWindow(expiresAt, at)).toBe(isPast);
});
