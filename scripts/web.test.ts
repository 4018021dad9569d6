import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toStamp } from './web.ts';

describe('a page is built again', () => {
  let folder = '';
  let before = '';
  const stamp = (): Promise<string> => toStamp({ folder, base: '/' });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-web-'));
    await mkdir(join(folder, 'src/parts'), { recursive: true });
    await writeFile(join(folder, 'index.html'), '<html>');
    await writeFile(join(folder, 'src/main.tsx'), 'main');
    await writeFile(join(folder, 'src/parts/a.ts'), 'a');
    before = await stamp();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['a source changes', () => writeFile(join(folder, 'src/parts/a.ts'), 'b')],
    ['a source comes', () => writeFile(join(folder, 'src/new.css'), '')],
    ['a source goes', () => rm(join(folder, 'src/parts/a.ts'))],
    ['a source is renamed', () => rename(join(folder, 'src/parts/a.ts'), join(folder, 'src/parts/b.ts'))],
    ['index.html changes', () => writeFile(join(folder, 'index.html'), '<html lang="en">')],
  ])('when %s', async (_, change) => {
    await change();
    expect(await stamp()).not.toBe(before);
  });

  test.each([
    ['a source is saved unchanged', () => writeFile(join(folder, 'src/main.tsx'), 'main')],
    ['a test changes', () => writeFile(join(folder, 'src/parts/a.test.ts'), 'test')],
    ['something outside the sources changes', () => writeFile(join(folder, 'README.md'), 'words')],
  ])('but not when %s', async (_, change) => {
    await change();
    expect(await stamp()).toBe(before);
  });
});
