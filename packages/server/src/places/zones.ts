import { offsetAt } from './offset.ts';

/**
 * Where most people of a country with several clocks live: stands for all when no hour suits everybody. A test holds
 * that no country with several clocks is missing.
 */
const MAIN: Readonly<Record<string, string>> = {
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  CD: 'Africa/Kinshasa',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  FM: 'Pacific/Chuuk',
  GL: 'America/Nuuk',
  ID: 'Asia/Jakarta',
  KI: 'Pacific/Tarawa',
  MN: 'Asia/Ulaanbaatar',
  MX: 'America/Mexico_City',
  NZ: 'Pacific/Auckland',
  PF: 'Pacific/Tahiti',
  PG: 'Pacific/Port_Moresby',
  PT: 'Europe/Lisbon',
  RU: 'Europe/Moscow',
  UA: 'Europe/Kyiv',
  US: 'America/New_York',
};

/** Countries of telephone numbers that CLDR lists no zone for. */
const UNLISTED: Readonly<Record<string, readonly string[]>> = {
  AC: ['Atlantic/St_Helena'],
  TA: ['Atlantic/St_Helena'],
  XK: ['Europe/Belgrade'],
};

/** Two years, week by week: zones that agree on all of them keep the same clock. */
const WEEKS = Array.from({ length: 104 }, (_, week) => Date.UTC(2026, 10, 1) + week * 7 * 86_400_000);
const clockOf = (zone: string): string => WEEKS.map((at) => offsetAt(zone, at)).join();

/** One zone for each clock: the United States have 29 zones and 8 clocks. */
function toDistinct(zones: readonly string[]): readonly string[] {
  const byClock = new Map<string, string>();
  for (const zone of zones) {
    const clock = clockOf(zone);
    if (!byClock.has(clock)) byClock.set(clock, zone);
  }
  return [...byClock.values()];
}

/** ECMA-402; the compiler's library does not know it yet. */
type LocaleWithZones = Intl.Locale & { getTimeZones(): readonly string[] | undefined };
const listZones = (country: string): readonly string[] =>
  (new Intl.Locale(`und-${country}`) as LocaleWithZones).getTimeZones() ?? [];

const known = new Map<string, readonly string[]>();

/** The zones of a country (ISO 3166), the most populous first, one for each clock; none for what is no country. */
export function zonesOf(country: string): readonly string[] {
  const found = known.get(country);
  if (found) return found;
  const main = MAIN[country];
  const listed = UNLISTED[country] ?? listZones(country);
  const zones = toDistinct(main ? [main, ...listed] : listed);
  known.set(country, zones);
  return zones;
}
