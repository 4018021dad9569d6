import { splitDelivery, type WhatsAppEvent } from '@wharf/whatsapp';
import { type JournalRow, readBodies } from '#journal';
import type { Database } from '#kit';

/** A row of the journal with the event it points to. */
export interface Read extends JournalRow {
  readonly event: WhatsAppEvent;
}

/** Reads the events that journal rows point to; each delivery is split once. */
export async function readEvents(
  db: Database,
  rows: readonly JournalRow[],
  recall: (id: string) => readonly WhatsAppEvent[] | undefined,
): Promise<Read[]> {
  const split = new Map<string, ReadonlyMap<string, WhatsAppEvent>>();
  const byPointer = (events: readonly WhatsAppEvent[]) => new Map(events.map((event) => [event.pointer, event]));
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

/** The events of a delivery. Whapi signs nothing: what speaks of another channel than its path's is kept, and unread. */
export function toEvents(delivery: {
  provider: 'meta' | 'whapi';
  source: string;
  body: Uint8Array;
  receivedAt: number | Date;
}): WhatsAppEvent[] {
  const { provider, source, body } = delivery;
  const receivedAt = Number(delivery.receivedAt);
  if (provider === 'meta') return splitDelivery(body, { provider, receivedAt });
  return splitDelivery(body, { provider, receivedAt, channel: source }).map((event) =>
    event.channel === source ? event : toForeign(event, source),
  );
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
