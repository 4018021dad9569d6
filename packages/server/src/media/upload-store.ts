import { type Database, statement } from '#kit';

const INSERT = statement(
  'media_upload_insert',
  `insert into media (id, workspace_id, origin, kind, mime_type, filename, state, content_sha256, sniffed_type, stored_bytes, stored_at,
                      thumbnail_state, idempotency_key, request_digest, created_at)
   values ($1, $2, 'upload', $3, $4, $5, 'stored', $6, $7, $8, $9, $10, $11, $12, $9)
   on conflict (workspace_id, idempotency_key) where idempotency_key is not null do nothing`,
);

const KNOWN = statement(
  'media_upload_known',
  `select id, request_digest as digest from media where workspace_id = $1 and idempotency_key = $2`,
);

const REMOVE = statement(
  'media_remove',
  `with old as (
     select id, workspace_id, content_sha256, thumbnail_sha256 from media where workspace_id = $1 and id = $2 and state <> 'deleted' for update),
   loose as (
     update blobs b set settled = false from old where b.workspace_id = old.workspace_id and b.sha256 in (old.content_sha256, old.thumbnail_sha256))
   update media m set state = 'deleted', reason = null, content_sha256 = null, thumbnail_sha256 = null, thumbnail_state = 'none'
   from old where m.id = old.id returning m.id`,
);

const SENT_AS = statement(
  'media_sent_as',
  `select provider_id as id from media_uploads where channel_id = $1 and sha256 = $2 and workspace_id = $3 and expires_at > $4`,
);

const KEEP_SENT = statement(
  'media_sent_keep',
  `insert into media_uploads (workspace_id, channel_id, sha256, provider_id, expires_at) values ($1, $2, $3, $4, $5)
   on conflict (channel_id, sha256) do update set provider_id = excluded.provider_id, expires_at = excluded.expires_at`,
);

export interface NewUpload {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: string;
  readonly declaredType: string | null;
  readonly filename: string | null;
  readonly sha256: string;
  readonly sniffedType: string;
  readonly sizeBytes: number;
  readonly at: number;
  readonly thumbnail: 'none' | 'wanted';
  readonly idempotencyKey: string | null;
  readonly digest: string;
}

/** False: the key belongs to an upload that is there. */
export async function insertUpload(db: Database, upload: NewUpload): Promise<boolean> {
  const { id, workspaceId, kind, declaredType, filename, sha256, sniffedType, sizeBytes, at, thumbnail } = upload;
  const file = [kind, declaredType, filename, sha256, sniffedType, sizeBytes, new Date(at), thumbnail];
  return (await db.run(INSERT, [id, workspaceId, ...file, upload.idempotencyKey, upload.digest])) > 0;
}

export async function findUpload(
  db: Database,
  workspaceId: string,
  idempotencyKey: string,
): Promise<{ readonly id: string; readonly digest: string } | null> {
  return (await db.rows<{ id: string; digest: string }>(KNOWN, [workspaceId, idempotencyKey]))[0] ?? null;
}

/** Its bytes go when nothing else names them. False: there is none, or not any more. */
export const removeMedia = async (db: Database, workspaceId: string, id: string): Promise<boolean> =>
  (await db.rows(REMOVE, [workspaceId, id])).length > 0;

/** A file as one channel knows it. */
export interface SentFile {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly sha256: string;
}

export async function findSentId(db: Database, file: SentFile, nowMs: number): Promise<string | null> {
  const rows = await db.rows<{ id: string }>(SENT_AS, [file.channelId, file.sha256, file.workspaceId, new Date(nowMs)]);
  return rows[0]?.id ?? null;
}

export const keepSentId = (db: Database, file: SentFile, sent: { id: string; expiresAt: number }): Promise<number> =>
  db.run(KEEP_SENT, [file.workspaceId, file.channelId, file.sha256, sent.id, new Date(sent.expiresAt)]);
