import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toInstant } from './instant.ts';
import { isTimeZone, offsetAt } from './offset.ts';

describe('toInstant', () => {
  test.each<[string, string, string, string | null]>([
    ['2026-11-21T09:30', 'America/Sao_Paulo', '2026-11-21T12:30:00', null],
    ['2026-07-01T09:30:15', 'Europe/Berlin', '2026-07-01T07:30:15', null],
    ['2026-07-01T09:30', 'UTC', '2026-07-01T09:30:00', null],
    ['2026-07-01T00:00', 'Pacific/Kiritimati', '2026-06-30T10:00:00', null],
    ['2028-02-29T12:00', 'Asia/Kolkata', '2028-02-29T06:30:00', null],
    // The clock goes from 02:00 to 03:00: an hour later.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00', 'gap'],
    ['2026-03-29T01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59', null],
    ['2026-03-29T02:00', 'Europe/Berlin', '2026-03-29T01:00:00', 'gap'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00', null],
    // From 03:00 back to 02:00: the first time.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00', 'overlap'],
    ['2026-10-25T02:00', 'Europe/Berlin', '2026-10-25T00:00:00', 'overlap'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00', null],
    ['2026-10-25T01:59', 'Europe/Berlin', '2026-10-24T23:59:00', null],
    // Half an hour.
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00', 'gap'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00', 'gap'],
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00', 'overlap'],
  ])('%s in %s is %s', (local, zone, utc, adjusted) => {
    expect(toInstant(local, zone)).toEqual({ ok: true, at: Date.parse(`${utc}Z`), adjusted });
  });

  test.each<[string, string, string]>([
    ['2026-02-29T09:00', 'Europe/Berlin', 'local'],
    ['2026-13-01T09:00', 'Europe/Berlin', 'local'],
    ['2026-11-21T24:00', 'Europe/Berlin', 'local'],
    ['2026-11-21T09:60', 'Europe/Berlin', 'local'],
    ['2026-11-21T09:30Z', 'Europe/Berlin', 'local'],
    ['2026-11-21T09:30+01:00', 'Europe/Berlin', 'local'],
    ['2026-11-21', 'Europe/Berlin', 'local'],
    ['21.11.2026 09:30', 'Europe/Berlin', 'local'],
    ['', 'Europe/Berlin', 'local'],
    ['1999-12-31T23:59', 'Europe/Berlin', 'local'],
    ['2101-01-01T00:00', 'Europe/Berlin', 'local'],
    ['2026-11-21T09:30', '', 'timeZone'],
    ['2026-11-21T09:30', 'Berlin', 'timeZone'],
    ['2026-11-21T09:30', '+01:00', 'timeZone'],
    ['2026-11-21T09:30', 'Europe/Berlin\n', 'timeZone'],
  ])('refuses %j in %j for its %s, with an example', (local, zone, field) => {
    expect(toInstant(local, zone)).toMatchObject({ ok: false, field, message: expect.stringContaining('for example') });
  });

  test('2000 and 2100 are still years', () => {
    expect([toInstant('2000-01-01T00:00', 'UTC').ok, toInstant('2100-12-31T23:59:59', 'UTC').ok]).toEqual([true, true]);
  });

  test('gives every instant back from its own local time, but for the second of two', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'America/Santiago',
      'Africa/Casablanca',
    );
    const seconds = fc.integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2029, 0, 1) / 1000 });
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const at = second * 1000;
        const local = new Date(at + offsetAt(zone, at) * 60_000).toISOString().slice(0, 19);
        const back = toInstant(local, zone);
        if (!back.ok) throw new Error(back.message);
        expect(back.adjusted).not.toBe('gap');
        const off = back.adjusted === 'overlap' ? [0, 1_800_000, 3_600_000] : [0];
        expect(off).toContain(at - back.at);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isTimeZone', () => {
  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Etc/GMT+5', true],
    ['+02:00', false],
    ['CEST', false],
    ['Europe/Atlantis', false],
    ['', false],
    ['__proto__', false],
  ])('%j: %j', (text, is) => expect(isTimeZone(text)).toBe(is));
});
