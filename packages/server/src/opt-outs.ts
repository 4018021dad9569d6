import { appendEvidence } from '#consent';
import type { Transaction } from '#kit';

/** Somebody of whom Meta says that they stopped this business's marketing. */
interface OptOut {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly messageId: string;
  readonly at: number;
}

/** Remembers it, so that the next campaign does not try again: Meta counts that against the account. */
export async function recordOptOuts(tx: Transaction, people: readonly OptOut[], nowMs: number): Promise<void> {
  if (people.length === 0) return;
  const said = { purpose: 'marketing', state: 'out', source: 'meta_preference', language: null } as const;
  await appendEvidence(
    tx,
    people.map(({ workspaceId, channelId, contactId, messageId, at }) => ({
      ...said,
      workspaceId,
      contactId,
      channelId,
      at,
      text: 'WhatsApp refused a marketing message: the person stopped them (131050)',
      mark: `refused ${messageId}`,
      eventId: null,
      keyId: null,
      conversationId: null,
    })),
    nowMs,
  );
}
