import { hash } from 'node:crypto';
import { splitDelivery, type WhatsAppEvent } from '@wharf/whatsapp';
import {
  type Delivery,
  type JournalRow,
  type Place,
  POSITIONS,
  readDeliveries,
  type Segment,
  toDeliveryId,
  toPosition,
  toShard,
} from '#journal';
import { type Database, toReason } from '#kit';

/** A row of the journal with the event it points to. */
export interface Read extends JournalRow {
  readonly event: WhatsAppEvent;
  /** When its delivery reached us, unix ms. */
  readonly arrivedAt: number;
}

type Placed = { readonly delivery: number; readonly arrivedAt: number; readonly event: WhatsAppEvent };

function toPlaced(delivery: Delivery, n: number): Placed[] {
  const events = toEvents(delivery).filter(({ pointer }) => delivery.only?.includes(pointer) ?? true);
  return events.map((event) => ({ delivery: n, arrivedAt: delivery.receivedAt, event }));
}

/** Meta sends at most 1,000 updates at once: only junk runs out of positions. Its end stays together, and stays stored. */
function toPositioned(all: readonly Placed[]): readonly Placed[] {
  if (all.length <= POSITIONS) return all;
  const kept = all.slice(0, POSITIONS);
  const [last] = kept.splice(-1);
  if (!last) return kept;
  const reason = `It and ${all.length - POSITIONS} more in this delivery are too many to tell apart`;
  // An id of its own: under the event's it would be a duplicate of one like it, or make the event itself one.
  const rest = { ...toUnread(last.event, { kind: 'unreadable', reason }), id: `${last.event.id}:rest` };
  return [...kept, { ...last, event: rest }];
}

function toRow(segment: Segment, { event, ...placed }: Placed, place: number): Read {
  const { workspaceId, receivedAt } = segment;
  const channel = event.channel ?? '';
  return {
    ...placed,
    event,
    workspaceId,
    receivedAt,
    position: toPosition(segment.position, place),
    pointer: event.pointer,
    shard: toShard(channel, event.lane),
    provider: event.provider,
    channel,
    lane: event.lane,
    eventId: event.id,
    kind: event.kind,
  };
}

/** All events of a segment, in order, each with its place and its turn. */
export function expandSegment(segment: Segment): Read[] {
  return toPositioned(segment.deliveries.flatMap(toPlaced)).map((placed, n) => toRow(segment, placed, n));
}

type Pointed = Place & { readonly pointer: string };

/** An event read again, with the delivery that holds it: null when it is no longer stored. */
export interface Reread {
  readonly deliveryId: string;
  readonly body: Uint8Array | 'large' | null;
  readonly event: WhatsAppEvent | null;
}

/** Reads events again from where they lie, in the order given; what is stored in pieces above `maxBytes` is left. */
export async function rereadEvents(db: Database, places: readonly Pointed[], maxBytes?: number): Promise<Reread[]> {
  const deliveries = await readDeliveries(db, places, maxBytes);
  const eventsOf = makeSplitter();
  return places.map((place) => {
    const deliveryId = toDeliveryId(place);
    const delivery = deliveries.get(deliveryId);
    const body = delivery === null ? 'large' : (delivery?.body ?? null);
    return { deliveryId, body, event: (delivery && eventsOf(delivery).get(place.pointer)) ?? null };
  });
}

/** Splits each delivery once, however many of its events are asked for. */
function makeSplitter(): (delivery: Delivery) => ReadonlyMap<string, WhatsAppEvent> {
  const split = new Map<Delivery, ReadonlyMap<string, WhatsAppEvent>>();
  return (delivery) => {
    const events = split.get(delivery) ?? new Map(toEvents(delivery).map((event) => [event.pointer, event]));
    split.set(delivery, events);
    return events;
  };
}

/** The events of stored tasks; one whose delivery is gone, or that a newer version splits otherwise, is unreadable. */
export async function readEvents(
  db: Database,
  places: readonly (Pointed & { readonly eventId: string; readonly lane: string })[],
): Promise<WhatsAppEvent[]> {
  const reads = await rereadEvents(db, places);
  return places.map((place, n) => reads[n]?.event ?? toMissing(place));
}

/**
 * The events of a delivery. Whapi signs nothing: what speaks of another channel than its path's is kept, and unread. So is
 * a delivery that our own code cannot bear: a bug there must not stop the others.
 */
export function toEvents(delivery: Delivery): WhatsAppEvent[] {
  try {
    return splitOne(delivery).map(toStorable);
  } catch (error) {
    return [toUnsplit(delivery, toReason(error))];
  }
}

function toUnsplit({ provider, body }: Delivery, reason: string): WhatsAppEvent {
  const id = `u:${provider}:unsplit:${hash('sha256', body, 'hex')}`;
  return { id, provider, channel: null, account: null, lane: id, at: null, pointer: '', kind: 'unreadable', reason };
}

function splitOne({ provider, source, body, receivedAt }: Delivery): WhatsAppEvent[] {
  const options = { provider, receivedAt };
  if (provider === 'meta') return splitDelivery(body, options);
  return splitDelivery(body, { ...options, channel: source }).map((event) =>
    event.channel === source ? event : { ...toUnread(event, { kind: 'unknown', reason: FOREIGN }), channel: source },
  );
}

/** Line ends, NUL and other control characters, and halves of surrogate pairs: what a text column or a line refuses. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const toPlain = (text: string): string => (UNSTORABLE.test(text) ? JSON.stringify(text).slice(1, -1) : text);

/** Names in the body may hold anything: where they become a channel or a pointer, they are written as JSON escapes. */
function toStorable(event: WhatsAppEvent): WhatsAppEvent {
  const channel = event.channel === null ? null : toPlain(event.channel);
  const pointer = toPlain(event.pointer);
  return channel === event.channel && pointer === event.pointer ? event : { ...event, channel, pointer };
}

const FOREIGN = 'It names another channel than the one it was sent to';

/** The same event as one that nobody reads. */
function toUnread(
  { id, provider, channel, account, lane, at, pointer }: WhatsAppEvent,
  why: { readonly kind: 'unknown' | 'unreadable'; readonly reason: string },
): WhatsAppEvent {
  return { id, provider, channel, account, lane, at, pointer, ...why };
}

function toMissing({ eventId, lane, pointer }: { eventId: string; lane: string; pointer: string }): WhatsAppEvent {
  const reason = 'The delivery no longer holds this event';
  const base = { id: eventId, provider: 'meta', channel: null, account: null, lane, at: null, pointer } as const;
  return { ...base, kind: 'unreadable', reason };
}
