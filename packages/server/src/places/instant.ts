import { isTimeZone, offsetAt } from './offset.ts';

export type Instant =
  | {
      readonly ok: true;
      /** Unix ms. */
      readonly at: number;
      /** `gap`: the clock skips this time, so it was moved forward by as much. `overlap`: it comes twice; this is the first. */
      readonly adjusted: 'gap' | 'overlap' | null;
    }
  | { readonly ok: false; readonly field: 'local' | 'timeZone'; readonly message: string };

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const refuse = (field: 'local' | 'timeZone', message: string): Instant => ({ ok: false, field, message });

/** The local time as if it were UTC; null when there is no such day or time of day. */
function parseLocal(text: string): number | null {
  const match = LOCAL.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const full = `${text}${match[6] === undefined ? ':00' : ''}.000Z`;
  return year >= 2000 && year <= 2100 && new Date(asUtc).toISOString() === full ? asUtc : null;
}

/**
 * A local time of somebody's zone as an instant. Daylight saving is settled as calendars do it (RFC 5545): a time that
 * is skipped moves forward by the length of the gap, of a time that comes twice the first is taken.
 */
export function toInstant(local: string, zone: string): Instant {
  if (!isTimeZone(zone))
    return refuse('timeZone', 'must be a time zone of the IANA list, for example America/Sao_Paulo');
  const asUtc = parseLocal(local);
  if (asUtc === null) {
    return refuse(
      'local',
      'must be a local date and time without an offset, in the years 2000 to 2100, for example 2026-11-21T09:30',
    );
  }
  const before = offsetAt(zone, asUtc - DAY_MS);
  const after = offsetAt(zone, asUtc + DAY_MS);
  const [first, second] = [asUtc - before * MINUTE_MS, asUtc - after * MINUTE_MS];
  const isFirst = offsetAt(zone, first) === before;
  const isSecond = offsetAt(zone, second) === after;
  if (before === after || (isFirst && !isSecond)) return { ok: true, at: first, adjusted: null };
  if (isFirst && isSecond) return { ok: true, at: first, adjusted: 'overlap' };
  return isSecond ? { ok: true, at: second, adjusted: null } : { ok: true, at: first, adjusted: 'gap' };
}
