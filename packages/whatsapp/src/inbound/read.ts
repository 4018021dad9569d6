/**
 * Readers for one value of an untrusted document. Each takes anything and answers with the wanted type or undefined,
 * so a missing key, a wrong type and Meta's habit of sending numbers as strings (or the reverse) need no care elsewhere.
 */

export type JsonObject = { readonly [key: string]: unknown };

export function toObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

const NOTHING: JsonObject = Object.freeze(Object.create(null) as JsonObject);

/** Like {@link toObject}, with an empty object for everything else: for reading optional keys of optional parts. */
export function toPart(value: unknown): JsonObject {
  return toObject(value) ?? NOTHING;
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A non-empty string; numbers as their decimal text. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A string that may be empty, as a message body may. */
export function toBody(value: unknown): string | undefined {
  return typeof value === 'string' ? value : toText(value);
}

export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/**
 * Unix milliseconds. Meta sends seconds as strings and as integers, Whapi also milliseconds under the same key: the
 * magnitude tells (seconds stay below 10^11 until the year 5138, milliseconds pass it in 1973).
 */
export function toTime(value: unknown): number | undefined {
  const time = toNumber(value);
  if (time === undefined || time < 0) return undefined;
  if (time < 1e11) return Math.round(time * 1000);
  if (time < 1e14) return Math.round(time);
  if (time < 1e17) return Math.round(time / 1e3);
  return time < 1e20 ? Math.round(time / 1e6) : undefined;
}

/** The object without its undefined keys, so that events print, compare and serialise as what they hold. */
export function present<T extends object>(value: T): T {
  const out: { [key: string]: unknown } = {};
  for (const key in value) {
    const held: unknown = value[key];
    if (held !== undefined) out[key] = held;
  }
  return out as T;
}

/** A row of a table by a key that a stranger chose: `constructor` and `__proto__` are no rows. */
export function rowOf<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
