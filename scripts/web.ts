/**
 * Builds the two web pages, the dashboard and the emulator's phone, when their sources changed since the last build.
 * `npm start` calls `ensureWeb()`; `node scripts/web.ts [--force]` is the same by hand. Nothing is fetched.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Page {
  /** Folder with `index.html`, `src` and, after the build, `dist`. */
  folder: string;
  /** Where it is served; assets are addressed absolutely below it. */
  base: string;
}

const PAGES = {
  dashboard: { folder: join(ROOT, 'packages/dashboard'), base: '/' },
  phone: { folder: join(ROOT, 'packages/emulator/phone'), base: '/phone/' },
} satisfies Record<string, Page>;

/** Changes of these rebuild both pages. */
const SHARED = ['package-lock.json', 'scripts/web.ts'].map((path) => join(ROOT, path));

/** Folders of the built pages. Throws when a build is needed and fails. */
export async function ensureWeb(options: { force?: boolean } = {}): Promise<{ dashboard: string; phone: string }> {
  const [dashboard, phone] = await Promise.all([
    ensurePage(PAGES.dashboard, options.force === true),
    ensurePage(PAGES.phone, options.force === true),
  ]);
  return { dashboard, phone };
}

/** The page's `dist`, built unless its stamp tells of the same sources. */
export async function ensurePage(page: Page, force: boolean): Promise<string> {
  const dist = join(page.folder, 'dist');
  const stampFile = join(dist, '.stamp');
  const stamp = await toStamp(page);
  if (!force && existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return dist;
  await buildApart(page);
  await mkdir(dist, { recursive: true });
  await writeFile(stampFile, stamp);
  return dist;
}

/** Hash over path and content of every source, so that touching a file or another checkout path changes nothing. */
export async function toStamp(page: Page): Promise<string> {
  const sources = await listFiles(join(page.folder, 'src'));
  const files = [...SHARED, join(page.folder, 'index.html'), ...sources.sort()];
  const hash = createHash('sha256');
  const contents = await Promise.all(files.map((file) => readFile(file)));
  for (const [index, content] of contents.entries()) {
    hash.update(`${relative(ROOT, files[index] ?? '').replaceAll('\\', '/')}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest('hex');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * A process of its own, always for production: Vite and its plugins take the caller's NODE_ENV as `test` or
 * `development` and mix React's development calls with its production build, which is a blank page.
 */
async function buildApart(page: Page): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production' };
  const args = [fileURLToPath(import.meta.url), '--build', page.folder, page.base];
  const { stderr } = await promisify(execFile)(process.execPath, args, { env });
  if (stderr) console.error(stderr);
}

async function buildPage(page: Page): Promise<void> {
  // Loaded here only: a start with fresh pages needs neither Vite nor its 100 ms.
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    configFile: false,
    envDir: false,
    root: page.folder,
    base: page.base,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: join(page.folder, 'dist'),
      emptyOutDir: true,
      target: 'es2022',
      // Inlined assets would be data: URLs, and the pages run under `default-src 'self'`.
      assetsInlineLimit: 0,
      // The polyfill is an inline script in some configurations; every browser we target preloads modules.
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1_000,
    },
  });
}

async function main([flag, folder, base]: string[]): Promise<void> {
  if (flag === '--build' && folder && base) return buildPage({ folder, base });
  const before = performance.now();
  await ensureWeb({ force: flag === '--force' });
  console.log(`Web pages ready in ${Math.round(performance.now() - before)} ms`);
}

if (import.meta.main) await main(process.argv.slice(2));
