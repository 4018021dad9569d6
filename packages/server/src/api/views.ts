import type { z } from 'zod';
import type { WhatsAppEvent } from '@wharf/whatsapp';
import * as schemas from './schemas.ts';
import type { ConversationRow } from './store/conversations.ts';
import type { EventRow, Link } from './store/events.ts';
import type { MessageRow } from './store/messages.ts';
import type { QuarantineRow } from './store/quarantine.ts';
import { toSummary } from './summary.ts';

type EventSummary = z.output<typeof schemas.eventSummary>;
type Message = z.output<typeof schemas.message>;
type Conversation = z.output<typeof schemas.conversation>;
type QuarantineEntry = z.output<typeof schemas.quarantineEntry>;
type MessageState = z.output<typeof schemas.messageState>;

export const toTime = (at: Date | null): string | null => at?.toISOString() ?? null;

const KNOWN: ReadonlySet<string> = new Set(schemas.messageState.options);

/** A state of the ledger that callers do not know (`pending` of the lattice) is shown as the step before `sent`. */
const toMessageState = (state: string): MessageState => (KNOWN.has(state) ? (state as MessageState) : 'accepted');

/** Provider times can lie outside what a date holds: the wire is not ours. */
function toProviderTime(at: number | null | undefined): string | null {
  if (at === null || at === undefined || !Number.isFinite(at) || at < 0 || at > 253_402_300_799_999) return null;
  return new Date(at).toISOString();
}

/** An event of the journal with what could be read of it in its delivery. */
export interface ReadEvent {
  readonly row: EventRow;
  readonly event: WhatsAppEvent | null;
  readonly body: Uint8Array | 'large' | null;
}

function toLine({ event, body }: ReadEvent): string {
  if (event) return toSummary(event);
  return body === 'large'
    ? 'In a large delivery: open the event to read it'
    : 'Its delivery is no longer stored, or no longer holds it';
}

export function toEventSummary(read: ReadEvent, link: Link | undefined): EventSummary {
  const { row, event } = read;
  return {
    id: String(row.position),
    eventId: row.eventId,
    kind: row.kind,
    state: row.state,
    channelId: row.channelId,
    lane: row.lane,
    at: toProviderTime(event?.at),
    receivedAt: row.receivedAt.toISOString(),
    summary: toLine(read),
    messageId: link?.id ?? null,
    conversationId: link?.conversationId ?? null,
  };
}

// `atUs` and `sentAt` of the row go no further: what a shape does not name is left out when it is written.
export const toMessage = (row: MessageRow, more: Pick<Message, 'media' | 'rendered'>): Message => ({
  ...row,
  ...more,
  at: row.at.toISOString(),
  state: toMessageState(row.state),
  editedAt: toTime(row.editedAt),
  revokedAt: toTime(row.revokedAt),
  sendAt: toTime(row.sendAt),
  expiresAt: toTime(row.expiresAt),
});

const WINDOW_MS = 24 * 3_600_000;
/** Whapi.Cloud has no service window: free-form messages are always allowed. */
const NO_END = '9999-12-31T23:59:59.999Z';

function toWindowEnd(row: ConversationRow): string | null {
  if (row.provider === 'whapi') return NO_END;
  return row.lastInboundAt ? new Date(row.lastInboundAt.getTime() + WINDOW_MS).toISOString() : null;
}

function toContact(row: ConversationRow): Conversation['contact'] {
  const name = row.name || null;
  const short = row.contactKind === 'group' ? 'Group' : (row.bsuid ?? row.contactId.slice(-6));
  const label = name ?? (row.phone ? `+${row.phone}` : short);
  return { id: row.contactId, name, phone: row.phone, username: null, bsuid: row.bsuid, label };
}

function toLastMessage(row: ConversationRow): Conversation['lastMessage'] {
  if (row.lastDirection === null || row.lastPreview === null || row.lastState === null) return null;
  return { direction: row.lastDirection, preview: row.lastPreview, state: toMessageState(row.lastState) };
}

export const toConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  channelId: row.channelId,
  contact: toContact(row),
  owner: row.owner,
  state: row.state,
  windowExpiresAt: toWindowEnd(row),
  lastMessageAt: toTime(row.lastMessageAt),
  lastMessage: toLastMessage(row),
});

export const toQuarantineEntry = (row: QuarantineRow): QuarantineEntry => ({
  ...row,
  at: row.at.toISOString(),
  position: String(row.position),
});
