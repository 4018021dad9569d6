import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ana, postMessage, type Scene, updatesOf, withScene } from '../testing.ts';
import { listLinks } from './linked-files.ts';

const png = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 255]);
type File = { readonly status?: number; readonly type?: string; readonly bytes?: Uint8Array; readonly to?: string };
const files: Record<string, File> = {
  '/a.png': { type: 'image/png', bytes: png },
  '/typed.png': { type: 'image/png; charset=binary', bytes: png },
  '/lie.png': { type: 'image/png', bytes: Buffer.from('hello') },
  '/untyped': { bytes: png },
  '/empty.png': { type: 'image/png', bytes: new Uint8Array() },
  '/full.png': { type: 'image/png', bytes: Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024 - png.length)]) },
  '/large.png': { type: 'image/png', bytes: Buffer.concat([png, Buffer.alloc(5 * 1024 * 1024 - png.length + 1)]) },
  '/moved': { status: 302, to: '/a.png' },
  '/round': { status: 302, to: '/round' },
  '/away': { status: 302, to: 'http://10.0.0.1/a.png' },
  '/any': { type: 'application/x-own', bytes: Buffer.from('anything') },
};
const asked: string[] = [];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  const { status = 200, type, bytes, to } = files[path] ?? { status: 404 };
  response.writeHead(status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(to === undefined ? {} : { location: to }),
  });
  response.end(bytes);
});
let base = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** What became of a message: the code it failed with, or null. */
async function send(scene: Scene, message: object): Promise<number | null> {
  expect((await postMessage(scene, { messaging_product: 'whatsapp', ...ana, ...message })).status).toBe(200);
  await scene.finish();
  const last = updatesOf(scene.receiver.taken, 'statuses').at(-1) as { status: string; errors?: { code: number }[] };
  expect(last.status).toBe(last.errors ? 'failed' : 'read');
  return last.errors?.[0]?.code ?? null;
}

describe('a file by link is fetched once the message is taken', () => {
  test.each<[string, object, number | null]>([
    ['one that fits', { image: { link: '/a.png' } }, null],
    ['one whose type says more', { image: { link: '/typed.png' } }, null],
    ['one of just the largest size', { image: { link: '/full.png' } }, null],
    ['one byte too large', { image: { link: '/large.png' } }, 131053],
    ['one that is not there', { image: { link: '/none.png' } }, 131053],
    ['one whose bytes are another type', { image: { link: '/lie.png' } }, 131053],
    ['one without a type', { image: { link: '/untyped' } }, 131053],
    ['an empty one', { image: { link: '/empty.png' } }, 131053],
    ['one of another kind', { video: { link: '/a.png' } }, 131053],
    ['one that moved', { image: { link: '/moved' } }, null],
    ['one that moves without end', { image: { link: '/round' } }, 131053],
    ['one that moved into another network', { image: { link: '/away' } }, 131053],
    ['anything as a document', { document: { link: '/any' } }, null],
  ])('%s', async (_name, part, code) => {
    const [[type, { link }]] = Object.entries(part) as [[string, { link: string }]];
    await withScene({ rules: { window: false } }, async (scene) => {
      expect(await send(scene, { type, [type]: { link: base + link } })).toBe(code);
    });
  });

  test('from a port where nobody listens, the message fails; from a host that is not this machine it is taken on trust', async () => {
    await withScene({ rules: { window: false } }, async (scene) => {
      expect(await send(scene, { type: 'image', image: { link: 'http://127.0.0.1:1/a.png' } })).toBe(131053);
      expect(await send(scene, { type: 'image', image: { link: 'https://shop.example/a.png' } })).toBeNull();
    });
  });

  test('a link that is no address, in a field that is no file, is taken on trust', async () => {
    await withScene({ rules: { window: false } }, async (scene) => {
      const image = { link: 'no address' };
      expect(await send(scene, { type: 'text', text: { body: 'Hi', image } })).toBeNull();
    });
  });

  test('once in ten minutes', async () => {
    await withScene({ rules: { window: false } }, async (scene) => {
      const image = { type: 'image', image: { link: `${base}/a.png` } };
      asked.length = 0;
      await send(scene, image);
      await send(scene, image);
      expect(asked).toEqual(['/a.png']);
      scene.clock.advance(600_000);
      await send(scene, image);
      expect(asked).toHaveLength(2);
    });
  });
});

test('links are found wherever a message may have a file', () => {
  const image = { link: 'https://a.example/1' };
  const video = { link: 'https://a.example/2' };
  expect(
    listLinks({
      interactive: { type: 'button', header: { type: 'image', image }, action: { cards: [{ header: { video } }] } },
      template: { components: [{ type: 'header', parameters: [{ type: 'image', image }] }] },
      document: { id: '1' },
      text: { link: 'https://a.example/3' },
    }),
  ).toEqual([
    { kind: 'image', link: image.link },
    { kind: 'video', link: video.link },
    { kind: 'image', link: image.link },
  ]);
});
