import { hash, randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 80 bits of digest in Crockford's base 32. */
function toBase32(bytes: Uint8Array, length: number): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5 && out.length < length) {
      bits -= 5;
      out += ALPHABET[(value >> bits) & 31];
    }
  }
  return out;
}

const pool = new Uint8Array(4096);
let used = pool.length;

function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** The time of an id: ten characters that sort as the times do. */
export function toTimePart(nowMs: number): string {
  let rest = Math.floor(nowMs);
  let out = '';
  for (let i = 0; i < 10; i++) {
    out = ALPHABET[rest % 32] + out;
    rest = Math.floor(rest / 32);
  }
  return out;
}

/** A new id that sorts by time: `msg_01k…` (10 characters of time, 16 of chance). */
export function makeId(prefix: string, nowMs: number): string {
  return `${prefix}_${toTimePart(nowMs)}${toBase32(randomBytes(10), 16)}`;
}

/** The same parts always give the same id: what makes a re-run change nothing. */
export function toDerivedId(prefix: string, nowMs: number, ...parts: readonly (string | number)[]): string {
  const digest = hash('sha256', JSON.stringify(parts), 'buffer');
  return `${prefix}_${toTimePart(nowMs)}${toBase32(digest.subarray(0, 10), 16)}`;
}

/**
 * An id that sorts by time and, within the same time, by `order`: for things whose own clock has whole seconds.
 * `order` must be unique for the prefix.
 */
export function toOrderedId(prefix: string, nowMs: number, order: number): string {
  return `${prefix}_${toTimePart(nowMs)}${toTimePart(order)}${toBase32(randomBytes(4), 6)}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** UUID version 7 (RFC 9562): time-ordered, so that index inserts stay at the right edge. */
export function makeUuid(nowMs: number): string {
  const random = randomBytes(10);
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const h = (i: number) => HEX[random[i] ?? 0] ?? '00';
  const version = HEX[0x70 | ((random[0] ?? 0) & 0x0f)];
  const variant = HEX[0x80 | ((random[2] ?? 0) & 0x3f)];
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${h(1)}-${variant}${h(3)}-${h(4)}${h(5)}${h(6)}${h(7)}${h(8)}${h(9)}`;
}

/** A 128-bit digest as a uuid, for dedupe marks. */
export function toDigestUuid(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** FNV-1a, 32 bit: spreads lanes over shards; not for anything an attacker may aim at. */
export function toHash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return h >>> 0;
}
