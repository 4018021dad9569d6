import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offsetAt } from './offset.ts';
import { type Place, placeOf } from './place.ts';
import { decideQuiet, parseQuietHours, type QuietHours } from './quiet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const night: QuietHours = { from: '21:00', to: '08:00', defaultZone: 'Europe/Berlin' };
const inZones = (...zones: string[]): Place => ({ country: null, countryFrom: null, zones, from: 'contact' });
const utc = (text: string): number => Date.parse(`${text}Z`);

const untilOf = (place: Place, hours: QuietHours, at: string): string | null => {
  const decided = decideQuiet(place, hours, utc(at));
  return decided.quiet ? new Date(decided.until).toISOString().slice(0, 16) : null;
};

describe('decideQuiet', () => {
  test.each<[string, Place, Partial<QuietHours>, string, string | null]>([
    ['the last minute before the night', inZones('Europe/Berlin'), {}, '2026-11-21T19:59:59', null],
    ['the first minute of the night', inZones('Europe/Berlin'), {}, '2026-11-21T20:00', '2026-11-22T07:00'],
    ['the last minute of the night', inZones('Europe/Berlin'), {}, '2026-11-22T06:59', '2026-11-22T07:00'],
    ['the first minute of the day', inZones('Europe/Berlin'), {}, '2026-11-22T07:00', null],
    [
      'a rest at noon',
      inZones('Europe/Berlin'),
      { from: '12:00', to: '14:00' },
      '2026-11-21T12:00',
      '2026-11-21T13:00',
    ],
    ['a zone of half hours', inZones('Asia/Kolkata'), {}, '2026-11-21T16:00', '2026-11-22T02:30'],
    ['a night an hour short: spring', inZones('Europe/Berlin'), {}, '2026-03-28T20:00', '2026-03-29T06:00'],
    ['a night an hour long: autumn', inZones('Europe/Berlin'), {}, '2026-10-24T19:00', '2026-10-25T07:00'],
    // Local 02:15 is skipped: 03:00 is the first minute that is not quiet.
    ['an end that the clock skips', inZones('Europe/Berlin'), { to: '02:15' }, '2026-03-29T00:30', '2026-03-29T01:00'],
    // Local 02:15 comes twice, and 02:00 to 02:14 is quiet both times.
    ['an end that comes twice', inZones('Europe/Berlin'), { to: '02:15' }, '2026-10-25T00:00', '2026-10-25T00:15'],
    ['… and again', inZones('Europe/Berlin'), { to: '02:15' }, '2026-10-25T01:00', '2026-10-25T01:15'],
    // New York ends its night at 13:00 UTC; by then the Pacific coast still sleeps.
    ['coast to coast', inZones('America/New_York', 'America/Los_Angeles'), {}, '2026-11-21T12:00', '2026-11-21T16:00'],
    ['nobody knows where', placeOf({}), {}, '2026-11-21T20:00', '2026-11-22T07:00'],
  ])('%s', (...[, place, hours, at, until]) => expect(untilOf(place, { ...night, ...hours }, at)).toBe(until));

  test('a country with no hour in common goes by its most populous zone, and says so', () => {
    const russia = placeOf({ phone: '79161234567' });
    const decided = decideQuiet(russia, { ...night, from: '18:00', to: '10:00' }, utc('2026-11-21T16:00'));
    expect(decided).toMatchObject({ quiet: true, until: utc('2026-11-22T07:00') });
    expect(decided.note).toMatch(/Europe\/Moscow.*no allowed hour in common: the most populous decides/);
    expect(decideQuiet(russia, night, utc('2026-11-21T08:00')).note).not.toMatch(/populous/);
  });

  test('says where the zones come from', () => {
    const noteOf = (place: Place) => decideQuiet(place, night, 0).note;
    expect(noteOf(placeOf({}))).toMatch(/Europe\/Berlin \(the default zone/);
    expect(noteOf(placeOf({ phone: '12125551234' }))).toMatch(/New_York \(from the phone/);
    expect(noteOf(placeOf({ bsuid: 'US.1' }))).toMatch(/and \d more zones \(from the country of the user id/);
  });

  // Those with the strangest clocks: half hours, a change of half an hour, other weeks, a southern summer.
  const ZONES = [
    'Europe/Berlin',
    'America/New_York',
    'America/Los_Angeles',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Pacific/Auckland',
    'Africa/Casablanca',
    'Pacific/Kiritimati',
  ];
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
  const year = { min: utc('2026-01-01T00:00'), max: utc('2027-12-31T00:00') };
  // Half of the times lie around a night on which the first zone's clock is changed.
  const CHANGES = [
    ['Europe/Berlin', '2026-03-29T01:00'],
    ['Europe/Berlin', '2026-10-25T01:00'],
    ['America/New_York', '2026-03-08T07:00'],
    ['America/New_York', '2026-11-01T06:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00'],
    ['Australia/Lord_Howe', '2026-10-03T15:30'],
  ] as const;
  const anywhen = fc.record({ zone: fc.constantFrom(...ZONES), now: fc.integer(year) });
  const aroundChange = fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -26 * HOUR, max: 4 * HOUR }))
    .map(([[zone, at], by]) => ({ zone: zone as string, now: utc(at) + by }));
  const moment = fc.oneof(anywhen, aroundChange);

  const isQuiet = (zones: readonly string[], { from, to }: QuietHours, at: number): boolean =>
    zones.some((zone) => {
      const local = new Date(at + offsetAt(zone, at) * MINUTE).toISOString().slice(11, 16);
      return from <= to ? local >= from && local < to : local >= from || local < to;
    });

  /** Minute by minute. */
  function search(zones: readonly string[], hours: QuietHours, now: number): number | null {
    if (!isQuiet(zones, hours, now)) return now;
    const start = Math.floor(now / MINUTE) * MINUTE;
    for (let n = 1; n <= 48 * 60; n++) {
      if (!isQuiet(zones, hours, start + n * MINUTE)) return start + n * MINUTE;
    }
    return null;
  }

  test('until is always the first allowed minute, within 48 hours', () => {
    fc.assert(
      fc.property(moment, fc.subarray(ZONES, { maxLength: 2 }), clock, clock, ({ zone, now }, others, from, to) => {
        const hours = { ...night, from, to };
        const zones = [zone, ...others];
        const decided = decideQuiet(inZones(...zones), hours, now);
        const until = decided.quiet ? decided.until : now;
        expect(until).toBe(search(zones, hours, now) ?? search([zone], hours, now));
        expect(until - now).toBeLessThanOrEqual(48 * HOUR);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseQuietHours', () => {
  test.each<[string, Partial<QuietHours>, string[]]>([
    ['a night', {}, []],
    ['a whole day but a minute', { from: '00:00', to: '23:59' }, []],
    ['an hour that is none', { from: '24:00' }, ['from']],
    ['no leading zero', { to: '8:00' }, ['to']],
    ['words', { from: 'night', to: 'day' }, ['from', 'to']],
    ['equal times', { to: '21:00' }, ['to']],
    ['a zone that is none', { defaultZone: 'Mars/Olympus' }, ['defaultZone']],
    ['an offset: it has no daylight saving', { defaultZone: '+01:00' }, ['defaultZone']],
  ])('%s', (_name, more, fields) => {
    const parsed = parseQuietHours({ ...night, ...more });
    expect(parsed.ok ? [] : parsed.errors.map((error) => error.field)).toEqual(fields);
  });
});
