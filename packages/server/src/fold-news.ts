import { wantLooks } from '#channels';
import type { Transaction } from '#kit';
import { foldTemplates } from '#templates';
import type { Read } from './read-events.ts';

/** What events tell beside conversations and messages: each room takes what is its own, at no cost when there is none. */
export async function foldNews(tx: Transaction, fresh: readonly Read[], nowMs: number): Promise<void> {
  const events = fresh.map(({ event }) => event);
  await Promise.all([wantLooks(tx, events, nowMs), foldTemplates(tx, fresh, nowMs)]);
}
