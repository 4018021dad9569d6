import { type Database, statement } from '#kit';
import type { BlobKey } from './blob-store.ts';

export type MediaState = 'referenced' | 'stored' | 'corrupt' | 'lost' | 'deleted';

/** A file to be fetched; `attempts` names this try: whoever settles under an older one changes nothing. */
export interface FetchRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string | null;
  readonly providerId: string | null;
  readonly kind: string;
  readonly mimeType: string | null;
  /** What the provider says of the content, lower-case hex. */
  readonly sha256: string | null;
  readonly url: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
}

// A claim is a postponement: who dies with it leaves a row that is due again when its time is over.
const CLAIM = statement(
  'media_claim',
  `with due as (
     select id from media where state = 'referenced' and due_at <= $1 order by due_at, id limit $3 for update skip locked)
   update media m set attempts = m.attempts + 1, due_at = $1::timestamptz + $2::float8 * interval '1 millisecond'
   from due where m.id = due.id
   returning m.id, m.workspace_id as "workspaceId", m.channel_id as "channelId", m.provider_id as "providerId", m.kind,
     m.mime_type as "mimeType", m.sha256, m.url, m.attempts, m.created_at as "createdAt"`,
);

const STORED = statement(
  'media_stored',
  `update media set state = 'stored', reason = null, content_sha256 = $3, sniffed_type = $4, stored_bytes = $5, stored_at = $6, thumbnail_state = $7
   where id = $1 and state = 'referenced' and attempts = $2`,
);

const FAILED = statement(
  'media_failed',
  `update media set state = $3, reason = $4, due_at = coalesce($5, due_at) where id = $1 and state = 'referenced' and attempts = $2`,
);

const AGAIN = statement(
  'media_again',
  `update media set state = 'referenced', due_at = '-infinity', attempts = 0
   where workspace_id = $1 and id = $2 and origin = 'message' and state in ('referenced', 'corrupt', 'lost')`,
);

const WAITING = statement(
  'media_waiting',
  `select count(*)::int as count from (select 1 from media where state = 'referenced' limit 100000) waiting`,
);

const TOUCH = statement(
  'blobs_touch',
  `insert into blobs (workspace_id, sha256, touched_at) values ($1, $2, $3)
   on conflict (workspace_id, sha256) do update set touched_at = greatest(blobs.touched_at, excluded.touched_at), settled = false`,
);

export function claimFetches(
  db: Database,
  claim: { readonly nowMs: number; readonly leaseMs: number; readonly limit: number },
): Promise<FetchRow[]> {
  return db.rows<FetchRow>(CLAIM, [new Date(claim.nowMs), claim.leaseMs, claim.limit]);
}

export interface Kept {
  readonly contentSha256: string;
  readonly sniffedType: string;
  readonly sizeBytes: number;
}

type Claimed = Pick<FetchRow, 'id' | 'attempts'>;

/** False: somebody else settled it, or it was deleted meanwhile. */
export async function settleStored(
  db: Database,
  row: Claimed,
  kept: Kept & { readonly at: number; readonly thumbnail: 'none' | 'wanted' },
): Promise<boolean> {
  const { contentSha256, sniffedType, sizeBytes, at, thumbnail } = kept;
  const values = [row.id, row.attempts, contentSha256, sniffedType, sizeBytes, new Date(at), thumbnail];
  return (await db.run(STORED, values)) > 0;
}

export async function settleFailed(
  db: Database,
  row: Claimed,
  failed: { readonly state: 'referenced' | 'corrupt' | 'lost'; readonly reason: string; readonly dueAt: number | null },
): Promise<boolean> {
  const dueAt = failed.dueAt === null ? null : new Date(failed.dueAt);
  return (await db.run(FAILED, [row.id, row.attempts, failed.state, failed.reason, dueAt])) > 0;
}

/** Due at once, as if it had never been tried. False: there is no such file of a message, or it is stored or deleted. */
export const claimAgain = async (db: Database, workspaceId: string, id: string): Promise<boolean> =>
  (await db.run(AGAIN, [workspaceId, id])) > 0;

/** Counts to 100,000. */
export const countWaiting = async (db: Database): Promise<number> =>
  (await db.rows<{ count: number }>(WAITING))[0]?.count ?? 0;

/** Before the bytes are put: what is touched is not swept for an hour. */
export const touchBlob = (db: Database, { workspaceId, sha256 }: BlobKey, nowMs: number): Promise<number> =>
  db.run(TOUCH, [workspaceId, sha256, new Date(nowMs)]);

/** What serving a file needs to know; nulls when it is not stored. */
export interface ServedRow {
  readonly workspaceId: string;
  readonly contentSha256: string | null;
  readonly sniffedType: string | null;
  readonly filename: string | null;
  readonly thumbnailSha256: string | null;
}

const SERVED = statement(
  'media_served',
  `select workspace_id as "workspaceId", content_sha256 as "contentSha256", sniffed_type as "sniffedType", filename,
     thumbnail_sha256 as "thumbnailSha256"
   from media where id = $1 and state = 'stored'`,
);

export const findServed = async (db: Database, id: string): Promise<ServedRow | null> =>
  (await db.rows<ServedRow>(SERVED, [id]))[0] ?? null;

/** A file that a message names. */
export interface FileRow {
  readonly id: string;
  readonly state: MediaState;
  readonly contentSha256: string | null;
  readonly sniffedType: string | null;
  readonly sizeBytes: number | null;
  readonly filename: string | null;
}

const FILES = statement(
  'media_files',
  `select id, state, content_sha256 as "contentSha256", sniffed_type as "sniffedType", stored_bytes as "sizeBytes", filename
   from media where workspace_id = $1 and id = any($2::text[])`,
);

export const findFiles = (db: Database, workspaceId: string, ids: readonly string[]): Promise<FileRow[]> =>
  db.rows<FileRow>(FILES, [workspaceId, ids]);
