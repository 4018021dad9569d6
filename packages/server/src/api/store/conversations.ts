import { type Database, statement } from '#kit';

export interface ConversationRow {
  readonly id: string;
  readonly channelId: string;
  readonly provider: string;
  readonly owner: 'bot' | 'person' | 'phone_app' | 'other_app' | 'nobody';
  readonly state: 'open' | 'pending' | 'snoozed' | 'resolved';
  readonly lastInboundAt: Date | null;
  readonly lastMessageAt: Date | null;
  /** Microseconds, for the cursor. */
  readonly lastMessageUs: number | null;
  readonly contactId: string;
  readonly contactKind: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly bsuid: string | null;
  readonly lastDirection: 'in' | 'out' | null;
  readonly lastPreview: string | null;
  readonly lastState: string | null;
}

const identity = (kind: string): string =>
  `(select i.value from identities i where i.contact_id = v.contact_id and i.kind = '${kind}' and i.workspace_id = v.workspace_id order by i.seen_at desc limit 1)`;

const COLUMNS = `v.id, v.channel_id as "channelId", coalesce((select h.provider from channels h where h.id = v.channel_id), 'meta') as provider,
  v.owner, v.state, v.last_inbound_at as "lastInboundAt", v.last_message_at as "lastMessageAt",
  (extract(epoch from v.last_message_at) * 1000000)::bigint as "lastMessageUs",
  v.contact_id as "contactId", c.kind as "contactKind", coalesce(c.given_name, c.name) as name, ${identity('phone')} as phone, ${identity('bsuid')} as bsuid,
  m.direction as "lastDirection", m.preview as "lastPreview", coalesce((select o.state from outbox o where o.id = m.id), m.state) as "lastState"`;

const JOINS = 'left join contacts c on c.id = v.contact_id left join messages m on m.id = v.last_message_id';

// Two branches, because conversations without a message (somebody only reacted with an emoji) come last and a row
// comparison never matches them: each branch is one range of conversations_recent.
const LIST = statement(
  'api_conversations',
  `select ${COLUMNS} from (
     (select * from conversations
      where workspace_id = $1 and (last_message_at, id) < (coalesce('epoch'::timestamptz + $2::bigint * interval '1 microsecond', 'infinity'), $3)
        and not $4
      order by last_message_at desc nulls last, id desc limit $5)
     union all
     (select * from conversations
      where workspace_id = $1 and last_message_at is null and (not $4 or id < $3) order by id desc limit $5)) v
   ${JOINS}
   order by v.last_message_at desc nulls last, v.id desc limit $5`,
);

const ONE = statement(
  'api_conversation',
  `select ${COLUMNS} from conversations v ${JOINS} where v.workspace_id = $1 and v.id = $2`,
);

/** Latest message first; at most `limit` rows. */
export function listConversations(
  db: Database,
  workspaceId: string,
  query: { readonly after: readonly [us: number | null, id: string] | undefined; readonly limit: number },
): Promise<ConversationRow[]> {
  const [us, id] = query.after ?? [null, ''];
  const isAmongEmpty = query.after !== undefined && us === null;
  return db.rows<ConversationRow>(LIST, [workspaceId, us, id, isAmongEmpty, query.limit]);
}

export const findConversation = async (
  db: Database,
  workspaceId: string,
  id: string,
): Promise<ConversationRow | null> => (await db.rows<ConversationRow>(ONE, [workspaceId, id]))[0] ?? null;
