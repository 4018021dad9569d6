import type { OutgoingMessage, Recipient } from '@wharf/whatsapp';
import { makeColumns, type RowOf, statement, type Transaction } from '#kit';
import type { Offered } from './inflow.ts';
import { QUEUED_COLUMNS } from './store.ts';

interface Base {
  /** The key: the same id is enqueued once, however often it is asked for. */
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  /** The conversation: it stays the same when its person, known by phone so far, writes and is known by another id. */
  readonly lane: string;
  readonly address: Recipient;
  readonly class: number;
}

export type Outgoing =
  | (Base & {
      readonly kind: 'message';
      readonly conversationId: string;
      readonly contactId: string | null;
      readonly origin: string;
      readonly message: OutgoingMessage;
      readonly preview: string;
      readonly at: number;
      /** Asked for: not before, Unix ms; null: at once. */
      readonly sendAt: number | null;
      /** Not after, Unix ms; null: never too late. */
      readonly expiresAt: number | null;
      /** The caller's own `biz_opaque_callback_data`. */
      readonly callbackData: string | null;
      /** The message that this one repeats. */
      readonly retryOf: string | null;
      /** Refused by the store when the conversation has changed hands since; null: not bound to an owner. */
      readonly ownerEpoch: number | null;
      readonly position: number | null;
      readonly reaction: string | null;
      readonly idempotencyKey: string | null;
      readonly requestDigest: string | null;
    })
  | (Base & { readonly kind: 'read'; readonly messageId: string; readonly typing: boolean });

/** A row that is new in the outbox, as its sender takes it. */
export type Enqueued = Offered & { readonly channelId: string };

const ENQUEUED = `${QUEUED_COLUMNS}, channel_id as "channelId"`;

const BASE = {
  n: 'int',
  id: 'text',
  workspace_id: 'text',
  channel_id: 'text',
  lane: 'text',
  class: 'smallint',
  address: 'jsonb',
} as const;
const MESSAGE = {
  ...BASE,
  conversation_id: 'text',
  contact_id: 'text',
  origin: 'text',
  type: 'text',
  preview: 'text',
  body: 'jsonb',
  quoted_id: 'text',
  at: 'timestamptz',
  owner_epoch: 'bigint',
  position: 'bigint',
  reaction: 'text',
  idempotency_key: 'text',
  request_digest: 'text',
  send_at: 'timestamptz',
  expires_at: 'timestamptz',
  callback_data: 'text',
  retry_of: 'text',
} as const;
const messageColumns = makeColumns(MESSAGE);
const readColumns = makeColumns({ ...BASE, payload: 'jsonb', due_at: 'timestamptz' });

const MESSAGES = statement(
  'outbox_messages',
  `with wanted as (
     select r.*, r.owner_epoch is not null and r.owner_epoch <> (select owner_epoch from conversations c where c.id = r.conversation_id) as stale
     from ${messageColumns.from('r')}),
   stored as (
     insert into messages (id, workspace_id, channel_id, conversation_id, contact_id, direction, origin, type, preview, body, quoted_id, at,
                           state, reason, position, reaction, idempotency_key, request_digest, class, send_at, expires_at, callback_data, retry_of)
     select id, workspace_id, channel_id, conversation_id, contact_id, 'out', origin, type, preview, body, quoted_id, at + n * interval '1 microsecond',
            case when stale then 'blocked' when send_at > at then 'scheduled' else 'queued' end, case when stale then 'The conversation changed hands before this answer was ready' end,
            position, reaction, idempotency_key, request_digest, class, send_at, expires_at, callback_data, retry_of
     from wanted order by n
     on conflict do nothing returning id, state),
   moved as (
     update conversations c set last_message_id = l.id, last_message_at = greatest(c.last_message_at, l.at)
     from (select distinct on (w.conversation_id) w.conversation_id, w.id, w.at from wanted w join stored s on s.id = w.id order by w.conversation_id, w.n desc) l
     where ${messageColumns.next} and c.id = l.conversation_id and c.last_message_id is distinct from l.id and l.at >= coalesce(c.last_message_at, '-infinity')),
   ahead as materialized (
     select k.channel_id, k.class, (select max(o.seq) from outbox o where o.channel_id = k.channel_id and o.class = k.class and o.wakes_at is null) as seq
     from (select distinct channel_id, class from wanted) k),
   placed as (
     insert into outbox (id, workspace_id, channel_id, lane, kind, class, address, payload, due_at, expires_at, state, wakes_at)
     select w.id, w.workspace_id, w.channel_id, w.lane, 'message', w.class, w.address, w.body, coalesce(w.send_at, w.at), w.expires_at, s.state, case s.state when 'scheduled' then w.send_at end
     from wanted w join stored s on s.id = w.id where s.state in ('queued', 'scheduled') order by w.n
     returning ${ENQUEUED})
   select p.*, a.seq as after from placed p join ahead a on a.channel_id = p."channelId" and a.class = p.class order by p.seq`,
);

const READS = statement(
  'outbox_reads',
  `insert into outbox (id, workspace_id, channel_id, lane, kind, class, address, payload, due_at)
   select r.id, r.workspace_id, r.channel_id, r.lane, 'read', r.class, r.address, r.payload, r.due_at
   from ${readColumns.from('r')}
   order by r.n on conflict do nothing returning ${ENQUEUED}`,
);

const toBase = (item: Outgoing, n: number) => ({
  n,
  id: item.id,
  workspace_id: item.workspaceId,
  channel_id: item.channelId,
  lane: item.lane,
  class: item.class,
  address: item.address,
});

function toMessageRow(item: Extract<Outgoing, { kind: 'message' }>, n: number): RowOf<typeof MESSAGE> {
  return {
    ...toBase(item, n),
    conversation_id: item.conversationId,
    contact_id: item.contactId,
    origin: item.origin,
    type: item.message.type,
    preview: item.preview,
    body: item.message,
    quoted_id: item.message.context?.message_id,
    at: item.at,
    owner_epoch: item.ownerEpoch,
    position: item.position,
    reaction: item.reaction,
    idempotency_key: item.idempotencyKey,
    request_digest: item.requestDigest,
    send_at: item.sendAt,
    expires_at: item.expiresAt,
    callback_data: item.callbackData,
    retry_of: item.retryOf,
  };
}

/**
 * Puts messages and read marks on their way, in order, inside the caller's transaction. Returns the rows that are new,
 * to be offered to the senders after the commit; scheduled ones are not among them. `moves`: false when the conversations
 * were told of their last message already.
 */
export async function enqueue(
  tx: Transaction,
  items: readonly Outgoing[],
  nowMs: number,
  { moves = true }: { readonly moves?: boolean } = {},
): Promise<Enqueued[]> {
  const messages = items.filter((item) => item.kind === 'message');
  const reads = items.filter((item) => item.kind === 'read');
  const marks = reads.map((item, n) => ({
    ...toBase(item, n),
    payload: { messageId: item.messageId, typing: item.typing },
    due_at: nowMs,
  }));
  const [queued, marked] = await Promise.all([
    messages.length === 0
      ? []
      : tx.rows<Enqueued>(MESSAGES, [...messageColumns.values(messages.map(toMessageRow)), moves]),
    marks.length === 0 ? [] : tx.rows<Enqueued>(READS, readColumns.values(marks)),
  ]);
  // What waits for its time is not for a sender yet.
  return [...queued.filter((row) => row.state === 'queued'), ...marked];
}
