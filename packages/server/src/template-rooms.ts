import { makeGraphClient } from '@wharf/whatsapp';
import type { Channel, Directory } from '#channels';
import type { Clock, DatabasePool, Log, Started } from '#kit';
import { makeTemplateSync } from '#templates';

interface Meta {
  readonly graphUrl: string;
  readonly accessToken: string;
}

const toGraph = (meta: Meta | null) =>
  meta && makeGraphClient({ baseUrl: meta.graphUrl, accessToken: meta.accessToken });

const toAccounts = (channels: readonly Channel[]) =>
  channels.flatMap(({ provider, workspaceId, accountId }) =>
    provider === 'meta' && accountId !== null ? [{ workspaceId, accountId }] : [],
  );

interface SyncPart {
  readonly settings: { readonly meta: Meta | null };
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: Directory;
  readonly started: Started;
}

/** Keeps the templates of every connected account as Meta has them. */
export function startTemplateSync({ settings, db, clock, log, directory, started }: SyncPart): void {
  const sync = makeTemplateSync({
    db,
    clock,
    log,
    random: Math.random,
    reader: toGraph(settings.meta),
    // The senders look for new channels every second.
    listAccounts: async () => toAccounts(directory.list()),
  });
  void sync.run();
  started.add('template sync', () => sync.stop());
}
