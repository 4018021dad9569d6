/** How times are written on every page. Inputs are ISO 8601 or milliseconds; the zone is the reader's. */
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const CLOCK_MS = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY_MS = 24 * HOUR;

export function toClock(iso: string): string {
  return CLOCK.format(new Date(iso));
}

export function toClockMs(iso: string): string {
  return CLOCK_MS.format(new Date(iso)).replace(',', '.');
}

export function toDay(iso: string): string {
  return DAY.format(new Date(iso));
}

/** The clock today, day and clock before. */
export function toMoment(iso: string, now: number): string {
  return toDay(iso) === toDay(new Date(now).toISOString()) ? toClock(iso) : `${toDay(iso)} ${toClock(iso)}`;
}

/** "just now", "5 min ago", "3 h ago", "2 days ago". */
export function toAgo(iso: string, now: number): string {
  const ageMs = now - Date.parse(iso);
  if (ageMs < MINUTE) return 'just now';
  if (ageMs < HOUR) return `${Math.floor(ageMs / MINUTE)} min ago`;
  if (ageMs < DAY_MS) return `${Math.floor(ageMs / HOUR)} h ago`;
  const days = Math.floor(ageMs / DAY_MS);
  return `${days} day${days === 1 ? '' : 's'} ago`;
}

/** Two units at most, the smaller one dropped when it is zero: "3 h 12 min", "45 s", "120 ms". */
export function toDuration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(2)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return toPair(ms, [MINUTE, 'min'], [SECOND, 's']);
  if (ms < DAY_MS) return toPair(ms, [HOUR, 'h'], [MINUTE, 'min']);
  return toPair(ms, [DAY_MS, 'd'], [HOUR, 'h']);
}

function toPair(ms: number, [big, bigName]: [number, string], [small, smallName]: [number, string]): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}
