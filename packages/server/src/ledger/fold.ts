import type { Message, MessageContent, Person, WhatsAppEvent } from '@wharf/whatsapp';
import { toOrderedId, type Transaction } from '#kit';
import {
  type Address,
  type ConversationView,
  conversationKey,
  type Touch,
  touchConversations,
} from './conversations.ts';
import { applyFacts, type Fact, unpark } from './facts.ts';
import { type Arrival, insertArrivals, insertMedia } from './messages.ts';
import { type Identity, recogniseContacts, toIdentities } from './people.ts';
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
    isStandby: event.kind.startsWith('standby.'),
    isEntry: event.kind === 'message.received' && event.message.referral !== undefined,
    isByHand: event.kind === 'message.echo' && event.writtenIn === 'phone_app',
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

interface People {
  /** By place in the batch: who wrote, or whom it is about. */
  readonly writers: readonly (string | null)[];
  /** Whose conversation it is. Group chats hang on the group: it is a contact of its own kind. */
  readonly parties: readonly (string | null)[];
  write(): Promise<void>;
}

async function recognisePeople(tx: Transaction, items: readonly Foldable[], nowMs: number): Promise<People> {
  const sightings = items.flatMap(({ event, workspaceId }) => {
    const group = groupOf(event);
    const base = { workspaceId, eventId: event.id };
    return [
      { ...base, identities: identitiesOf(event), name: nameOf(event), isLink: event.kind === 'contact.changed' },
      { ...base, identities: group ? [{ kind: 'group' as const, value: group }] : [], name: null },
    ];
  });
  const { contactIds: ids, write } = await recogniseContacts(tx, sightings, nowMs);
  const writers = items.map((_, n) => ids[2 * n] ?? null);
  return { writers, parties: items.map((_, n) => ids[2 * n + 1] ?? writers[n] ?? null), write };
}

interface Draft {
  readonly item: Foldable;
  readonly event: MessageEvent;
  readonly n: number;
  readonly id: string;
  readonly party: string;
  readonly writer: string;
}

function toDrafts(items: readonly Foldable[], { writers, parties }: People): Draft[] {
  return items.flatMap((item, n): Draft[] => {
    const party = parties[n];
    if (!isMessageEvent(item.event) || item.channelId === null || !party) return [];
    const id = toOrderedId('msg', item.event.at ?? item.arrivedAt, item.position);
    return [{ item, event: item.event, n, id, party, writer: writers[n] ?? party }];
  });
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

type Views = ReadonlyMap<string, ConversationView>;

/** Opens or touches all conversations of the batch; where a message says more than what came beside it, it counts. */
async function foldConversations(
  tx: Transaction,
  batch: { readonly items: readonly Foldable[]; readonly drafts: readonly Draft[]; readonly people: People },
  nowMs: number,
): Promise<Views> {
  const { items, drafts, people } = batch;
  const touches = drafts.map((draft) => toTouch(draft.item, draft.event, draft.party, draft.id));
  const sides = items.map((item, n) => toSideTouch(item, people.parties[n] ?? null)).filter((touch) => touch !== null);
  const [views] = await Promise.all([touchConversations(tx, [...touches, ...sides], nowMs), people.write()]);
  return views;
}

const viewOf = (views: Views, item: Foldable, party: string | null): ConversationView | null =>
  views.get(conversationKey({ channelId: item.channelId ?? '', contactId: party ?? '' })) ?? null;

function toArrivals(drafts: readonly Draft[], views: Views): Arrival[] {
  return drafts.flatMap(({ item, event, id, writer, party }) => {
    const view = viewOf(views, item, party);
    return view ? [toArrival(item, event, { id, contactId: writer, conversationId: view.id })] : [];
  });
}

/**
 * Adds new events to the ledger with a bounded number of set-based statements, whatever the batch's size; those that do
 * not wait for each other travel together. `folded[n]` belongs to `items[n]`. Runs inside the caller's transaction.
 */
export async function fold(tx: Transaction, items: readonly Foldable[], nowMs: number): Promise<FoldResult> {
  const people = await recognisePeople(tx, items, nowMs);
  const drafts = toDrafts(items, people);
  const views = await foldConversations(tx, { items, drafts, people }, nowMs);
  const arrivals = toArrivals(drafts, views);
  const facts = items.map((item, n) => toFact(item, people.writers[n] ?? null)).filter((fact) => fact !== null);
  // In this order: a fact may be about a message that arrived in the same batch.
  const [stored, waited, applied] = await Promise.all([
    insertArrivals(tx, arrivals),
    unpark(tx, arrivals),
    applyFacts(tx, facts),
  ]);
  await Promise.all([insertMedia(tx, stored, nowMs), applyFacts(tx, waited)]);
  const draftIds = new Map(drafts.map((draft) => [draft.n, draft.id]));
  const folded = items.map((item, n) => ({
    contactId: people.writers[n] ?? null,
    conversation: viewOf(views, item, people.parties[n] ?? null),
    messageId: draftIds.get(n) ?? applied.messageIds.get(String(item.position)) ?? null,
  }));
  return { folded, settled: applied.settled };
}
