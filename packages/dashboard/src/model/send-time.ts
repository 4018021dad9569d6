import type { Person } from '../api/types.ts';

/** Times a person writes down: `YYYY-MM-DDTHH:mm`, as `<input type="datetime-local">` has them. */

/** On whose clock: of who writes, or of the person it goes to. */
export type Whose = 'mine' | 'theirs';

export interface SendTime {
  local: string;
  whose: Whose;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** An instant on the clock of this browser. */
export function toLocal(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The next full hour that is at least half an hour away: what one begins from. */
export function toNextHour(now: number): string {
  const at = new Date(now + 1_800_000);
  if (at.getMinutes() > 0 || at.getSeconds() > 0) at.setHours(at.getHours() + 1, 0, 0, 0);
  return toLocal(at);
}

/** The clock of the person it goes to. */
export interface TheirZone {
  name: string;
  /** False: their country has several; this is the one most people live in, and the one the API takes. */
  isCertain: boolean;
}

/** Null: it is not known where the person is. */
export function toTheirZone({ timeZone, place }: Pick<Person, 'timeZone' | 'place'>): TheirZone | null {
  const name = timeZone ?? place.zones[0];
  return name === undefined ? null : { name, isCertain: timeZone !== null || place.zones.length === 1 };
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Minutes by which the zone is ahead of UTC; throws for a zone the browser does not know. */
function offsetAt(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/** As the API does: a time the clock skips moves forward by as much, of one that comes twice it is the first. */
function toInstantIn(zone: string, local: string): number {
  const asUtc = Date.parse(`${local}:00Z`);
  const [before, after] = [offsetAt(zone, asUtc - DAY_MS), offsetAt(zone, asUtc + DAY_MS)];
  const [first, second] = [asUtc - before * MINUTE_MS, asUtc - after * MINUTE_MS];
  return offsetAt(zone, first) !== before && offsetAt(zone, second) === after ? second : first;
}

const isLocal = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}Z`));

/** When that is, in Unix ms. Null: it is no time, or on a clock that is not known here. */
export function toInstant({ local, whose }: SendTime, theirZone: TheirZone | null): number | null {
  if (!isLocal(local)) return null;
  if (whose === 'mine') return new Date(local).getTime();
  try {
    return theirZone && toInstantIn(theirZone.name, local);
  } catch {
    return null;
  }
}

/**
 * What the API takes: with an offset on one's own clock, without one on the person's. Null: it is no time, or no time
 * ahead as far as can be said here.
 */
export function toSendAt(time: SendTime, now: number, theirZone: TheirZone | null = null): string | null {
  const at = toInstant(time, theirZone);
  if (!isLocal(time.local) || (at !== null && at <= now)) return null;
  return time.whose === 'theirs' || at === null ? time.local : new Date(at).toISOString();
}

/** "Europe/Berlin (GMT+1)": the name of a zone with its offset at that time. */
export function toZoneName(zone: string, at: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at);
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return zone === offset ? zone : `${zone.replaceAll('_', ' ')} (${offset})`;
  } catch {
    return zone;
  }
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

type Fields = Intl.DateTimeFormatOptions;

const CLOCK: Fields = { weekday: 'short', hour: '2-digit', minute: '2-digit' };

/** The clock in a zone: "Sat 14:05"; null for a zone the browser does not know. */
export const toClockIn = (zone: string, now: number): string | null => toTextIn(zone, now, CLOCK);

/** Day and clock in a zone: "Sat 21 Nov 14:05". */
export const toDateIn = (zone: string, at: number): string | null =>
  toTextIn(zone, at, { ...CLOCK, day: 'numeric', month: 'short' });

function toTextIn(timeZone: string, at: number, fields: Fields): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, ...fields }).format(at).replaceAll(',', '');
  } catch {
    return null;
  }
}
