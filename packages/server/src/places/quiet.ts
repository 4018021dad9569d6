import { findChange, isTimeZone, offsetAt } from './offset.ts';
import type { Place } from './place.ts';

/** Local times between which nothing is sent; `from` later than `to` passes midnight, equal times = never quiet. */
export interface QuietHours {
  /** `HH:mm`, the first quiet minute. */
  readonly from: string;
  /** `HH:mm`, the first minute that is not quiet any more. */
  readonly to: string;
  /** For people of whom nothing is known. */
  readonly defaultZone: string;
}

export type Quiet =
  | { readonly quiet: false; readonly note: string }
  /** `until`: unix ms, the first minute at which sending is allowed; at most 48 h ahead. */
  | { readonly quiet: true; readonly until: number; readonly note: string };

const MINUTE_MS = 60_000;
const DAY = 1_440;

/**
 * A day has an allowed minute unless daylight saving skips it, and the day after then has one: 48 h are enough for one
 * zone. Several zones that have none in common within them are given up on.
 */
const HORIZON_MS = 48 * 3_600_000;

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

const toMinute = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

interface Span {
  readonly from: number;
  readonly to: number;
}

const isWithin = ({ from, to }: Span, minute: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

const localMinute = (atMs: number, offset: number): number =>
  (((Math.floor(atMs / MINUTE_MS) + offset) % DAY) + DAY) % DAY;

/** The first instant from `atMs` on at which the zone is not quiet: itself, or a later whole minute. */
function findEnd(zone: string, span: Span, atMs: number): number {
  const offset = offsetAt(zone, atMs);
  const minute = localMinute(atMs, offset);
  if (!isWithin(span, minute)) return atMs;
  const start = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  const end = start + ((span.to - minute + DAY) % DAY) * MINUTE_MS;
  if (offsetAt(zone, end) === offset) return end;
  // The clock is changed before that: up to there it is quiet, and from there on it is another day's question.
  return findEnd(zone, span, findChange(zone, start, end));
}

/** The first instant at which no zone is quiet; null when there is none within the horizon. */
function findCommon(zones: readonly string[], span: Span, nowMs: number): number | null {
  let at = nowMs;
  for (let settled = 0; settled < zones.length; ) {
    settled = 0;
    for (const zone of zones) {
      const end = findEnd(zone, span, at);
      if (end === at) settled++;
      at = end;
    }
    if (at - nowMs > HORIZON_MS) return null;
  }
  return at;
}

const toNote = (zones: readonly string[], hours: QuietHours, more: string): string =>
  `Quiet hours ${hours.from}–${hours.to} in ${zones.slice(0, 3).join(', ')}${zones.length > 3 ? ` and ${zones.length - 3} more zones` : ''}${more}`;

const KNOWN_FROM = {
  contact: '',
  phone: ' (from the phone number)',
  bsuid: ' (from the country of the user id)',
  none: ' (the default zone: nothing is known about the person)',
} as const;

/**
 * May this person be written to now? Only when it is outside quiet hours in every zone they may be in; where the zones
 * have no such minute in common, the most populous one decides, and the note says so.
 */
export function decideQuiet(place: Place, hours: QuietHours, nowMs: number): Quiet {
  const span = { from: toMinute(hours.from), to: toMinute(hours.to) };
  const zones = place.zones.length > 0 ? place.zones : [hours.defaultZone];
  const common = findCommon(zones, span, nowMs);
  const main = zones.slice(0, 1);
  const until = common ?? findCommon(main, span, nowMs) ?? nowMs;
  const note =
    common === null
      ? toNote(
          main,
          hours,
          ` (${zones.length} zones are possible and have no allowed hour in common: the most populous decides)`,
        )
      : toNote(zones, hours, KNOWN_FROM[place.from ?? 'none']);
  return until === nowMs ? { quiet: false, note } : { quiet: true, until, note };
}

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export type ParsedHours =
  | { readonly ok: true; readonly hours: QuietHours }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

/** Settings as somebody wrote them. */
export function parseQuietHours(value: {
  readonly from: string;
  readonly to: string;
  readonly defaultZone: string;
}): ParsedHours {
  const errors: FieldProblem[] = [];
  for (const field of ['from', 'to'] as const) {
    if (!CLOCK.test(value[field]))
      errors.push({ field, message: 'must be a time of day from 00:00 to 23:59, for example 21:00' });
  }
  if (errors.length === 0 && value.from === value.to) {
    errors.push({ field: 'to', message: 'must differ from `from`; leave quiet hours away to send at any hour' });
  }
  if (!isTimeZone(value.defaultZone)) {
    errors.push({ field: 'defaultZone', message: 'must be a time zone of the IANA list, for example Europe/Berlin' });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, hours: value };
}
