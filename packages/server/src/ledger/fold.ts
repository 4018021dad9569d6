import type { Message, MessageContent, Person, WhatsAppEvent } from '@wharf/whatsapp';
import { type Database, toOrderedId } from '#kit';
import {
  type Address,
  type ConversationView,
  conversationKey,
  type Touch,
  touchConversations,
} from './conversations.ts';
import { applyFacts, type Fact, joinParked } from './facts.ts';
import { type Arrival, insertArrivals } from './messages.ts';
import { type Identity, resolveContacts, toIdentities } from './people.ts';
import { toPreview, toStorable } from './text.ts';

/** One new event with the channel it belongs to; null for events of an account or of nobody. */
export interface Foldable {
  readonly event: WhatsAppEvent;
  readonly workspaceId: string;
  readonly position: number;
  readonly channelId: string | null;
  /** When it reached us, unix ms; stands in where the wire gives no time. */
  readonly arrivedAt: number;
}

/** What the ledger made of it: the view that reactions get. */
export interface Folded {
  readonly contactId: string | null;
  readonly conversation: ConversationView | null;
  readonly messageId: string | null;
}

export interface FoldResult {
  readonly folded: readonly Folded[];
  /** Sent messages that statuses gave evidence of. */
  readonly settled: readonly string[];
}

type EventWith<K extends string> = Extract<WhatsAppEvent, { kind: K }>;
type MessageEvent = EventWith<
  'message.received' | 'message.echo' | 'message.history' | 'standby.message' | 'standby.echo'
>;

const MESSAGE_KINDS: ReadonlySet<string> = new Set([
  'message.received',
  'message.echo',
  'message.history',
  'standby.message',
  'standby.echo',
]);
const isMessageEvent = (event: WhatsAppEvent): event is MessageEvent => MESSAGE_KINDS.has(event.kind);

/** Only these make or touch a contact; a status of a stranger's message must not. */
const PERSON_KINDS: ReadonlySet<string> = new Set([
  ...MESSAGE_KINDS,
  'message.edited',
  'message.revoked',
  'message.reaction',
  'contact.changed',
  'contact.synced',
  'contact.preference',
  'call.connect',
]);

function identitiesOf(event: WhatsAppEvent): Identity[] {
  if (!PERSON_KINDS.has(event.kind) || !('person' in event)) return [];
  const own = toIdentities(event.person);
  return event.kind === 'contact.changed' ? [...toIdentities(event.previous), ...own] : own;
}

function groupOf(event: WhatsAppEvent): string | null {
  if (isMessageEvent(event)) return event.message.groupId ?? null;
  return event.kind === 'message.reaction' ? (event.groupId ?? null) : null;
}

function nameOf(event: WhatsAppEvent): string | null {
  if (event.kind === 'contact.synced') return event.fullName ?? null;
  return 'person' in event && isInbound(event) ? (event.person.name ?? null) : null;
}

const isInbound = (event: WhatsAppEvent): boolean =>
  event.kind === 'message.received' ||
  event.kind === 'standby.message' ||
  (event.kind === 'message.history' && !event.fromBusiness);

const ORIGIN = {
  'message.received': 'customer',
  'message.echo': 'phone_app',
  'message.history': 'history',
  'standby.message': 'customer',
  'standby.echo': 'other_app',
} as const satisfies Record<MessageEvent['kind'], Arrival['origin']>;

/** Replies go to the identity the conversation came from: the phone if the wire gave one, else the BSUID. */
function toAddress(person: Person, groupId: string | null): Address {
  if (groupId) return { to: groupId, group: true };
  if (person.phone) return { to: person.phone };
  if (person.bsuid) return { recipient: person.bsuid };
  return { to: person.lid ?? '' };
}

function toTouch(item: Foldable, event: MessageEvent, contactId: string, messageId: string): Touch {
  return {
    workspaceId: item.workspaceId,
    channelId: item.channelId ?? '',
    contactId,
    lane: event.lane,
    address: toAddress(event.person, event.message.groupId ?? null),
    at: event.at ?? item.arrivedAt,
    inbound: isInbound(event) && event.kind !== 'message.history',
    messageId,
  };
}

function toArrival(
  item: Foldable,
  event: MessageEvent,
  ids: { id: string; contactId: string; conversationId: string },
): Arrival {
  const message: Message = event.message;
  return {
    ...ids,
    workspaceId: item.workspaceId,
    channelId: item.channelId ?? '',
    direction: isInbound(event) ? 'in' : 'out',
    origin: ORIGIN[event.kind],
    content: message.content,
    whatsappId: message.id,
    quotedId: message.context?.messageId ?? null,
    at: event.at ?? item.arrivedAt,
    position: item.position,
  };
}

const firstError = (event: EventWith<'message.status'>): object | null => event.errors[0] ?? null;

type FactEvent = EventWith<'message.status' | 'message.reaction' | 'message.edited' | 'message.revoked'>;
type FactOf<K> = (
  event: Extract<FactEvent, { kind: K }>,
  base: Omit<FactBase, 'target'>,
  contactId: string | null,
) => Fact;
type FactBase = Pick<Fact, 'workspaceId' | 'channelId' | 'target' | 'at' | 'position'>;

