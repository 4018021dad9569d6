import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../contract.ts';
import { graph, type GraphReply, numberId, token, updatesOf, withScene } from '../testing.ts';

const bytes = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 255]);
const sha256 = createHash('sha256').update(bytes).digest();
const dayMs = 24 * 3_600_000;

function upload(
  emulator: Emulator,
  file: { bytes?: Uint8Array<ArrayBuffer>; type?: string; product?: string } = {},
): Promise<GraphReply> {
  const form = new FormData();
  form.set('messaging_product', file.product ?? 'whatsapp');
  form.set('type', file.type ?? 'image/png');
  form.set('file', new File([file.bytes ?? bytes], 'dot.png', { type: file.type ?? 'image/png' }));
  return graph(emulator, `/v26.0/${numberId}/media`, { method: 'POST', body: form });
}

const download = (url: unknown, authorization = `Bearer ${token}`): Promise<Response> =>
  fetch(String(url), { headers: { authorization } });

describe('uploaded media', () => {
  test('comes back byte for byte, with its hash in hex', async () => {
    await withScene({}, async ({ emulator }) => {
      const { body } = await upload(emulator);
      const found = await graph(emulator, `/v26.0/${String(body.id)}?phone_number_id=${numberId}`);
      expect(found.body).toEqual({
        messaging_product: 'whatsapp',
        url: expect.stringContaining(`${emulator.url}/`),
        mime_type: 'image/png',
        sha256: sha256.toString('hex'),
        file_size: bytes.length,
        id: body.id,
      });
      const response = await download(found.body.url);
      expect(response.headers.get('content-type')).toBe('image/png');
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    });
  });

  test('needs the token at its address too', async () => {
    await withScene({}, async ({ emulator }) => {
      const { body } = await upload(emulator);
      const { url } = (await graph(emulator, `/${String(body.id)}`)).body;
      expect((await fetch(String(url))).status).toBe(401);
      expect((await download(url, 'Bearer wrong')).status).toBe(401);
    });
  });

  test('its address ends after five minutes, and a new one can be had', async () => {
    await withScene({}, async ({ emulator, clock }) => {
      const { body } = await upload(emulator);
      const { url } = (await graph(emulator, `/${String(body.id)}`)).body;
      clock.advance(299_000);
      expect((await download(url)).status).toBe(200);
      clock.advance(1_000);
      expect((await download(url)).status).toBe(404);
      expect((await download((await graph(emulator, `/${String(body.id)}`)).body.url)).status).toBe(200);
    });
  });

  test('an address that was changed is none', async () => {
    await withScene({}, async ({ emulator }) => {
      const { body } = await upload(emulator);
      const url = new URL(String((await graph(emulator, `/${String(body.id)}`)).body.url));
      url.searchParams.set('ext', '9999999999');
      expect((await download(url)).status).toBe(404);
    });
  });

  test('is gone after DELETE, after 30 days, and for another number', async () => {
    await withScene({}, async ({ emulator, clock }) => {
      const [kept, deleted] = [await upload(emulator), await upload(emulator)];
      const path = `/${String(kept.body.id)}`;
      expect((await graph(emulator, `/${String(deleted.body.id)}`, { method: 'DELETE' })).body).toEqual({
        success: true,
      });
      expect((await graph(emulator, `/${String(deleted.body.id)}`)).code).toBe(100);
      expect((await graph(emulator, `${path}?phone_number_id=1`)).code).toBe(100);
      clock.advance(30 * dayMs - 1);
      expect((await graph(emulator, path)).status).toBe(200);
      clock.advance(1);
      expect((await graph(emulator, path)).code).toBe(100);
    });
  });

  test('can be sent, and its page address shows the same bytes', async () => {
    await withScene({ rules: { window: false } }, async ({ emulator }) => {
      const { body } = await upload(emulator);
      const json = {
        messaging_product: 'whatsapp',
        to: '5511999990001',
        type: 'image',
        image: { id: body.id, caption: 'dot' },
      };
      expect((await graph(emulator, `/${numberId}/messages`, { json })).status).toBe(200);
      const [message] = emulator.inbox('ana');
      const page = await fetch(new URL(message?.mediaUrl ?? '', emulator.url));
      expect(new Uint8Array(await page.arrayBuffer())).toEqual(bytes);
    });
  });

  test.each([
    ['of a type Meta does not take', { type: 'application/zip' }, 100],
    ['that is empty', { bytes: new Uint8Array() }, 100],
    ['that is too large', { bytes: new Uint8Array(5 * 1024 * 1024 + 1) }, 131053],
    ['without the product', { product: 'x' }, 100],
  ])('a file %s is refused', async (_, file, code) => {
    await withScene({}, async ({ emulator }) => {
      expect((await upload(emulator, file)).code).toBe(code);
    });
  });

  test('a call without a file, or with a broken multipart body, is refused', async () => {
    await withScene({}, async ({ emulator }) => {
      const path = `/${numberId}/media`;
      expect((await graph(emulator, path, { json: { messaging_product: 'whatsapp' } })).code).toBe(100);
      const headers = { 'content-type': 'multipart/form-data; boundary=x' };
      expect((await graph(emulator, path, { method: 'POST', body: 'garbage', headers })).code).toBe(100);
    });
  });
});

test('media of a customer carries its hash in base64 and an address that works', async () => {
  await withScene({}, async ({ emulator, receiver, finish }) => {
    const file = { base64: Buffer.from(bytes).toString('base64'), mimeType: 'image/png' };
    emulator.send({ personId: 'ana', numberId, body: { type: 'image', file, caption: 'look' } });
    await finish();
    const [message] = updatesOf(receiver.taken, 'messages') as [{ image: Record<string, string> }];
    expect(message.image).toMatchObject({ mime_type: 'image/png', sha256: sha256.toString('base64'), caption: 'look' });
    const response = await download(message.image.url);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });
});
