import { makeColumns, makeId, statement, type Transaction } from '#kit';

/** Where a reply goes: Meta's own keys. */
export interface Address {
  readonly to?: string;
  readonly recipient?: string;
  readonly group?: boolean;
}

export interface Touch {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly lane: string;
  readonly address: Address;
  /** Provider's time of the message; null leaves the times alone. */
  readonly at: number | null;
  readonly inbound: boolean;
  readonly messageId: string | null;
  /** We only look on: another app has the thread (standby). */
  readonly isStandby?: boolean;
  /** It came by an advertisement or Page button. */
  readonly isEntry?: boolean;
  /** The business wrote it by hand, in the app on its phone. */
  readonly isByHand?: boolean;
}

export interface ConversationView {
  readonly id: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly owner: string;
  readonly ownerEpoch: number;
  readonly lastInboundAt: number | null;
}

/** After so long without a word from the phone app the bot answers again; Meta's own threads are idle after as long. */
export const HOLD_HOURS = 24;

const TOUCHES = makeColumns({
  id: 'text',
  workspace_id: 'text',
  channel_id: 'text',
  contact_id: 'text',
  lane: 'text',
  address: 'jsonb',
  last_inbound_at: 'timestamptz',
  last_message_at: 'timestamptz',
  last_message_id: 'text',
  owner: 'text',
  entry_at: 'timestamptz',
  phone_at: 'timestamptz',
});

// An answer by hand, from the phone, takes the conversation, unless it was given back after that. Only the times count.
const ON_PHONE = `greatest(conversations.phone_at, excluded.phone_at) > greatest(conversations.released_at, ${TOUCHES.next}::timestamptz - interval '${HOLD_HOURS} hours')`;

// Who has the thread is told by where a message comes: another app's is seen in standby, and one that comes to us is ours
// again. The latest message counts, whatever the order in which they arrive. What a person took stays theirs.
const OWNER = `case
       when excluded.owner = 'other_app' and excluded.last_message_at >= coalesce(conversations.last_message_at, '-infinity') then 'other_app'
       when conversations.owner in ('person', 'nobody') then conversations.owner
       when conversations.owner = 'other_app' and not coalesce(excluded.owner <> 'other_app' and excluded.last_inbound_at >= coalesce(conversations.last_inbound_at, '-infinity'), false) then 'other_app'
       when ${ON_PHONE} then 'phone_app'
       else 'bot' end`;

// The window opens by the provider's time of the last inbound message, never by ours. In the order of channel and
// contact, as whoever else locks several conversations at once: nobody waits for another in a circle.
const TOUCH = statement(
  'conversations_touch',
  `insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, last_inbound_at, last_message_at, last_message_id, owner, entry_at, phone_at)
   select * from ${TOUCHES.from('t')}
   order by t.channel_id, t.contact_id
   on conflict (channel_id, contact_id) do update set
     lane = case when excluded.last_inbound_at >= coalesce(conversations.last_inbound_at, '-infinity') then excluded.lane else conversations.lane end,
     address = case when excluded.last_inbound_at >= coalesce(conversations.last_inbound_at, '-infinity') then excluded.address else conversations.address end,
     last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
     last_message_id = case when excluded.last_message_at >= coalesce(conversations.last_message_at, '-infinity') then excluded.last_message_id else conversations.last_message_id end,
     last_message_at = greatest(conversations.last_message_at, excluded.last_message_at),
     entry_at = greatest(conversations.entry_at, excluded.entry_at),
     phone_at = greatest(conversations.phone_at, excluded.phone_at),
     owner = ${OWNER}, owner_epoch = conversations.owner_epoch + case when ${OWNER} = conversations.owner then 0 else 1 end
   returning id, channel_id as "channelId", contact_id as "contactId", owner, owner_epoch as "ownerEpoch",
     (extract(epoch from last_inbound_at) * 1000)::bigint as "lastInboundAt"`,
);

const keyOf = (touch: { channelId: string; contactId: string }) => `${touch.channelId}\n${touch.contactId}`;
const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

interface Sum {
  readonly first: Touch;
  inboundAt: number | null;
  messageAt: number | null;
  messageId: string | null;
  isStandby: boolean;
  entryAt: number | null;
  phoneAt: number | null;
  address: Address;
  lane: string;
}

/** Several messages of one conversation in a batch become one row to write. */
function toSums(touches: readonly Touch[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const touch of touches) {
    const key = keyOf(touch);
    const sum = sums.get(key) ?? {
      first: touch,
      inboundAt: null,
      messageAt: null,
      messageId: null,
      isStandby: false,
      entryAt: null,
      phoneAt: null,
      address: touch.address,
      lane: touch.lane,
    };
    sums.set(key, sum);
    if (touch.inbound && touch.at !== null && touch.at >= (sum.inboundAt ?? -Infinity)) {
      sum.address = touch.address;
      sum.lane = touch.lane;
      sum.inboundAt = later(sum.inboundAt, touch.at);
    }
    if (touch.isEntry) sum.entryAt = later(sum.entryAt, touch.at);
    if (touch.isByHand) sum.phoneAt = later(sum.phoneAt, touch.at);
    if (touch.messageId && (touch.at ?? 0) >= (sum.messageAt ?? -Infinity)) {
      sum.messageId = touch.messageId;
      sum.isStandby = touch.isStandby ?? false;
    }
    if (touch.messageId) sum.messageAt = later(sum.messageAt, touch.at);
  }
  return [...sums.values()];
}

const HOLD_MS = HOLD_HOURS * 3_600_000;

/** Of a conversation that is new. */
function toOwner({ isStandby, phoneAt }: Sum, nowMs: number): string {
  if (isStandby) return 'other_app';
  return phoneAt !== null && phoneAt > nowMs - HOLD_MS ? 'phone_app' : 'bot';
}

/** Opens or updates the conversations that messages belong to; one view per (channel, contact). */
export async function touchConversations(
  tx: Transaction,
  touches: readonly Touch[],
  nowMs: number,
): Promise<Map<string, ConversationView>> {
  if (touches.length === 0) return new Map();
  const rows = toSums(touches).map((sum) => ({
    id: makeId('cnv', nowMs),
    workspace_id: sum.first.workspaceId,
    channel_id: sum.first.channelId,
    contact_id: sum.first.contactId,
    lane: sum.lane,
    address: sum.address,
    last_inbound_at: sum.inboundAt,
    last_message_at: sum.messageAt,
    last_message_id: sum.messageId,
    owner: toOwner(sum, nowMs),
    entry_at: sum.entryAt,
    phone_at: sum.phoneAt,
  }));
  const views = await tx.rows<ConversationView>(TOUCH, [...TOUCHES.values(rows), new Date(nowMs)]);
  return new Map(views.map((view) => [keyOf(view), view]));
}

export const conversationKey = keyOf;
