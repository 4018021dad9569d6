import type { MessageContent } from '@wharf/whatsapp';
import { makeId, statement, toJson, type Transaction } from '#kit';
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

const INSERT = statement(
  'messages_arrive',
  `insert into messages (id, workspace_id, channel_id, conversation_id, contact_id, direction, origin, type, preview, body,
                         whatsapp_id, quoted_id, at, state, rank, position)
   select m.id, m.workspace_id, m.channel_id, m.conversation_id, m.contact_id, m.direction, m.origin, m.type, m.preview, m.body,
          m.whatsapp_id, m.quoted_id, m.at, m.state, m.rank, m.position
   from jsonb_to_recordset($1::jsonb) as m(id text, workspace_id text, channel_id text, conversation_id text, contact_id text, direction text,
     origin text, type text, preview text, body jsonb, whatsapp_id text, quoted_id text, at timestamptz, state text, rank smallint, position bigint)
   on conflict (channel_id, whatsapp_id) where whatsapp_id is not null do nothing
   returning id`,
);

const MEDIA = statement(
  'messages_media',
  `insert into media (id, workspace_id, channel_id, message_id, provider_id, kind, mime_type, sha256, filename, size_bytes, url)
   select * from jsonb_to_recordset($1::jsonb) as m(id text, workspace_id text, channel_id text, message_id text, provider_id text, kind text,
     mime_type text, sha256 text, filename text, size_bytes bigint, url text)`,
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
  at: new Date(arrival.at).toISOString(),
  state: arrival.direction === 'in' ? 'received' : 'accepted',
  rank: arrival.direction === 'in' ? 0 : 1,
  position: arrival.position,
});

// The body is spliced in as text: it was already checked and cleaned, and may be large.
const toJsonRow = (arrival: Arrival): string => {
  const row = toJson(toRow(arrival));
  return `${row.slice(0, -1)},"body":${toStorableJson(arrival.content)}}`;
};

function toMediaRows(arrival: Arrival, nowMs: number): object[] {
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
  const stored = await tx.rows<{ id: string }>(INSERT, [`[${arrivals.map(toJsonRow).join(',')}]`]);
  const ids = new Set(stored.map((row) => row.id));
  return arrivals.filter((arrival) => ids.has(arrival.id));
}

/** Stores the files that arrivals carry. */
export async function insertMedia(tx: Transaction, arrivals: readonly Arrival[], nowMs: number): Promise<void> {
  const media = arrivals.flatMap((arrival) => toMediaRows(arrival, nowMs));
  if (media.length > 0) await tx.run(MEDIA, [toJson(media)]);
}
