import { makeGraphClient } from '@wharf/whatsapp';
import type { Channel, Directory } from '#channels';
import type { Clock, DatabasePool, Log, Started } from '#kit';
import {
  decideEditState,
  decideState,
  makeTemplateCommands,
  makeTemplateSync,
  type SampleOptions,
  type TemplateCommands,
  type TemplateGraph,
  type TemplateReader,
  unreachable,
} from '#templates';

interface Meta {
  readonly graphUrl: string;
  readonly accessToken: string;
}

const toGraph = (meta: Meta | null): TemplateGraph & TemplateReader =>
  meta ? makeGraphClient({ baseUrl: meta.graphUrl, accessToken: meta.accessToken }) : unreachable;

const toAccounts = (channels: readonly Channel[]) =>
  channels.flatMap(({ provider, workspaceId, accountId }) =>
    provider === 'meta' && accountId !== null ? [{ workspaceId, accountId }] : [],
  );

interface Part {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
}

/** Keeps the templates of every connected account as Meta has them. */
export function startTemplateSync(
  part: Part & { readonly settings: { readonly meta: Meta | null }; readonly log: Log; readonly started: Started },
): void {
  const sync = makeTemplateSync({
    ...part,
    random: Math.random,
    reader: toGraph(part.settings.meta),
    // The senders look for new channels every second.
    listAccounts: async () => toAccounts(part.directory.list()),
  });
  void sync.run();
  part.started.add('template sync', () => sync.stop());
}

/** What the API does with templates. */
export function makeTemplatesPort({
  directory,
  meta,
  ...part
}: Part & { readonly meta: Meta | null; readonly readFile: SampleOptions['readFile'] }): TemplateCommands & {
  whyNot(template: {
    readonly status: string | null;
    readonly rejectedReason: string | null;
    readonly statusDetail: string | null;
  }): { readonly send: string | null; readonly edit: string | null };
} {
  const commands = makeTemplateCommands({
    ...part,
    graph: toGraph(meta),
    listChannels: async () => {
      await directory.refresh();
      return directory.list();
    },
  });
  return {
    ...commands,
    whyNot: (template) => ({ send: decideState(template)?.reason ?? null, edit: decideEditState(template.status) }),
  };
}
