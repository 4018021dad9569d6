import { createHmac, timingSafeEqual } from 'node:crypto';

export type Variant = 'file' | 'thumbnail';

export interface SignedLink {
  readonly mediaId: string;
  readonly variant: Variant;
  readonly expiresAt: number;
}

const CODES = { file: 'f', thumbnail: 't' } as const;
const VARIANTS: Readonly<Record<string, Variant>> = { f: 'file', t: 'thumbnail' };

/** Links change once a minute, so that a page that asks every few seconds shows the same image from its cache. */
const STEP_MS = 60_000;

const digestOf = (secret: Uint8Array, text: string): Buffer =>
  createHmac('sha256', secret).update(`wharf media link v1\n${text}`).digest();

/** When a link made now ends: at most `ttlMs` from now, at least a minute less. */
export const toExpiry = (nowMs: number, ttlMs: number): number => Math.floor((nowMs + ttlMs) / STEP_MS) * STEP_MS;

/** `med_….f.lx2k9.<HMAC-SHA256>`: who holds it may read that one file until it expires. */
export function toToken(secret: Uint8Array, { mediaId, variant, expiresAt }: SignedLink): string {
  const text = `${mediaId}.${CODES[variant]}.${Math.floor(expiresAt / 1000).toString(36)}`;
  return `${text}.${digestOf(secret, text).toString('base64url')}`;
}

const TOKEN = /^((med_[0-9a-z]{1,64})\.([ft])\.([0-9a-z]{1,9}))\.([\w-]{43})$/;

/** Null for what we did not sign. Whether it has expired is the caller's question. */
export function parseToken(secret: Uint8Array, token: string): SignedLink | null {
  const [, text, mediaId, code = '', seconds = '', digest = ''] = TOKEN.exec(token) ?? [];
  const variant = VARIANTS[code];
  if (text === undefined || mediaId === undefined || variant === undefined) return null;
  const given = Buffer.from(digest, 'base64url');
  const own = digestOf(secret, text);
  if (given.length !== own.length || !timingSafeEqual(given, own)) return null;
  return { mediaId, variant, expiresAt: Number.parseInt(seconds, 36) * 1000 };
}