const FACT: { readonly [K in FactEvent['kind']]: FactOf<K> } = {
  'message.status': (event, base) => ({
    ...base,
    type: 'status',
    target: event.messageId,
    status: event.status === 'unknown' ? event.rawStatus : event.status,
    callback: event.callbackData ?? null,
    error: firstError(event),
    pricing: event.pricing ?? null,
  }),
  'message.reaction': (event, base, contactId) => {
    const actor = event.direction === 'out' ? 'business' : (contactId ?? event.lane);
    return { ...base, type: 'emoji', target: event.target, actor, emoji: event.emoji };
  },
  'message.edited': (event, base) => {
    const body = toStorable(event.content satisfies MessageContent);
    return { ...base, type: 'edit', target: event.target, body, preview: toPreview(event.content) };
  },
  'message.revoked': (event, base) => ({ ...base, type: 'revoke', target: event.target }),
};

const isFactEvent = (event: WhatsAppEvent): event is FactEvent => Object.hasOwn(FACT, event.kind);

function toFact(item: Foldable, contactId: string | null): Fact | null {
  const { event, workspaceId, channelId, position } = item;
  if (!isFactEvent(event) || channelId === null) return null;
  const make = FACT[event.kind] as FactOf<FactEvent['kind']>;
  return make(event, { workspaceId, channelId, at: event.at ?? item.arrivedAt, position }, contactId);
}

/** Group chats hang on the group: it is a contact of its own kind, and the writer is the message's contact. */
async function resolvePeople(
  tx: Database,
  items: readonly Foldable[],
  nowMs: number,
): Promise<{ writers: (string | null)[]; parties: (string | null)[] }> {
  const sightings = items.flatMap(({ event, workspaceId }) => {
    const group = groupOf(event);
    const base = { workspaceId, eventId: event.id };
    return [
      { ...base, identities: identitiesOf(event), name: nameOf(event), isLink: event.kind === 'contact.changed' },
      { ...base, identities: group ? [{ kind: 'group' as const, value: group }] : [], name: null },
    ];
  });
  const ids = await resolveContacts(tx, sightings, nowMs);
  const writers = items.map((_, n) => ids[2 * n] ?? null);
  return { writers, parties: items.map((_, n) => ids[2 * n + 1] ?? writers[n] ?? null) };
}

interface Draft {
  readonly item: Foldable;
  readonly event: MessageEvent;
  readonly n: number;
  readonly id: string;
  readonly party: string;
  readonly writer: string;
}

/** Edits, revokes and emojis of a customer belong to the conversation but neither open its window nor move its times. */
const TOUCHING: ReadonlySet<string> = new Set(['message.edited', 'message.revoked', 'message.reaction']);

function toSideTouch(item: Foldable, party: string | null): Touch | null {
  const { event } = item;
  if (!TOUCHING.has(event.kind) || item.channelId === null || !party || !('person' in event)) return null;
  const group = event.kind === 'message.reaction' ? (event.groupId ?? null) : null;
  return {
    workspaceId: item.workspaceId,
    channelId: item.channelId,
    contactId: party,
    lane: event.lane,
    address: toAddress(event.person, group),
    at: null,
    inbound: false,
    messageId: null,
  };
}

async function foldMessages(
  tx: Database,
  drafts: readonly Draft[],
  nowMs: number,
): Promise<Map<number, ConversationView>> {
  const touches = drafts.map((draft) => toTouch(draft.item, draft.event, draft.party, draft.id));
  const views = await touchConversations(tx, touches, nowMs);
  const viewOf = (draft: Draft) =>
    views.get(conversationKey({ channelId: draft.item.channelId ?? '', contactId: draft.party }));
  const arrivals = drafts.flatMap((draft) => {
    const view = viewOf(draft);
    return view
      ? [toArrival(draft.item, draft.event, { id: draft.id, contactId: draft.writer, conversationId: view.id })]
      : [];
  });
  const stored = await insertArrivals(tx, arrivals, nowMs);
  await joinParked(
    tx,
    arrivals.filter((arrival) => stored.has(arrival.id)),
  );
  return new Map(drafts.flatMap((draft) => (viewOf(draft) ? [[draft.n, viewOf(draft) as ConversationView]] : [])));
}

/**
 * Adds new events to the ledger with a bounded number of set-based statements, whatever the batch's size.
 * `folded[n]` belongs to `items[n]`. Runs inside the caller's transaction.
 */
export async function fold(tx: Database, items: readonly Foldable[], nowMs: number): Promise<FoldResult> {
  const { writers, parties } = await resolvePeople(tx, items, nowMs);
  const drafts = items.flatMap((item, n): Draft[] => {
    const party = parties[n];
    if (!isMessageEvent(item.event) || item.channelId === null || !party) return [];
    return [
      {
        item,
        event: item.event,
        n,
        id: toOrderedId('msg', item.event.at ?? item.arrivedAt, item.position),
        party,
        writer: writers[n] ?? party,
      },
    ];
  });
  const views = await foldMessages(tx, drafts, nowMs);
  const side = items.map((item, n) => toSideTouch(item, parties[n] ?? null));
  const sideViews = await touchConversations(
    tx,
    side.filter((touch) => touch !== null),
    nowMs,
  );
  const facts = items.map((item, n) => toFact(item, writers[n] ?? null)).filter((fact) => fact !== null);
  const applied = await applyFacts(tx, facts);
  const draftIds = new Map(drafts.map((draft) => [draft.n, draft.id]));
  const folded = items.map((item, n) => ({
    contactId: writers[n] ?? null,
    conversation:
      views.get(n) ??
      sideViews.get(conversationKey({ channelId: item.channelId ?? '', contactId: parties[n] ?? '' })) ??
      null,
    messageId: draftIds.get(n) ?? applied.messageIds.get(String(item.position)) ?? null,
  }));
  return { folded, settled: applied.settled };
}
