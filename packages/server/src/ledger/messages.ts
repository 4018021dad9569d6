import type { MessageContent } from '@wharf/whatsapp';
import { makeColumns, makeId, statement, type Transaction } from '#kit';
import { toPreview, toStorableJson } from './text.ts';

/** A message that came in by a webhook: from the customer, or an echo of what the business wrote elsewhere. */
export interface Arrival {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  readonly conversationId: string;
  readonly contactId: string;
  readonly direction: 'in' | 'out';
  readonly origin: 'customer' | 'phone_app' | 'other_app' | 'history';
  readonly content: MessageContent;
  readonly whatsappId: string;
  readonly quotedId: string | null;
  readonly at: number;
  readonly position: number;
}

const ARRIVALS = makeColumns({
  id: 'text',
  workspace_id: 'text',
  channel_id: 'text',
  conversation_id: 'text',
  contact_id: 'text',
  direction: 'text',
  origin: 'text',
  type: 'text',
  preview: 'text',
  body: 'jsonb text',
  whatsapp_id: 'text',
  quoted_id: 'text',
  at: 'timestamptz',
  state: 'text',
  rank: 'smallint',
  position: 'bigint',
});

const INSERT = statement(
  'messages_arrive',
  `insert into messages (id, workspace_id, channel_id, conversation_id, contact_id, direction, origin, type, preview, body,
                         whatsapp_id, quoted_id, at, state, rank, position)
   select * from ${ARRIVALS.from('m')}
   on conflict (channel_id, whatsapp_id) where whatsapp_id is not null do nothing
   returning id`,
);

const FILES = makeColumns({
  id: 'text',
  workspace_id: 'text',
  channel_id: 'text',
  message_id: 'text',
  provider_id: 'text',
  kind: 'text',
  mime_type: 'text',
  sha256: 'text',
  filename: 'text',
  size_bytes: 'bigint',
  url: 'text',
});

const MEDIA = statement(
  'messages_media',
  `insert into media (id, workspace_id, channel_id, message_id, provider_id, kind, mime_type, sha256, filename, size_bytes, url)
   select * from ${FILES.from('m')}`,
);

const toRow = (arrival: Arrival) => ({
  id: arrival.id,
  workspace_id: arrival.workspaceId,
  channel_id: arrival.channelId,
  conversation_id: arrival.conversationId,
  contact_id: arrival.contactId,
  direction: arrival.direction,
  origin: arrival.origin,
  type: arrival.content.type === 'media' ? arrival.content.media.kind : arrival.content.type,
  preview: toPreview(arrival.content),
  whatsapp_id: arrival.whatsappId,
  quoted_id: arrival.quotedId,
  // It was checked and cleaned, and may be large: it is written once.
  body: toStorableJson(arrival.content),
  at: arrival.at,
  state: arrival.direction === 'in' ? 'received' : 'accepted',
  rank: arrival.direction === 'in' ? 0 : 1,
  position: arrival.position,
});

function toMediaRows(arrival: Arrival, nowMs: number) {
  if (arrival.content.type !== 'media') return [];
  const { media } = arrival.content;
  return [
    {
      id: makeId('med', nowMs),
      workspace_id: arrival.workspaceId,
      channel_id: arrival.channelId,
      message_id: arrival.id,
      provider_id: media.id ?? null,
      kind: media.kind,
      mime_type: media.mimeType ?? null,
      sha256: media.sha256 ?? null,
      filename: media.filename ?? null,
      size_bytes: media.sizeBytes ?? null,
      url: media.url ?? null,
    },
  ];
}

/** Stores arrivals; returns those that are new (an echo of a message we sent ourselves is not). */
export async function insertArrivals(tx: Transaction, arrivals: readonly Arrival[]): Promise<Arrival[]> {
  if (arrivals.length === 0) return [];
  const stored = await tx.rows<{ id: string }>(INSERT, ARRIVALS.values(arrivals.map(toRow)));
  const ids = new Set(stored.map((row) => row.id));
  return arrivals.filter((arrival) => ids.has(arrival.id));
}

/** Stores the files that arrivals carry. */
export async function insertMedia(tx: Transaction, arrivals: readonly Arrival[], nowMs: number): Promise<void> {
  const media = arrivals.flatMap((arrival) => toMediaRows(arrival, nowMs));
  if (media.length > 0) await tx.run(MEDIA, FILES.values(media));
}
