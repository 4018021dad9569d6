import type { Directory } from '#channels';
import type { Transaction } from '#kit';
import type { Foldable } from '#ledger';
import type { Read } from './read-events.ts';

/** A row as the ledger takes it, with its channel. */
export type Located = Foldable & Read;

export async function locate(directory: Directory, tx: Transaction, reads: readonly Read[]): Promise<Located[]> {
  const ids = new Map<string, string>();
  for (const { provider, channel, event } of reads) {
    if (channel === '' || ids.has(`${provider} ${channel}`)) continue;
    const number = { provider, externalId: channel, accountId: event.account };
    ids.set(`${provider} ${channel}`, (await directory.find(tx, number)).id);
  }
  return reads.map((read) => ({ ...read, channelId: ids.get(`${read.provider} ${read.channel}`) ?? null }));
}
