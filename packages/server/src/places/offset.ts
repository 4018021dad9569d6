/** One formatter a zone: making one costs 30 times what using it does (1.4 µs). */
const formats = new Map<string, Intl.DateTimeFormat>();

const MINUTE_MS = 60_000;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, made);
  return made;
}

/** Whether a text names a zone of the IANA database (`Europe/Berlin`, `UTC`); a bare offset has no daylight saving and is none. */
export function isTimeZone(text: string): boolean {
  if (!ZONE.test(text)) return false;
  try {
    return formatOf(text) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Minutes by which the zone's clock is ahead of UTC at an instant (unix ms). Throws RangeError for a zone that is none. */
export function offsetAt(zone: string, atMs: number): number {
  const text = formatOf(zone).format(atMs);
  const at = text.lastIndexOf('GMT') + 3;
  if (at === text.length) return 0;
  const minutes = Number(text.slice(at + 1, at + 3)) * 60 + Number(text.slice(at + 4, at + 6));
  return text[at] === '-' ? -minutes : minutes;
}

/**
 * The first whole minute in (from, to] at which the zone's clock is at another offset than at `from`; the caller knows
 * that there is one. Both are whole minutes (unix ms).
 */
export function findChange(zone: string, fromMs: number, toMs: number): number {
  const before = offsetAt(zone, fromMs);
  let [low, high] = [fromMs / MINUTE_MS, toMs / MINUTE_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
