import { toTime } from '../inbound/read.ts';
import { present } from '../outbound/present.ts';
import type { CallOutcome } from '../outcome.ts';
import { isJson, optional, textOf } from './graph-read.ts';
import type { Json } from './graph-read.ts';
import { readAll } from './graph-wire.ts';
import type { Wire } from './graph-wire.ts';

/** One step of a sent message, from Meta's own records: evidence when its webhook is missing. */
export interface MessageHistoryEvent {
  readonly id?: string;
  /** In lower case: `accepted`, `sent`, `delivered`, `read`, `failed` … (open set). */
  readonly status: string;
  /** When it happened, unix milliseconds; null when Meta does not say. */
  readonly at: number | null;
  /** Meta's own object. */
  readonly raw: Json;
}

/** The step stands under `node`, beside a cursor; read without one too. */
function toEvent(raw: Json): MessageHistoryEvent | null {
  const node = isJson(raw['node']) ? raw['node'] : raw;
  const status = textOf(node['delivery_status']);
  if (status === undefined) return null;
  const at = toTime(node['occurrence_timestamp']) ?? toTime(node['status_timestamp']) ?? null;
  return present({ ...optional(node, { id: 'id' }), status: status.toLowerCase(), at, raw });
}

const toId = (raw: Json): string | null => textOf(raw['id']) ?? null;

/** Oldest first; steps without a time at the end, in Meta's order. */
function byTime(a: MessageHistoryEvent, b: MessageHistoryEvent): number {
  if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
  return a.at - b.at;
}

/** Every step of every entry, in the order of time. Empty: Meta has no such message (yet, or any more). */
export async function readMessageHistory(
  wire: Wire,
  phoneNumberId: string,
  messageId: string,
): Promise<CallOutcome<MessageHistoryEvent[]>> {
  const query = { message_id: messageId };
  const entries = await readAll(wire, { method: 'GET', path: [phoneNumberId, 'message_history'], query }, toId);
  if (entries.kind !== 'ok') return entries;
  const events: MessageHistoryEvent[] = [];
  for (const entry of entries.value) {
    const found = await readAll(wire, { method: 'GET', path: [entry, 'events'], about: 'object' }, toEvent);
    if (found.kind !== 'ok') return found;
    events.push(...found.value);
  }
  return { kind: 'ok', value: events.sort(byTime) };
}
