import { expect, test } from 'vitest';
import { toClockIn, toLocal, toNextHour, toSendAt, toZoneName } from './send-time.ts';

const at = new Date(2026, 10, 21, 12, 10);
const now = at.getTime();

test('a time on one’s own clock carries its offset, one on the person’s clock none', () => {
  expect(toSendAt({ local: '2026-11-22T09:00', whose: 'mine' }, now)).toBe(new Date(2026, 10, 22, 9).toISOString());
  expect(toSendAt({ local: '2026-11-22T09:00', whose: 'theirs' }, now)).toBe('2026-11-22T09:00');
});

test.each(['', 'tomorrow', '2026-11-21', '2026-11-21T12:10', '2026-13-01T10:00'])('%j is no time ahead', (local) => {
  expect(toSendAt({ local, whose: 'mine' }, now)).toBeNull();
});

test('what is past here may be ahead where the person is', () => {
  expect(toSendAt({ local: '2026-11-21T12:00', whose: 'theirs' }, now)).toBe('2026-11-21T12:00');
});

test.each([
  [0, '2026-11-21T13:00'],
  [20, '2026-11-21T13:00'],
  [21, '2026-11-21T14:00'],
])('%d min after ten past twelve one begins from %s', (minutes, local) => {
  expect(toNextHour(now + minutes * 60_000)).toBe(local);
});

test('an instant is written as the field has it', () => {
  expect(toLocal(new Date(2026, 0, 2, 3, 4))).toBe('2026-01-02T03:04');
});

test('a zone is named with its offset at that time', () => {
  expect(toZoneName('America/Sao_Paulo', at)).toBe('America/Sao Paulo (GMT-3)');
  expect(toZoneName('Nowhere/Land', at)).toBe('Nowhere/Land');
  expect(toClockIn('Asia/Singapore', Date.UTC(2026, 10, 21, 20))).toBe('Sun 04:00');
  expect(toClockIn('Nowhere/Land', now)).toBeNull();
});
