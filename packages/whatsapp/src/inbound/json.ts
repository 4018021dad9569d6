/**
 * JSON as webhooks need it: ids above 2^53 keep every digit, and nothing a stranger sends makes it throw, overflow
 * the stack or take more than linear time. Plain `JSON.parse` of V8 already copes with 100,000 levels of nesting
 * (it keeps its own stack), makes `__proto__` an ordinary own key, and refuses raw control characters.
 */

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'empty' | 'not JSON' };

const EMPTY: ParsedJson = { ok: false, reason: 'empty' };
const NOT_JSON: ParsedJson = { ok: false, reason: 'not JSON' };

/**
 * Where a number could be too large for a double: 16 digits or an exponent, outside a string as far as one can tell
 * without tokenising. A false alarm (a card number in a text after a space) costs one more pass, nothing else.
 */
const LARGE_NUMBER = /[:,[\s]-?(?:\d{16}|\d[\d.]*[eE])|^-?\d/;

/**
 * Parses UTF-8 bytes. Integers beyond ±(2^53 − 1) and numbers beyond a double (`1e400`) come back as strings holding
 * exactly the text of the source; every other value is as `JSON.parse` gives it. A byte order mark is skipped and
 * invalid UTF-8 becomes U+FFFD: the event stays readable, and the journal keeps the bytes.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return parseJsonText(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** The same over text that is decoded already. */
export function parseJsonText(text: string): ParsedJson {
  if (text.trim() === '') return EMPTY;
  try {
    const value: unknown = JSON.parse(text);
    if (!LARGE_NUMBER.test(text)) return { ok: true, value };
    return { ok: true, value: JSON.parse(quoteLargeNumbers(text)) as unknown };
  } catch {
    // V8's message quotes the input, which may be a person's text: only the fact leaves this function.
    return NOT_JSON;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/**
 * Puts the numbers that a double cannot hold in quotes. Only for text that `JSON.parse` accepted. A reviver with
 * source access would do the same, but V8 runs it recursively: 100,000 levels overflow its stack.
 */
function quoteLargeNumbers(text: string): string {
  let out = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      const end = endOfNumber(text, at);
      if (isTooLarge(text, at, end)) {
        out += `${text.slice(copied, at)}"${text.slice(at, end)}"`;
        copied = end;
      }
      at = end;
    } else at += 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

function isTooLarge(text: string, from: number, to: number): boolean {
  // A double holds every number of up to 15 characters without exponent; most numbers end here.
  if (to - from < 16 && !/[eE]/.test(text.slice(from, to))) return false;
  return Math.abs(Number(text.slice(from, to))) > Number.MAX_SAFE_INTEGER;
}

/** Index after the closing quote. Jumps from quote to quote: strings are most of a payload. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close === -1 ? text.length : close + 1;
}

/** An odd run of backslashes before it. Runs do not overlap, so all calls together stay linear. */
function isEscaped(text: string, quote: number): boolean {
  let start = quote;
  while (text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
  return (quote - start) % 2 === 1;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Digits, `.`, `+`, `-`, `E`, `e`. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x2b || code === MINUS || code === 0x45 || code === 0x65;
}
