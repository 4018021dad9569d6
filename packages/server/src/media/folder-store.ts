import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BlobSource, type BlobStore, toBlobPath } from './blob-store.ts';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes on disk under a name that nobody looks for yet. */
async function stage(folder: string, source: BlobSource): Promise<string> {
  if ('path' in source) {
    await chmod(source.path, 0o600);
    await sync(source.path);
    return source.path;
  }
  const path = join(folder, `.${randomUUID()}`);
  try {
    await writeWhole(path, source.bytes);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return path;
}

/**
 * Files in a folder, owner-only. Written under another name, synced, renamed, and the folder synced too: after a crash
 * a file is whole or not there. Files to take over must be on the same file system.
 */
export function makeFolderStore(root: string): BlobStore {
  const pathOf = (key: Parameters<BlobStore['size']>[0]): string => join(root, toBlobPath(key));

  const sizeOf = async (path: string): Promise<number | null> => (await orMissing(stat(path)))?.size ?? null;
  return {
    async put(key, source) {
      const path = pathOf(key);
      if ((await sizeOf(path)) !== null) return;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(await stage(dirname(path), source), path);
      await sync(dirname(path));
    },
    size: (key) => sizeOf(pathOf(key)),
    async open(key, range) {
      const handle = await orMissing(open(pathOf(key), 'r'));
      if (handle === null) return null;
      const part = range === undefined ? {} : { start: range.from, end: range.to };
      return createReadStream('', { fd: handle, ...part });
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    close: () => Promise.resolve(),
  };
}
