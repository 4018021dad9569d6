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

/**
 * What the API takes: with an offset on one's own clock, without one on the person's. Null: it is no time, or no time
 * ahead as far as can be said here.
 */
export function toSendAt({ local, whose }: SendTime, now: number): string | null {
  const at = new Date(local);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(at.getTime())) return null;
  if (whose === 'theirs') return local;
  return at.getTime() > now ? at.toISOString() : null;
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

/** The clock in a zone: "Sat 14:05"; null for a zone the browser does not know. */
export function toClockIn(zone: string, now: number): string | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit' })
      .format(now)
      .replace(',', '');
  } catch {
    return null;
  }
}
