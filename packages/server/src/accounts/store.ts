import { type Database, statement, type Transaction } from '#kit';

export interface KeyRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly digest: Buffer;
}

export interface SessionRow {
  readonly digest: Buffer;
  readonly keyId: string;
  readonly workspaceId: string;
  readonly expiresAt: Date;
}

// Two processes may start for the first time together: only one may make a key.
const LOCK = statement('accounts_lock', `select pg_advisory_xact_lock(hashtext('wharf.accounts'))`);

const HAS_KEY = statement(
  'accounts_has_key',
  'select 1 from api_keys where workspace_id = $1 and revoked_at is null limit 1',
);

// A key that was revoked by hand and is configured again is meant.
const PUT_KEY = statement(
  'accounts_put_key',
  `insert into api_keys (id, workspace_id, name, digest) values ($1, $2, $3, $4)
   on conflict (digest) do update set revoked_at = null where api_keys.workspace_id = excluded.workspace_id`,
);

const REVOKE_OTHERS = statement(
  'accounts_revoke_others',
  `update api_keys set revoked_at = $4 where workspace_id = $1 and name = $2 and digest <> $3 and revoked_at is null`,
);

const FIND_KEY = statement(
  'accounts_find_key',
  `select id, workspace_id as "workspaceId", digest from api_keys where digest = $1 and revoked_at is null`,
);

const FIND_SESSION = statement(
  'accounts_find_session',
  `select s.digest, s.key_id as "keyId", s.workspace_id as "workspaceId", s.expires_at as "expiresAt"
   from sessions s join api_keys k on k.id = s.key_id and k.revoked_at is null
   where s.digest = $1 and s.expires_at > $2`,
);

const PUT_SESSION = statement(
  'accounts_put_session',
  'insert into sessions (digest, workspace_id, key_id, created_at, expires_at) values ($1, $2, $3, $4, $5)',
);
const EXTEND_SESSION = statement('accounts_extend_session', 'update sessions set expires_at = $2 where digest = $1');
const DROP_SESSION = statement('accounts_drop_session', 'delete from sessions where digest = $1');
const DROP_EXPIRED = statement('accounts_drop_expired', 'delete from sessions where expires_at <= $1');

/** Held until the surrounding transaction ends. */
export const lockAccounts = (tx: Transaction): Promise<number> => tx.run(LOCK);

export const hasKey = async (db: Database, workspaceId: string): Promise<boolean> =>
  (await db.rows(HAS_KEY, [workspaceId])).length > 0;

export interface NewKey {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly digest: Buffer;
}

export const putKey = (db: Database, key: NewKey): Promise<number> =>
  db.run(PUT_KEY, [key.id, key.workspaceId, key.name, key.digest]);

/** Ends the other keys of the same name. */
export const revokeOthers = (db: Database, key: NewKey, nowMs: number): Promise<number> =>
  db.run(REVOKE_OTHERS, [key.workspaceId, key.name, key.digest, new Date(nowMs)]);

export const findKey = async (db: Database, digest: Buffer): Promise<KeyRow | null> =>
  (await db.rows<KeyRow>(FIND_KEY, [digest]))[0] ?? null;

/** A session that has not ended, of a key that was not revoked. */
export const findSession = async (db: Database, digest: Buffer, nowMs: number): Promise<SessionRow | null> =>
  (await db.rows<SessionRow>(FIND_SESSION, [digest, new Date(nowMs)]))[0] ?? null;

/** Opens a session, and clears away those that have ended. */
export async function putSession(
  db: Database,
  session: Omit<SessionRow, 'expiresAt'>,
  times: { nowMs: number; expiresAtMs: number },
): Promise<void> {
  const now = new Date(times.nowMs);
  await db.run(DROP_EXPIRED, [now]);
  await db.run(PUT_SESSION, [session.digest, session.workspaceId, session.keyId, now, new Date(times.expiresAtMs)]);
}

export const extendSession = (db: Database, digest: Buffer, expiresAtMs: number): Promise<number> =>
  db.run(EXTEND_SESSION, [digest, new Date(expiresAtMs)]);

export const dropSession = (db: Database, digest: Buffer): Promise<number> => db.run(DROP_SESSION, [digest]);
