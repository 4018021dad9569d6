import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMediaSecret } from './secret.ts';

let dataDir = '';
beforeEach(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'wharf-secret-'))));
afterEach(() => rm(dataDir, { recursive: true }));

test('is made once, for its owner only, and is the same for all who start at once', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => readMediaSecret({ dataDir, given: null })));
  expect(new Set(all.map((one) => Buffer.from(one).toString('hex'))).size).toBe(1);
  expect(all[0]).toHaveLength(32);
  expect(await readdir(dataDir)).toEqual(['media.key']);
  expect((await stat(join(dataDir, 'media.key'))).mode & 0o777).toBe(0o600);
});

test('that is given is used, and nothing is written', async () => {
  const given = 'x'.repeat(32);
  expect(await readMediaSecret({ dataDir, given })).toEqual(await readMediaSecret({ dataDir: '/nonexistent', given }));
  expect(await readdir(dataDir)).toEqual([]);
});

test('that is damaged stops the start, and says what to do', async () => {
  await writeFile(join(dataDir, 'media.key'), '\n');
  await expect(readMediaSecret({ dataDir, given: null })).rejects.toThrow(/media\.key is damaged: remove it/);
});
