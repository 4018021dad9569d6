import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HEAD_BYTES } from './content-type.ts';

/** An upload on its way: a file of ours that goes when `dispose` is called, unless the store took it over. */
export interface Received extends AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly head: Uint8Array;
}

/** On the same file system as the store, and no workspace's name. */
export const toIncomingFolder = (folder: string): string => join(folder, '.incoming');

const STALE_MS = 3_600_000;

/** What earlier processes left half received. */
export async function clearIncoming(folder: string, nowMs: number): Promise<void> {
  const incoming = toIncomingFolder(folder);
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    if (nowMs - (await stat(path)).mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

async function write(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Omit<Received, keyof AsyncDisposable | 'path'> | null> {
  const digest = createHash('sha256');
  const head: Uint8Array[] = [];
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      if (sizeBytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - sizeBytes));
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) return null;
      digest.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: digest.digest('hex'), head: Buffer.concat(head) };
}

/** Writes a stream to a file, however large; null when it is larger than `maxBytes`: nothing is left of it then. */
export async function receive(
  folder: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Received | null> {
  const path = join(toIncomingFolder(folder), randomUUID());
  const dispose = () => rm(path, { force: true });
  try {
    const written = await write(path, content, maxBytes);
    if (written !== null) return { ...written, path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
  await dispose();
  return null;
}
