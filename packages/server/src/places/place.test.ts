import { getCountries } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import { findAreaZones } from './area-zones.ts';
import { isTimeZone, offsetAt } from './offset.ts';
import { placeOf, type Whereabouts } from './place.ts';
import { zonesOf } from './zones.ts';

describe('placeOf', () => {
  test.each<[string, Whereabouts, string | null, readonly string[] | null, string | null]>([
    ['a German mobile', { phone: '491701234567' }, 'DE', ['Europe/Berlin'], 'phone'],
    ['… with a plus and spaces', { phone: '+49 170 1234567' }, 'DE', ['Europe/Berlin'], 'phone'],
    ['New York', { phone: '12125551234' }, 'US', ['America/New_York'], 'phone'],
    ['Toronto', { phone: '14165551234' }, 'CA', ['America/Toronto'], 'phone'],
    ['Puerto Rico, also +1', { phone: '17875551234' }, 'PR', ['America/Puerto_Rico'], 'phone'],
    ['Jamaica, also +1', { phone: '18765551234' }, 'JM', ['America/Jamaica'], 'phone'],
    ['an area with two clocks', { phone: '12085551234' }, 'US', ['America/Los_Angeles', 'America/Boise'], 'phone'],
    ['São Paulo', { phone: '5511999990000' }, 'BR', ['America/Sao_Paulo'], 'phone'],
    ['… without the ninth digit, as wa_id may be', { phone: '551199990000' }, 'BR', ['America/Sao_Paulo'], 'phone'],
    ['Rio Branco', { phone: '5568999990000' }, 'BR', ['America/Rio_Branco'], 'phone'],
    ['Kazakhstan, also +7', { phone: '77011234567' }, 'KZ', null, 'phone'],
    ['Kosovo', { phone: '38344123456' }, 'XK', ['Europe/Belgrade'], 'phone'],
    ['a number of no country', { phone: '15550001111' }, null, [], null],
    ['… but a user id', { phone: '15550001111', bsuid: 'BR.7431' }, 'BR', null, 'bsuid'],
    ['a user id of a parent account', { bsuid: 'US.ENT.1181' }, 'US', null, 'bsuid'],
    ['a user id of no country', { bsuid: 'XX.1' }, null, [], null],
    ['a user id that is none', { bsuid: 'BR' }, null, [], null],
    ['the phone before the user id', { phone: '491701234567', bsuid: 'BR.7431' }, 'DE', ['Europe/Berlin'], 'phone'],
    [
      'the contact’s own zone before all',
      { phone: '491701234567', timeZone: 'Asia/Tokyo' },
      'DE',
      ['Asia/Tokyo'],
      'contact',
    ],
    ['… also alone', { timeZone: 'Asia/Tokyo' }, null, ['Asia/Tokyo'], 'contact'],
    ['a zone that is none', { phone: '491701234567', timeZone: 'Mars' }, 'DE', ['Europe/Berlin'], 'phone'],
    ['nothing', {}, null, [], null],
    ['nothing, in words', { phone: '', bsuid: null, timeZone: null }, null, [], null],
  ])('%s', (...[, whereabouts, country, zones, from]) => {
    const place = placeOf(whereabouts);
    expect([place.country, place.from]).toEqual([country, from]);
    expect(place.zones).toEqual(zones ?? zonesOf(country ?? ''));
  });

  test('a mobile number of Russia, Australia or Indonesia may be anywhere in its country', () => {
    const clocks = ['79161234567', '61412345678', '6281212345678'].map((phone) => placeOf({ phone }).zones.length);
    expect(clocks).toEqual([11, 7, 3]);
  });
});

describe('countries', () => {
  const now = Date.UTC(2026, 10, 21);
  test('each that has phone numbers has zones, and all of them are zones', () => {
    const lacking = getCountries().filter(
      (country) => zonesOf(country).length === 0 || !zonesOf(country).every(isTimeZone),
    );
    expect(lacking).toEqual([]);
  });

  test('those with several clocks name their most populous zone first', () => {
    const MAIN =
      'Australia/Sydney America/Sao_Paulo America/Toronto Africa/Kinshasa America/Santiago Asia/Shanghai America/Guayaquil Europe/Madrid Pacific/Chuuk America/Nuuk Asia/Jakarta Pacific/Tarawa Asia/Ulaanbaatar America/Mexico_City Pacific/Auckland Pacific/Tahiti Pacific/Port_Moresby Europe/Lisbon Europe/Moscow Europe/Kyiv America/New_York';
    const first = getCountries()
      .filter((country) => zonesOf(country).length > 1)
      .map((country) => zonesOf(country)[0]);
    expect(new Set(first)).toEqual(new Set(MAIN.split(' ')));
  });

  test('have one zone for each clock', () => {
    const us = zonesOf('US');
    expect(us.length).toBeLessThan(10);
    expect(new Set(us.map((zone) => `${offsetAt(zone, now)} ${offsetAt(zone, Date.UTC(2026, 6, 1))}`)).size).toBe(
      us.length,
    );
  });

  test('what is no country has none', () => expect(zonesOf('XX')).toEqual([]));
});

describe('area codes', () => {
  test('name only zones that are, and clocks their country has', () => {
    const clockOf = (zone: string): string =>
      [0, 3, 6, 9].map((month) => offsetAt(zone, Date.UTC(2027, month, 15))).join();
    for (const [country, from, to] of [
      ['US', 200, 999],
      ['CA', 200, 999],
      ['BR', 11, 99],
    ] as const) {
      const clocks = new Set([...zonesOf('US'), ...zonesOf('CA'), ...zonesOf(country)].map(clockOf));
      for (let area = from; area <= to; area++) {
        const zones = findAreaZones(country, `${area}5551234`) ?? [];
        expect(
          zones.filter((zone) => !isTimeZone(zone) || !clocks.has(clockOf(zone))),
          String(area),
        ).toEqual([]);
      }
    }
  });

  test.each([
    ['US', '907', 'America/Anchorage America/Adak'],
    ['US', '808', 'Pacific/Honolulu'],
    ['US', '602', 'America/Phoenix'],
    ['US', '928', 'America/Phoenix America/Denver'],
    ['US', '915', 'America/Denver'],
    ['US', '930', 'America/New_York America/Chicago'],
    ['CA', '709', 'America/St_Johns America/Halifax'],
    ['CA', '306', 'America/Regina America/Edmonton'],
    ['BR', '92', 'America/Manaus'],
    ['BR', '97', 'America/Manaus America/Eirunepe'],
    ['BR', '81', 'America/Recife America/Noronha'],
  ])('%s %s: %s', (country, area, zones) => expect(findAreaZones(country, `${area}5551234`)).toEqual(zones.split(' ')));

  test('a code that is new, and countries whose numbers tell nothing, leave the whole country', () => {
    expect([
      findAreaZones('US', '2995551234'),
      findAreaZones('RU', '9161234567'),
      findAreaZones('DE', '1701234567'),
    ]).toEqual([null, null, null]);
  });
});
