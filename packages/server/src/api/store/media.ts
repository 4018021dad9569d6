import { type Database, statement } from '#kit';

export interface MediaRow {
  readonly id: string;
  readonly messageId: string | null;
  readonly kind: string;
  readonly state: 'referenced' | 'stored' | 'corrupt' | 'lost' | 'deleted';
  readonly reason: string | null;
  readonly filename: string | null;
  readonly declaredType: string | null;
  readonly type: string | null;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly hasThumbnail: boolean;
  readonly createdAt: Date;
}

const COLUMNS = `id, message_id as "messageId", kind, state, reason, filename, mime_type as "declaredType", sniffed_type as type,
  coalesce(stored_bytes, size_bytes) as "sizeBytes", coalesce(content_sha256, sha256) as sha256, thumbnail_sha256 is not null as "hasThumbnail",
  created_at as "createdAt"`;

const ONE = statement('api_media', `select ${COLUMNS} from media where workspace_id = $1 and id = $2`);

const OF_MESSAGES = statement(
  'api_media_of_messages',
  `select ${COLUMNS} from media where message_id = any($2::text[]) and workspace_id = $1
   union
   select ${COLUMNS} from media where id = any($3::text[]) and workspace_id = $1
   order by id`,
);

export const findMedia = async (db: Database, workspaceId: string, id: string): Promise<MediaRow | null> =>
  (await db.rows<MediaRow>(ONE, [workspaceId, id]))[0] ?? null;

/** The files that came with messages, and those that messages name by our ids. */
export function listMedia(
  db: Database,
  workspaceId: string,
  of: { readonly messageIds: readonly string[]; readonly ids: readonly string[] },
): Promise<MediaRow[]> {
  return db.rows<MediaRow>(OF_MESSAGES, [workspaceId, of.messageIds, of.ids]);
}
