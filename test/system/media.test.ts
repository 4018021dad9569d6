import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_KEY, findPort, makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';

interface File {
  readonly id: string;
  readonly state: string;
  readonly type: string;
  readonly url: string | null;
  readonly thumbnailUrl: string | null;
}

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HTML = Buffer.from('<!doctype html><script>alert(document.domain)</script>');
const AUTH = { authorization: `Bearer ${API_KEY}` };

const toEnv = (emulatorPort: string) => ({
  WHARF_API_KEY: API_KEY,
  WHARF_EMULATOR: 'on',
  WHARF_EMULATOR_PORT: emulatorPort,
});

async function read<T>(site: Site, path: string): Promise<T> {
  return (await (await fetch(`${site.url}${path}`, { headers: AUTH })).json()) as T;
}

/** What the customer's phone sends: whatever the file is, it says that it is a PNG. */
async function sendFile(emulatorUrl: string, type: 'image' | 'document', bytes: Buffer): Promise<void> {
  const file = { mimeType: 'image/png', base64: bytes.toString('base64'), filename: '../a"\r\n.html' };
  const { numbers } = (await (await fetch(`${emulatorUrl}/phone/api/state`)).json()) as { numbers: { id: string }[] };
  const body = JSON.stringify({ personId: 'ana', numberId: numbers[0]?.id, body: { type, file } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${emulatorUrl}/phone/api/messages`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
}

async function listFiles(site: Site): Promise<File[]> {
  const { data } = await read<{ data: { id: string }[] }>(site, '/api/v1/conversations');
  const pages = data.map(({ id }) => read<{ data: { media: File[] }[] }>(site, `/api/v1/conversations/${id}/messages`));
  return (await Promise.all(pages)).flatMap((page) => page.data.flatMap((message) => message.media));
}
const untilFile = (site: Site, what: string, is: (file: File) => boolean): Promise<File> =>
  until(what, async () => (await listFiles(site)).find(is));

test('a customer’s picture is fetched, made small and shown by links; what only says it is one is a file to save', async () => {
  const emulatorPort = String(await findPort());
  await using site = await makeSite(toEnv(emulatorPort));
  const wharf = await site.start();
  const emulatorUrl = `http://127.0.0.1:${emulatorPort}`;

  await sendFile(emulatorUrl, 'image', PNG);
  const picture = await untilFile(site, 'there is a small picture', (file) => file.thumbnailUrl !== null);
  const shown = await fetch(`${site.url}${picture.url}`);
  expect(Buffer.from(await shown.arrayBuffer()).equals(PNG)).toBe(true);
  expect(shown.headers.get('content-type')).toBe('image/png');
  const small = await fetch(`${site.url}${picture.thumbnailUrl}`);
  expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/jpeg']);

  await sendFile(emulatorUrl, 'document', HTML);
  const page = await untilFile(
    site,
    'the page is stored',
    (file) => file.type === 'text/html' && file.state === 'stored',
  );
  const saved = await fetch(`${site.url}${page.url}`);
  expect(saved.headers.get('content-type')).toBe('application/octet-stream');
  expect(saved.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[^"\r\n/]*"; filename\*=UTF-8''[\w.%-]+$/,
  );
  expect(saved.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  expect(saved.headers.get('x-content-type-options')).toBe('nosniff');

  // A link is the only way to the bytes, and no link, key or text is in the log.
  expect((await fetch(`${site.url}${page.url}x`)).status).toBe(403);
  const key = readFileSync(join(site.dataDir, 'media.key'), 'utf8').trim();
  expect(wharf.output()).not.toMatch(new RegExp(`${key}|/media/med_|alert\\(`));
  expect(readdirSync(join(site.dataDir, 'media')).toSorted()).toEqual(['.incoming', 'main']);
});

test('a file whose fetch died with the process is fetched by the next one', async () => {
  const emulatorPort = String(await findPort());
  await using site = await makeSite(toEnv(emulatorPort));
  const first = await site.start();
  await sendFile(`http://127.0.0.1:${emulatorPort}`, 'image', PNG);
  const { id } = await untilFile(site, 'it is known', () => true);
  // In order, so that the emulator keeps its file; what a kill would leave is written below.
  await first.stop();
  // As it is left when the process dies between its claim and its end; the claim has run out.
  await site.start();
  await site.rows(
    `update media set state = 'referenced', content_sha256 = null, attempts = 1, due_at = now() - interval '1 second' where id = $1`,
    [id],
  );
  const again = await untilFile(site, 'it is stored', (file) => file.id === id && file.state === 'stored');
  expect((await fetch(`${site.url}${again.url}`)).status).toBe(200);
});
