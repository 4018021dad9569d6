import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const COOKIE = 'wharf_session';
export const SESSION_MS = 30 * 86_400_000;

/** 256 bits each: guessing one is not a way in, so a plain digest (no salt, no stretching) is enough to store. */
export const makeKey = (): string => `wharf_${randomBytes(32).toString('base64url')}`;
export const makeToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256. Rows are found by it, so the time a look-up takes tells nothing about the secret. */
export const toDigest = (secret: string): Buffer => hash('sha256', secret, 'buffer');

export const isSameDigest = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** The token of `Authorization: Bearer …`; null for any other scheme. */
export function parseBearer(header: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}

/** The session token among the cookies of a request. */
export function parseSessionCookie(header: string): string | null {
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value) return value;
  }
  return null;
}

/** `Set-Cookie` value. `Secure` is left out: the same program is reached over plain HTTP on a developer's machine. */
export function toSetCookie(token: string | null): string {
  const maxAge = token === null ? 0 : SESSION_MS / 1000;
  return `${COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`;
}
