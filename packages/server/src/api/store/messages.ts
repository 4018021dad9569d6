import { type Database, statement } from '#kit';

export interface MessageRow {
  readonly id: string;
  readonly conversationId: string | null;
  readonly contactId: string | null;
  readonly channelId: string;
  readonly direction: 'in' | 'out';
  readonly origin: string;
  readonly type: string;
  readonly preview: string;
  readonly body: Record<string, unknown>;
  readonly whatsappId: string | null;
  readonly quotedId: string | null;
  readonly at: Date;
  /** Microseconds, for the cursor. */
  readonly atUs: number;
  /** By the provider’s word. */
  readonly sentAt: Date | null;
  /** Of the outbox while it is on its way, else of the ledger. */
  readonly state: string;
  readonly reason: string | null;
  readonly reactions: { by: 'contact' | 'business'; emoji: string; at: string }[];
  readonly editedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
  readonly category: string | null;
  readonly retryOf: string | null;
}

export const MESSAGE_COLUMNS = `m.id, m.conversation_id as "conversationId", m.contact_id as "contactId", m.channel_id as "channelId", m.direction, m.origin, m.type, m.preview, m.body,
  m.whatsapp_id as "whatsappId", m.quoted_id as "quotedId", m.at, (extract(epoch from m.at) * 1000000)::bigint as "atUs",
  coalesce((select o.state from outbox o where o.id = m.id), m.state) as state, m.reason, m.edited_at as "editedAt", m.revoked_at as "revokedAt",
  m.sent_at as "sentAt", m.send_at as "sendAt", m.expires_at as "expiresAt", m.category, m.retry_of as "retryOf",
  (select coalesce(jsonb_agg(jsonb_build_object('by', case e.actor when 'business' then 'business' else 'contact' end, 'emoji', e.emoji,
            'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by e.at, e.actor), '[]')
   from message_emojis e where e.message_id = m.id and e.emoji is not null) as reactions`;

const THREAD = statement(
  'api_thread',
  `select ${MESSAGE_COLUMNS} from messages m
   where m.conversation_id = $2 and m.workspace_id = $1
     and (m.at, m.id) < (coalesce('epoch'::timestamptz + $3::bigint * interval '1 microsecond', 'infinity'), $4)
   order by m.at desc, m.id desc limit $5`,
);

const ONE = statement(
  'api_message',
  `select ${MESSAGE_COLUMNS} from messages m where m.workspace_id = $1 and m.id = $2`,
);

/** Newest first; at most `limit` rows. */
export function listThread(
  db: Database,
  workspaceId: string,
  query: {
    readonly conversationId: string;
    readonly after: readonly [us: number, id: string] | undefined;
    readonly limit: number;
  },
): Promise<MessageRow[]> {
  const [us, id] = query.after ?? [null, ''];
  return db.rows<MessageRow>(THREAD, [workspaceId, query.conversationId, us, id, query.limit]);
}

export const findMessage = async (db: Database, workspaceId: string, id: string): Promise<MessageRow | null> =>
  (await db.rows<MessageRow>(ONE, [workspaceId, id]))[0] ?? null;
