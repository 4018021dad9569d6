import { expect, test } from 'vitest';
import * as server from '../../../server/src/places/instant.ts';
import { toClockIn, toDateIn, toInstant, toLocal, toNextHour, toSendAt, toTheirZone, toZoneName } from './send-time.ts';

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

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

test.each([
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Asia/Kolkata', '2026-11-21'],
  ['America/St_Johns', '2026-11-01'],
  ['UTC', '2026-11-21'],
])('a time in %s on %s is the instant that the API makes of it, also where the clock changes', (zone, day) => {
  for (const hour of HOURS) {
    const local = `${day}T${hour}:30`;
    const theirs = toInstant({ local, whose: 'theirs' }, { name: zone, isCertain: true });
    expect(server.toInstant(local, zone)).toMatchObject({ ok: true, at: theirs });
  }
});

test('what is past on a clock that is known is no time ahead', () => {
  const tokyo = { name: 'Asia/Tokyo', isCertain: true };
  const noon = Date.UTC(2026, 10, 21, 12);
  expect(toSendAt({ local: '2026-11-21T20:59', whose: 'theirs' }, noon, tokyo)).toBeNull();
  expect(toSendAt({ local: '2026-11-21T21:01', whose: 'theirs' }, noon, tokyo)).toBe('2026-11-21T21:01');
  expect(toInstant({ local: '2026-11-21T21:01', whose: 'theirs' }, null)).toBeNull();
  expect(toInstant({ local: '2026-11-21T21:01', whose: 'theirs' }, { name: 'No/Where', isCertain: true })).toBeNull();
});

test.each([
  ['their own', 'Asia/Tokyo', ['Europe/Berlin'], { name: 'Asia/Tokyo', isCertain: true }],
  ['the only one of their country', null, ['Europe/Berlin'], { name: 'Europe/Berlin', isCertain: true }],
  [
    'the most populous of several',
    null,
    ['America/New_York', 'America/Chicago'],
    { name: 'America/New_York', isCertain: false },
  ],
  ['not known', null, [], null],
])('the zone of a person is %s', (_name, timeZone, zones, expected) => {
  expect(toTheirZone({ timeZone, place: { country: null, zones, from: null } })).toEqual(expected);
});

test('a day is written with its clock in a zone', () => {
  expect(toDateIn('Asia/Tokyo', Date.UTC(2026, 10, 21, 20))).toBe('Sun 22 Nov 05:00');
});
