import type { MessageProblem, OutgoingMessage } from '@wharf/whatsapp';
import type { Database } from '#kit';
import type { GraphChannel } from './options.ts';
import { findNamed } from './store.ts';

/** Our own ids of messages: what a caller got whose message had not gone out in time. */
const OWN = /^msg_[0-9a-z]{26}$/;

/** Where a message names another one. */
interface Slot {
  readonly field: string;
  readonly id: string;
}

function slotsOf(message: OutgoingMessage): Slot[] {
  const slots = [
    { field: 'context.message_id', id: message.context?.message_id },
    { field: 'reaction.message_id', id: message.type === 'reaction' ? message.reaction.message_id : undefined },
    { field: 'pin.message_id', id: message.type === 'pin' ? message.pin.message_id : undefined },
  ];
  return slots.flatMap(({ field, id }) => (id !== undefined && OWN.test(id) ? [{ field, id }] : []));
}

type Known = ReadonlyMap<string, string>;

function replaceIn(message: OutgoingMessage, known: Known): OutgoingMessage {
  const to = (id: string): string => known.get(id) ?? id;
  const quote = message.context ? { context: { message_id: to(message.context.message_id) } } : {};
  const quoting = { ...message, ...quote };
  if (quoting.type === 'reaction')
    return { ...quoting, reaction: { ...quoting.reaction, message_id: to(quoting.reaction.message_id) } };
  if (quoting.type === 'pin') return { ...quoting, pin: { ...quoting.pin, message_id: to(quoting.pin.message_id) } };
  return quoting;
}

type Resolved<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly MessageProblem[] };

async function lookUp(db: Database, channel: GraphChannel, slots: readonly Slot[]): Promise<Resolved<Known>> {
  if (slots.length === 0) return { ok: true, value: new Map() };
  const rows = await findNamed(
    db,
    channel,
    slots.map(({ id }) => id),
  );
  const problems = slots.flatMap(({ field, id }): MessageProblem[] => {
    const row = rows.find((one) => one.id === id);
    if (!row) return [{ field, message: 'names a message that this number never had' }];
    if (row.whatsappId !== null) return [];
    const message = `names a message that WhatsApp has not taken: it is ${row.state}. Wait until it is sent`;
    return [{ field, message }];
  });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: new Map(rows.map((row) => [row.id, row.whatsappId ?? ''])) };
}

/** Puts WhatsApp's ids in place of ours. */
export async function resolveNamed(
  db: Database,
  channel: GraphChannel,
  message: OutgoingMessage,
): Promise<Resolved<OutgoingMessage>> {
  const known = await lookUp(db, channel, slotsOf(message));
  return known.ok ? { ok: true, value: replaceIn(message, known.value) } : known;
}

/** The same for the message that is marked as read. */
export async function resolveId(db: Database, channel: GraphChannel, id: string): Promise<Resolved<string>> {
  const known = await lookUp(db, channel, OWN.test(id) ? [{ field: 'message_id', id }] : []);
  return known.ok ? { ok: true, value: known.value.get(id) ?? id } : known;
}
