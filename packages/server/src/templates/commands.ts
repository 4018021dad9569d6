import type { TemplateCalls } from '@wharf/whatsapp';
import type { Clock, DatabasePool } from '#kit';
import { type AccountChoice, decideAccount, type TemplateChannel } from './accounts.ts';
import { type CreateRequest, createTemplate, type Made } from './create.ts';
import { type DeleteRequest, deleteTemplate, type Removed } from './remove.ts';
import { type EditRequest, editTemplate } from './edit.ts';
import { createFromLibrary, type LibraryRequest, type MadeFromLibrary } from './library.ts';
import type { Outcome } from './outcome.ts';
import { type Previewed, type PreviewRequest, previewTemplate } from './preview.ts';
import { type Sampled, type SampleOptions, type SampleRequest, uploadSample } from './sample.ts';
import { askSync } from './sync-store.ts';
import { type UnpauseRequest, unpauseTemplate } from './unpause.ts';

/** The calls of Meta's that commands make. */
export type TemplateGraph = Pick<
  TemplateCalls,
  'createTemplate' | 'editTemplate' | 'deleteTemplate' | 'unpauseTemplate' | 'template'
> &
  SampleOptions['graph'];

export interface CommandOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly graph: TemplateGraph;
  readonly listChannels: () => Promise<readonly TemplateChannel[]>;
  readonly readFile: SampleOptions['readFile'];
}

/** What people do with templates. Everything answers with a value; asked again, it does nothing twice. */
export interface TemplateCommands {
  create(request: CreateRequest): Promise<Made>;
  edit(request: EditRequest): Promise<Made>;
  remove(request: DeleteRequest): Promise<Removed>;
  unpause(request: UnpauseRequest): Promise<Made>;
  createFromLibrary(request: LibraryRequest): Promise<MadeFromLibrary>;
  preview(request: PreviewRequest): Promise<Previewed>;
  /** Gives Meta an example file for a header. */
  sample(request: SampleRequest): Promise<Sampled>;
  /** Asks for the accounts to be read soon: one, or all of the workspace. */
  sync(choice: AccountChoice): Promise<Outcome<{ readonly count: number }>>;
}

async function sync(options: CommandOptions, choice: AccountChoice): Promise<Outcome<{ count: number }>> {
  const { workspaceId, accountId, channelId } = choice;
  const isAll = accountId === undefined && channelId === undefined;
  const chosen = isAll ? null : decideAccount(await options.listChannels(), choice);
  if (chosen && !chosen.ok) return chosen;
  const count = await askSync(options.db, chosen?.account ?? { workspaceId, accountId: null });
  return { ok: true, replayed: false, count };
}

export function makeTemplateCommands(options: CommandOptions): TemplateCommands {
  return {
    create: (request) => createTemplate(options, request),
    edit: (request) => editTemplate(options, request),
    remove: (request) => deleteTemplate(options, request),
    unpause: (request) => unpauseTemplate(options, request),
    createFromLibrary: (request) => createFromLibrary(options, request),
    preview: (request) => previewTemplate(options.db, request),
    sample: (request) => uploadSample(options, request),
    sync: (choice) => sync(options, choice),
  };
}
