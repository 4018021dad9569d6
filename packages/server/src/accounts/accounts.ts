import { type Clock, type DatabasePool, makeId } from '#kit';
import { type Guard, makeGuard } from './guard.ts';
import {
  isSameDigest,
  makeKey,
  makeToken,
  parseBearer,
  parseSessionCookie,
  SESSION_MS,
  toDigest,
  toSetCookie,
} from './secret.ts';
import * as store from './store.ts';

/** Who is behind a request. `via` says how it was shown: only a session needs protection from other sites. */
export interface Identity {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly via: 'key' | 'session';
}

/** `retryAfterMs` is set when the address has to wait before its next attempt; the key was not looked at. */
export type OpenedSession =
  | { readonly ok: true; readonly identity: Identity; readonly setCookie: string }
  | { readonly ok: false; readonly retryAfterMs: number | null };

export interface Accounts {
  /**
   * Makes sure there is a key to sign in with. `given` (WHARF_API_KEY) works from now on and replaces the one that was
   * configured before; without it the first start makes one and returns it in `created`, this once.
   */
  ensureKey(given: string | null): Promise<{ readonly created: string | null }>;
  /** Null: not known, revoked or expired. An `Authorization` header decides alone, also when there is a cookie. */
  authenticate(headers: {
    readonly authorization?: string | undefined;
    readonly cookie?: string | undefined;
  }): Promise<Identity | null>;
  /** Signs a browser in for 30 days after its last use; at most ten wrong keys in a row from one address. */
  openSession(attempt: { readonly key: string; readonly address: string }): Promise<OpenedSession>;
  /** Ends the session of this `Cookie` header, if it has one; returns the `Set-Cookie` that clears it. */
  closeSession(cookie: string | undefined): Promise<string>;
  /** The `Set-Cookie` that keeps the session of this header for another 30 days in the browser as well. */
  renewCookie(cookie: string | undefined): string | null;
}

export interface AccountsOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly workspaceId: string;
}

/** How long a revoked key may still work on this process, and how much of the database a busy dashboard spares. */
const CACHE_MS = 5_000;
const CACHE_MAX = 1_000;
const CONFIGURED = 'WHARF_API_KEY';
const GENERATED = 'first start';
/** A session is written to at most once a day, not with each request. */
const EXTEND_AFTER_MS = 86_400_000;

interface Cache {
  get(digest: Buffer): Identity | null;
  put(digest: Buffer, identity: Identity): void;
  drop(digest: Buffer): void;
}

/** Known secrets by digest; unknown ones are not kept, so that guesses cannot fill it. */
function makeCache(clock: Clock): Cache {
  const known = new Map<string, { readonly identity: Identity; readonly until: number }>();
  return {
    get(digest) {
      const entry = known.get(digest.toString('hex'));
      return entry && entry.until > clock.now() ? entry.identity : null;
    },
    put(digest, identity) {
      if (known.size >= CACHE_MAX) known.clear();
      known.set(digest.toString('hex'), { identity, until: clock.now() + CACHE_MS });
    },
    drop: (digest) => void known.delete(digest.toString('hex')),
  };
}

async function findByKey(db: DatabasePool, key: string): Promise<Identity | null> {
  const digest = toDigest(key);
  const row = await store.findKey(db, digest);
  if (!row || !isSameDigest(row.digest, digest)) return null;
  return { workspaceId: row.workspaceId, keyId: row.id, via: 'key' };
}

async function findByToken(db: DatabasePool, token: string, nowMs: number): Promise<Identity | null> {
  const digest = toDigest(token);
  const row = await store.findSession(db, digest, nowMs);
  if (!row || !isSameDigest(row.digest, digest)) return null;
  const isOld = row.expiresAt.getTime() < nowMs + SESSION_MS - EXTEND_AFTER_MS;
  if (isOld) await store.extendSession(db, digest, nowMs + SESSION_MS);
  return { workspaceId: row.workspaceId, keyId: row.keyId, via: 'session' };
}

async function ensureKey(options: AccountsOptions, given: string | null): Promise<{ created: string | null }> {
  const nowMs = options.clock.now();
  return options.db.transaction(async (tx) => {
    await store.lockAccounts(tx);
    if (given === null && (await store.hasKey(tx, options.workspaceId))) return { created: null };
    const secret = given ?? makeKey();
    const name = given === null ? GENERATED : CONFIGURED;
    const key = { id: makeId('key', nowMs), workspaceId: options.workspaceId, name, digest: toDigest(secret) };
    await store.putKey(tx, key);
    if (given !== null) await store.revokeOthers(tx, key, nowMs);
    return { created: given === null ? secret : null };
  });
}

async function openSession(
  options: AccountsOptions,
  guard: Guard,
  attempt: { readonly key: string; readonly address: string },
): Promise<OpenedSession> {
  const { db, clock } = options;
  const waitMs = guard.take(attempt.address, clock.now());
  if (waitMs > 0) return { ok: false, retryAfterMs: waitMs };
  const found = await findByKey(db, attempt.key);
  if (!found) return { ok: false, retryAfterMs: null };
  guard.giveBack(attempt.address);
  const token = makeToken();
  const nowMs = clock.now();
  const identity: Identity = { ...found, via: 'session' };
  await store.putSession(db, { ...identity, digest: toDigest(token) }, { nowMs, expiresAtMs: nowMs + SESSION_MS });
  return { ok: true, identity, setCookie: toSetCookie(token) };
}

export function makeAccounts(options: AccountsOptions): Accounts {
  const { db, clock } = options;
  const guard = makeGuard();
  const keys = makeCache(clock);
  const sessions = makeCache(clock);

  async function recall(cache: Cache, secret: string, find: () => Promise<Identity | null>): Promise<Identity | null> {
    const digest = toDigest(secret);
    const known = cache.get(digest);
    if (known) return known;
    const found = await find();
    if (found) cache.put(digest, found);
    return found;
  }

  return {
    ensureKey: (given) => ensureKey(options, given),
    async authenticate({ authorization, cookie }) {
      if (authorization !== undefined) {
        const key = parseBearer(authorization);
        return key === null ? null : recall(keys, key, () => findByKey(db, key));
      }
      const token = parseSessionCookie(cookie ?? '');
      return token === null ? null : recall(sessions, token, () => findByToken(db, token, clock.now()));
    },
    openSession: (attempt) => openSession(options, guard, attempt),
    async closeSession(cookie) {
      const token = parseSessionCookie(cookie ?? '');
      if (token !== null) {
        await store.dropSession(db, toDigest(token));
        sessions.drop(toDigest(token));
      }
      return toSetCookie(null);
    },
    renewCookie(cookie) {
      const token = parseSessionCookie(cookie ?? '');
      return token === null ? null : toSetCookie(token);
    },
  };
}
