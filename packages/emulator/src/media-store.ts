import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes by media id: in memory, or as files in a directory so that they survive a restart. */
export interface MediaStore {
  put(id: string, bytes: Uint8Array): void;
  get(id: string): Promise<Uint8Array | null>;
  remove(id: string): void;
  /** Resolves when every byte put is where it belongs; rejects when one could not be written. */
  written(): Promise<void>;
}

export const toSha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function makeMemoryMedia(): MediaStore {
  const all = new Map<string, Uint8Array>();
  return {
    put: (id, bytes) => void all.set(id, bytes),
    get: (id) => Promise.resolve(all.get(id) ?? null),
    remove: (id) => void all.delete(id),
    written: () => Promise.resolve(),
  };
}

/** Ids are the emulator's own digits; anything else would be a path. */
const isPlainId = (id: string): boolean => /^\d+$/.test(id);

export function makeDirectoryMedia(directory: string): MediaStore {
  const unwritten = new Map<string, Uint8Array>();
  let failure: unknown = null;
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): void => {
    last = last.then(work).then(
      () => undefined,
      (error: unknown) => {
        failure = error;
      },
    );
  };
  return {
    put(id, bytes) {
      unwritten.set(id, bytes);
      inTurn(async () => {
        await mkdir(directory, { recursive: true });
        await writeFile(join(directory, id), bytes);
        unwritten.delete(id);
      });
    },
    async get(id) {
      if (!isPlainId(id)) return null;
      return unwritten.get(id) ?? readIfThere(join(directory, id));
    },
    remove(id) {
      unwritten.delete(id);
      if (isPlainId(id)) inTurn(() => rm(join(directory, id), { force: true }));
    },
    async written() {
      await last;
      if (failure !== null) throw new Error(`Media could not be written to ${directory}.`, { cause: failure });
    },
  };
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
