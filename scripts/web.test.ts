import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensurePage, toStamp } from './web.ts';

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

describe('a page is built for production', () => {
  let folder = '';
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const readAssets = async (dist: string): Promise<string> => {
    const names = await readdir(join(dist, 'assets'));
    return (await Promise.all(names.map((name) => readFile(join(dist, 'assets', name), 'utf8')))).join('\n');
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-web-'));
    await put('index.html', '<html><body><script type="module" src="/src/main.jsx"></script></body></html>');
    await put('src/main.jsx', 'document.title = <b>{process.env.NODE_ENV}</b>;');
    await put('node_modules/react/package.json', '{"name":"react","type":"module"}');
    await put('node_modules/react/jsx-runtime.js', 'export const jsx = (type, props) => "of production" + props;');
    await put('node_modules/react/jsx-dev-runtime.js', 'export const jsxDEV = () => "of development";');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each(['test', 'development', 'production'])('also when the caller runs with NODE_ENV=%s', async (name) => {
    vi.stubEnv('NODE_ENV', name);
    const assets = await readAssets(await ensurePage({ folder, base: '/' }, true));
    vi.unstubAllEnvs();
    expect(assets).toContain('of production');
    expect(assets).not.toContain('of development');
    expect(assets).toMatch(/children: ?[`"']production[`"']/);
  });
});
