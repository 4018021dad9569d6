import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AccountState, Clock, NumberState, PhoneMessage, PhonePerson } from './contract.ts';
import type { EntryPoint } from './rules/entry-point.ts';
import type { Template } from './templates/template.ts';
import { addPersonToWorld, appendOwn, type Held, type MediaRecord, type SendRecord, type World } from './world.ts';

/** What survives a restart. */
export interface SavedState {
  readonly version: 1;
  /** Raised at every start, so that ids never repeat. */
  readonly epoch: number;
  readonly people: PhonePerson[];
  readonly messages: PhoneMessage[];
  /** Message ids by person, in the order of arrival. */
  readonly inboxes: [string, string[]][];
  /** Reactions are in inboxes but are no messages. */
  readonly reactions: PhoneMessage[];
  readonly held: [string, Held[]][];
  readonly sends: SendRecord[];
  readonly media: MediaRecord[];
  readonly lastInboundAt: [string, number][];
  /** Absent in files of older versions, as is what follows. */
  readonly templates?: Template[];
  readonly blockedTemplateNames?: [string, number][];
  readonly entryPoints?: [string, EntryPoint][];
  readonly numberStates?: [string, NumberState][];
  readonly account?: AccountState;
}

/** Reads the file; null when there is none yet. Throws when it is damaged: better to stop than to overwrite it. */
export function readState(path: string): SavedState | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const saved = parseState(text);
  if (saved === null)
    throw new Error(`The emulator's state file ${path} cannot be read. Move it away to start afresh.`);
  return saved;
}

function parseState(text: string): SavedState | null {
  try {
    const value = JSON.parse(text) as SavedState;
    return value.version === 1 && Array.isArray(value.people) && Array.isArray(value.messages) ? value : null;
  } catch {
    return null;
  }
}

/** Fills an empty world. */
export function restoreWorld(world: World, saved: SavedState): void {
  for (const person of saved.people) addPersonToWorld(world, person);
  for (const message of saved.messages) {
    if (message.direction === 'out') appendOwn(world, message);
    else world.messages.set(message.id, message);
  }
  const reactions = new Map(saved.reactions.map((each) => [each.id, each]));
  for (const [personId, ids] of saved.inboxes) {
    const inbox = ids.map((id) => world.messages.get(id) ?? reactions.get(id));
    world.inboxes.set(
      personId,
      inbox.filter((each) => each !== undefined),
    );
  }
  for (const [personId, held] of saved.held) world.held.set(personId, held.map(withEnd));
  for (const record of saved.sends) world.sends.set(record.id, record);
  for (const record of saved.media) world.media.set(record.id, record);
  for (const [key, at] of saved.lastInboundAt) world.lastInboundAt.set(key, at);
  for (const template of saved.templates ?? []) world.templates.add(template);
  for (const [key, until] of saved.blockedTemplateNames ?? []) world.templates.blocked.set(key, until);
  restoreStates(world, saved);
}

/** Numbers and their limits come from the options; what was decided about them is kept. */
function restoreStates(world: World, saved: SavedState): void {
  for (const [key, entry] of saved.entryPoints ?? []) world.entryPoints.set(key, entry);
  for (const [id, state] of saved.numberStates ?? []) if (world.numbers.has(id)) world.numberStates.set(id, state);
  Object.assign(world.account, saved.account);
}

/** Files of older versions name no end. */
const withEnd = (held: Held): Held => ({ ...held, expiresAt: held.expiresAt ?? Number.MAX_SAFE_INTEGER });

export function toSavedState(world: World, epoch: number): SavedState {
  const inboxes = [...world.inboxes].map(([personId, all]): [string, string[]] => [personId, all.map(({ id }) => id)]);
  const reactions = [...world.inboxes.values()].flat().filter(({ body }) => body.type === 'reaction');
  return {
    version: 1,
    epoch,
    people: [...world.people.values()],
    messages: [...world.messages.values()],
    inboxes,
    reactions,
    held: [...world.held],
    sends: [...world.sends.values()],
    media: [...world.media.values()],
    lastInboundAt: [...world.lastInboundAt],
    templates: [...world.templates.all.values()],
    blockedTemplateNames: [...world.templates.blocked],
    entryPoints: [...world.entryPoints],
    numberStates: [...world.numberStates],
    account: world.account,
  };
}

/** Writes at once, for the start: the epoch must be on disk before the first id of it leaves. */
export function writeStateNow(path: string, state: SavedState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

export interface StateFile {
  /** Something changed: a write follows soon. */
  touch(): void;
  /** Writes what is outstanding. Rejects when the file cannot be written. */
  close(): Promise<void>;
}

const pauseMs = 250;

export function makeStateFile(deps: {
  path: string;
  clock: Clock;
  take: () => SavedState;
  log: (line: string) => void;
}): StateFile {
  let cancel: (() => void) | null = null;
  let isDirty = false;
  let last: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await mkdir(dirname(deps.path), { recursive: true });
    await writeFile(`${deps.path}.new`, JSON.stringify(deps.take()));
    await rename(`${deps.path}.new`, deps.path);
  };
  const flush = (): Promise<void> => {
    cancel = null;
    isDirty = false;
    last = last.then(write, write);
    return last;
  };
  const flushLoudly = (): void => {
    flush().catch((error: unknown) => {
      deps.log(`The state file could not be written: ${error instanceof Error ? error.message : 'unknown reason'}`);
    });
  };
  return {
    touch() {
      isDirty = true;
      cancel ??= deps.clock.after(pauseMs, flushLoudly);
    },
    async close() {
      cancel?.();
      if (isDirty) await flush();
      else await last;
    },
  };
}
