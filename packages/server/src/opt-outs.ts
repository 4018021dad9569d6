import type { EventOf } from '@wharf/whatsapp';
import { appendEvidence, type Evidence } from '#consent';
import type { Database, Transaction } from '#kit';
import { findRecipients, type Foldable } from '#ledger';

/** Somebody of whom Meta says that they stopped this business's marketing. */
interface OptOut {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly messageId: string;
  readonly at: number;
}

/** Meta: the person stopped marketing messages of this business. */
const STOPPED = 131050;

const SAID = { purpose: 'marketing', state: 'out', source: 'meta_preference', language: null, keyId: null } as const;

/** The same message, refused at once and told of again by a status, is one row. */
const toMark = (messageId: string): string => `refused ${messageId}`;

/** Remembers it, so that the next campaign does not try again: Meta counts that against the account. */
export async function recordOptOuts(tx: Transaction, people: readonly OptOut[], nowMs: number): Promise<void> {
  if (people.length === 0) return;
  await appendEvidence(
    tx,
    people.map(({ workspaceId, channelId, contactId, messageId, at }) => ({
      ...SAID,
      workspaceId,
      contactId,
      channelId,
      at,
      text: 'WhatsApp refused a marketing message: the person stopped them (131050)',
      mark: toMark(messageId),
      eventId: null,
      conversationId: null,
    })),
    nowMs,
  );
}

type Status = Foldable & { readonly event: EventOf<'message.status'>; readonly channelId: string };

const isRefused = (item: Foldable): item is Status =>
  item.channelId !== null &&
  item.event.kind === 'message.status' &&
  item.event.status === 'failed' &&
  item.event.errors.some(({ code }) => code === STOPPED);

/**
 * Most refusals come after Meta has taken the message, by a status. What those among new events prove, for the consents;
 * asks the database nothing when there are none. Nothing is proved about somebody who is no contact.
 */
export async function readOptOuts(db: Database, items: readonly Foldable[]): Promise<Evidence[]> {
  const refused = items.filter(isRefused);
  const named = refused.map(({ workspaceId, channelId, event }) => {
    return { workspaceId, channelId, whatsappId: event.messageId, person: event.person };
  });
  const recipients = await findRecipients(db, named);
  return refused.flatMap(({ workspaceId, channelId, event, arrivedAt }, n) => {
    const recipient = recipients[n];
    if (!recipient) return [];
    const { contactId, conversationId, messageId } = recipient;
    const [mark, at] = [toMark(messageId ?? event.messageId), event.at ?? arrivedAt];
    const text = `WhatsApp status ${STOPPED}`;
    return [{ ...SAID, workspaceId, channelId, contactId, conversationId, at, text, mark, eventId: event.id }];
  });
}
