/** NUL, or half a surrogate pair (whole pairs are never escaped): what PostgreSQL's jsonb refuses. */
const REFUSED = /\\u0000|\\ud/;
/** One escape at a time, so that an escaped backslash before `u0000` is not taken for one. */
const ESCAPE = /\\(?:u0000|ud[0-9a-f]{3}|[^])/g;

/**
 * JSON text that a jsonb column takes, whatever the strings and keys in `value` hold: what cannot be stored becomes
 * U+FFFD. Throws like `JSON.stringify` for values that have no JSON (cycles, BigInt, endless nesting).
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return REFUSED.test(text) ? text.replace(ESCAPE, (escape) => (escape.length === 6 ? '\\ufffd' : escape)) : text;
}
