import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conformBlobStore, keyOf } from './fixtures/blob-conformance.ts';
import { makeFolderStore } from './folder-store.ts';

describe('the folder', () => {
  conformBlobStore(async (folder) => makeFolderStore(join(folder, 'blobs')));

  test('keeps files to its owner, under the digest, with nothing half written beside them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'wharf-blobs-'));
    const bytes = Buffer.from('secret');
    await makeFolderStore(root).put(keyOf(bytes), { bytes });
    const { sha256 } = keyOf(bytes);
    const folder = join(root, 'main', sha256.slice(0, 2));
    expect(await readdir(folder)).toEqual([sha256]);
    expect((await stat(join(folder, sha256))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await rm(root, { recursive: true });
  });
});
