import { type Database, statement, toTimePart } from '#kit';
import { MESSAGE_COLUMNS, type MessageRow } from './messages.ts';

/** Which messages; what is left out does not matter. Times are Unix ms. */
export interface MessageQuery {
  readonly workspaceId: string;
  readonly sinceMs: number;
  readonly untilMs: number | null;
  readonly state?: string | undefined;
  readonly direction?: string | undefined;
  readonly channelId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly origin?: string | undefined;
  readonly type?: string | undefined;
  /** Goes on below this id. */
  readonly before: string | null;
  readonly limit: number;
}

// Ids begin with their time, so a span of time is a span of the primary key; within it rows are filtered one by one. An
// index over the state would cost every status of every message its cheap update (HOT).
const LIST = statement(
  'api_messages',
  `select ${MESSAGE_COLUMNS} from messages m
   where m.workspace_id = $1 and m.id >= $2 and m.id < $3
     and ($4::text is null or coalesce((select o.state from outbox o where o.id = m.id), m.state) = $4)
     and ($5::text is null or m.direction = $5) and ($6::text is null or m.channel_id = $6) and ($7::text is null or m.contact_id = $7)
     and ($8::text is null or m.conversation_id = $8) and ($9::text is null or m.origin = $9) and ($10::text is null or m.type = $10)
   order by m.id desc limit $11`,
);

const PREFIX = 'msg_';
const END = `${PREFIX}~`;

/** Newest first; at most `limit` rows. */
export function listMessages(db: Database, query: MessageQuery): Promise<MessageRow[]> {
  const until = query.untilMs === null ? END : `${PREFIX}${toTimePart(query.untilMs)}`;
  const below = query.before !== null && query.before < until ? query.before : until;
  const { state, direction, channelId, contactId, conversationId, origin, type } = query;
  const filters = [state, direction, channelId, contactId, conversationId, origin, type].map((value) => value ?? null);
  const from = `${PREFIX}${toTimePart(Math.max(0, query.sinceMs))}`;
  return db.rows<MessageRow>(LIST, [query.workspaceId, from, below, ...filters, query.limit]);
}
