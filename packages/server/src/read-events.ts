import { splitDelivery, type WhatsAppEvent } from '@wharf/whatsapp';
import { type JournalRow, readBodies } from '#journal';
import type { Database } from '#kit';

/** A row of the journal with the event it points to. */
export interface Read extends JournalRow {
  readonly event: WhatsAppEvent;
}

const byPointer = (events: readonly WhatsAppEvent[]): Map<string, WhatsAppEvent> =>
  new Map(events.map((event) => [event.pointer, event]));

/** Reads the events that journal rows point to; each delivery is split once. */
export async function readEvents(
  db: Database,
  rows: readonly JournalRow[],
  recall: (id: string) => readonly WhatsAppEvent[] | undefined,
): Promise<Read[]> {
  const split = new Map<string, ReadonlyMap<string, WhatsAppEvent>>();
  for (const row of rows) {
    const known = split.has(row.deliveryId) ? undefined : recall(row.deliveryId);
    if (known) split.set(row.deliveryId, byPointer(known));
  }
  const bodies = await readBodies(
    db,
    rows.filter((row) => !split.has(row.deliveryId)),
  );
  for (const [id, delivery] of bodies) split.set(id, byPointer(toEvents(delivery)));
  // The id in the journal counts: what has no time of its own on the wire is told apart by when it arrived.
  return rows.map((row) => ({
    ...row,
    event: { ...(split.get(row.deliveryId)?.get(row.pointer) ?? toMissing(row)), id: row.eventId },
  }));
}

interface RawDelivery {
  readonly provider: 'meta' | 'whapi';
  readonly source: string;
  readonly body: Uint8Array;
  readonly receivedAt: number | Date;
}

/** The events of a delivery. Whapi signs nothing: what speaks of another channel than its path's is kept, and unread. */
export function toEvents(delivery: RawDelivery): WhatsAppEvent[] {
  return splitOne(delivery).map(toStorable);
}

function splitOne({ provider, source, body, receivedAt }: RawDelivery): WhatsAppEvent[] {
  const options = { provider, receivedAt: Number(receivedAt) };
  if (provider === 'meta') return splitDelivery(body, options);
  return splitDelivery(body, { ...options, channel: source }).map((event) =>
    event.channel === source ? event : toForeign(event, source),
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

function toForeign(event: WhatsAppEvent, source: string): WhatsAppEvent {
  const { id, provider, account, lane, at, pointer } = event;
  return {
    id,
    provider,
    account,
    lane,
    at,
    pointer,
    kind: 'unknown',
    channel: source,
    reason: 'It names another channel than the one it was sent to',
  };
}

/** A pointer that leads nowhere: the delivery is gone, or a newer version splits it otherwise. */
function toMissing(row: JournalRow): WhatsAppEvent {
  const { provider, channel, lane, pointer } = row;
  return {
    id: row.eventId,
    kind: 'unreadable',
    provider,
    channel,
    account: null,
    lane,
    at: null,
    pointer,
    reason: 'The delivery no longer holds this event',
  };
}

type Stored = { readonly provider: string; readonly source: string; readonly body: Uint8Array };

/** Reads single events of stored deliveries; a delivery that is asked about again is split once. */
export function makeEventReader(): (delivery: Stored, pointer: string) => WhatsAppEvent | null {
  const split = new WeakMap<Stored, ReadonlyMap<string, WhatsAppEvent>>();
  return (delivery, pointer) => {
    const provider = delivery.provider === 'whapi' ? 'whapi' : 'meta';
    const events = split.get(delivery) ?? byPointer(toEvents({ ...delivery, provider, receivedAt: 0 }));
    split.set(delivery, events);
    return events.get(pointer) ?? null;
  };
}
