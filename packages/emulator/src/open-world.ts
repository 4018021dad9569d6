import { type Ids, makeIds } from './ids.ts';
import { makeDirectoryMedia, makeMemoryMedia, type MediaStore } from './media-store.ts';
import { defaultPeople } from './people.ts';
import type { Settings } from './settings.ts';
import { makeStateFile, readState, restoreWorld, type StateFile, toSavedState, writeStateNow } from './state-file.ts';
import { makeSeededTemplates } from './templates/seeded.ts';
import { addPersonToWorld, makeWorld, type World } from './world.ts';

/** The world as it was left, or a new one, with what keeps it. */
export interface OpenWorld {
  readonly world: World;
  /** Number of this start; 0 without a state file. */
  readonly epoch: number;
  readonly ids: Ids;
  readonly media: MediaStore;
  readonly stateFile: StateFile;
}

const keepNothing: StateFile = { touch: () => undefined, close: () => Promise.resolve() };

export function openWorld(settings: Settings): OpenWorld {
  const world = makeWorld(settings);
  const path = settings.stateFile;
  const saved = path === null ? null : readState(path);
  const epoch = path === null ? 0 : (saved?.epoch ?? 0) + 1;
  if (saved === null) for (const person of defaultPeople) addPersonToWorld(world, { ...person });
  else restoreWorld(world, saved);
  if (saved?.templates === undefined) for (const template of makeSeededTemplates()) world.templates.add(template);
  const ids = makeIds(settings.seed, epoch);
  if (path === null) return { world, epoch, ids, media: makeMemoryMedia(), stateFile: keepNothing };
  const take = (): ReturnType<typeof toSavedState> => toSavedState(world, epoch);
  writeStateNow(path, take());
  const stateFile = makeStateFile({ path, clock: settings.clock, take, log: settings.log });
  return { world, epoch, ids, media: makeDirectoryMedia(`${path}.media`), stateFile };
}
