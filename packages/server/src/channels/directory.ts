import { type Clock, type Database, makeId } from '#kit';
import { type Channel, ensureChannel, listChannels } from './store.ts';

/** The channels by the provider's id, kept in memory: asked for every event. */
export interface Directory {
  /** The channel of a number; a number seen for the first time under a valid signature gets one. */
  find(
    db: Database,
    number: { readonly provider: 'meta' | 'whapi'; readonly externalId: string; readonly accountId: string | null },
  ): Promise<Channel>;
  refresh(): Promise<void>;
  list(): readonly Channel[];
  get(id: string): Channel | null;
}

export function makeDirectory(options: {
  readonly db: Database;
  readonly clock: Clock;
  readonly workspaceId: string;
}): Directory {
  const byNumber = new Map<string, Channel>();
  const keyOf = (provider: string, externalId: string) => `${provider}\n${externalId}`;
  const keep = (channel: Channel): Channel => {
    byNumber.set(keyOf(channel.provider, channel.externalId), channel);
    return channel;
  };
  return {
    async find(db, number) {
      const known = byNumber.get(keyOf(number.provider, number.externalId));
      if (known) return known;
      const id = makeId('chn', options.clock.now());
      const name = `${number.provider === 'meta' ? 'WhatsApp' : 'Whapi'} ${number.externalId}`;
      // Not kept here: the caller's transaction may still be undone. `refresh` picks it up.
      return ensureChannel(db, { id, workspaceId: options.workspaceId, ...number, name, phone: null });
    },
    async refresh() {
      for (const channel of await listChannels(options.db)) keep(channel);
    },
    list: () => [...byNumber.values()],
    get: (id) => [...byNumber.values()].find((channel) => channel.id === id) ?? null,
  };
}
