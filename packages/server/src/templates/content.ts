import { isDeepStrictEqual } from 'node:util';

/** Words that Meta writes in capitals and callers as they like. */
const WORDS: ReadonlySet<string> = new Set(['type', 'format', 'otp_type', 'flow_action']);
/** Meta answers the examples of media as links that are signed anew at every reading. */
const LEFT_OUT: ReadonlySet<string> = new Set(['example']);

function toComparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComparable);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, part]) => !LEFT_OUT.has(key) && part !== null && part !== undefined);
  return Object.fromEntries(
    kept.map(([key, part]) => [
      key,
      WORDS.has(key) && typeof part === 'string' ? part.toUpperCase() : toComparable(part),
    ]),
  );
}

/** Whether two lists of components say the same to the person who gets the message. */
export const isSameContent = (a: readonly object[], b: readonly object[]): boolean =>
  isDeepStrictEqual(toComparable(a), toComparable(b));
