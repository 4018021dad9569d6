import { wantLooks } from '#channels';
import { foldConsents } from '#consent';
import type { Transaction } from '#kit';
import type { Folded } from '#ledger';
import { foldTemplates } from '#templates';
import type { Located } from './locate.ts';
import { readOptOuts } from './opt-outs.ts';

/** New rows, and what the ledger made of each. */
interface News {
  readonly items: readonly Located[];
  readonly folded: readonly Folded[];
}

/** What events tell beside conversations and messages: each room takes what is its own, at no cost when there is none. */
export async function foldNews(tx: Transaction, news: News, nowMs: number): Promise<void> {
  const events = news.items.map(({ event }) => event);
  const consents = async () => foldConsents(tx, { ...news, proved: await readOptOuts(tx, news.items) }, nowMs);
  await Promise.all([wantLooks(tx, events, nowMs), foldTemplates(tx, news.items, nowMs), consents()]);
}
