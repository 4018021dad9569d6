import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Transaction } from '#kit';
import { hear } from './hear.ts';
import { compileWords, type Words } from './keywords.ts';
import { appendEvidence, type Evidence } from './store.ts';

/** A new event. */
export interface Heardable {
  readonly workspaceId: string;
  readonly event: WhatsAppEvent;
  readonly channelId: string | null;
}

/** What the ledger made of it. */
export interface Known {
  readonly contactId: string | null;
  readonly conversation: { readonly id: string } | null;
}

/** New events, in order, each with what is known at the same place. */
export interface Batch {
  readonly items: readonly Heardable[];
  readonly folded: readonly Known[];
  /** What events prove that say nothing of consent by themselves: taken up with the others, under one lock. */
  readonly proved?: readonly Evidence[];
  /** Default: the words as delivered. */
  readonly words?: Words;
}

const DEFAULT_WORDS = compileWords();

/** A provider's clock that is ahead must not outweigh what is said later; a minute is the ordinary difference. */
const AHEAD_MS = 60_000;

/** The provider's time, within what can have been. */
const toTime = (at: number | null, nowMs: number): number =>
  at === null || Number.isNaN(at) ? nowMs : Math.max(0, Math.min(at, nowMs + AHEAD_MS));

function toEvidence(item: Heardable, known: Known | undefined, words: Words): Omit<Evidence, 'at'>[] {
  const contactId = known?.contactId;
  const saying = contactId ? hear(item.event, words) : null;
  if (!saying || !contactId) return [];
  const { purposes, ...said } = saying;
  const { workspaceId, channelId, event } = item;
  const from = { workspaceId, contactId, channelId, conversationId: known.conversation?.id ?? null };
  const mark = `event ${channelId ?? ''} ${event.id}`;
  return purposes.map((purpose) => ({ ...from, ...said, purpose, mark, eventId: event.id, keyId: null }));
}

/**
 * Takes up what people said about consent among new events: keywords, taps, Meta's own switch. Asks the database
 * nothing when nobody did, which is nearly always. Runs inside the caller's transaction.
 */
export async function foldConsents(tx: Transaction, batch: Batch, nowMs: number): Promise<void> {
  const { items, folded, proved = [], words = DEFAULT_WORDS } = batch;
  const heard = items.flatMap((item, n) => {
    const at = toTime(item.event.at, nowMs);
    return toEvidence(item, folded[n], words).map((one) => ({ ...one, at }));
  });
  const shown = proved.map((one) => ({ ...one, at: toTime(one.at, nowMs) }));
  await appendEvidence(tx, [...heard, ...shown], nowMs);
}
