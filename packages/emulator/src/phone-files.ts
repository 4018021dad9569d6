import type { ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { answer } from './http.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

const unbuilt = `<!doctype html><meta charset="utf-8"><title>Phone</title>
<body style="font-family: sans-serif; max-width: 36em; margin: 4em auto">
<h1>The phone page is not built</h1>
<p>Run <code>npm run build</code> in the checkout, then reload this page.</p>
<p>The emulator itself is running: its Graph API and <code>/phone/api/state</code> answer already.</p>
</body>`;

/** Serves the built page; a path that is no file is the page itself, whose script reads the path. */
export async function servePhoneFile(response: ServerResponse, dist: string | undefined, path: string): Promise<void> {
  if (dist === undefined) return sendPage(response, unbuilt);
  const inside = normalize(join(dist, path));
  const isInside = inside === normalize(dist) || inside.startsWith(normalize(dist) + sep);
  const bytes = isInside && extname(inside) !== '' ? await readIfFile(inside) : null;
  if (bytes !== null) {
    const type = types[extname(inside)] ?? 'application/octet-stream';
    return answer(response, {
      status: 200,
      headers: { 'content-type': type, 'cache-control': cacheOf(path) },
      body: bytes,
    });
  }
  const page = await readIfFile(join(dist, 'index.html'));
  sendPage(response, page?.toString('utf8') ?? unbuilt);
}

function sendPage(response: ServerResponse, body: string): void {
  answer(response, {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    body,
  });
}

/** Vite's assets carry a hash in their name. */
const cacheOf = (path: string): string =>
  path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

async function readIfFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}
