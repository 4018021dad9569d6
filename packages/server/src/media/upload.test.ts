import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk, PDF, PNG, toDigest, VOICE } from './fixtures/desk.ts';
import { toIncomingFolder } from './receive.ts';
import { upload, type UploadRequest } from './upload.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

/** The head of a frame: MPEG 1, layer 3, 128 kbit/s. */
const MP3 = Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(500)]);

async function* pieces(bytes: Uint8Array, size = Math.max(7, bytes.length >> 6)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const send = (bytes: Uint8Array, more: Partial<UploadRequest> = {}, options: Partial<Desk> = {}) =>
  upload(
    { ...desk, ...options },
    {
      workspaceId: 'main',
      content: pieces(bytes),
      declaredType: 'image/png',
      filename: 'a.png',
      kind: null,
      isVoice: false,
      idempotencyKey: null,
      ...more,
    },
  );
const problemOf = async (sent: ReturnType<typeof send>) => {
  const uploaded = await sent;
  return uploaded.ok ? null : uploaded.problem;
};
const stored = async () => ({
  rows: (await desk.store.rows('select id from media')).length,
  half: (await readdir(toIncomingFolder(desk.folder))).length,
});

describe('an upload', () => {
  test('is stored by its content, with what the content shows', async () => {
    const uploaded = await send(PNG, { declaredType: 'image/jpeg' });
    if (!uploaded.ok) throw new Error('refused');
    expect(uploaded.id).toMatch(/^med_[0-9a-z]{26}$/);
    expect(await desk.row(uploaded.id)).toMatchObject({
      workspace_id: 'main',
      origin: 'upload',
      state: 'stored',
      kind: 'image',
      mime_type: 'image/jpeg',
      sniffed_type: 'image/png',
      content_sha256: toDigest(PNG),
      stored_bytes: PNG.length,
      filename: 'a.png',
      message_id: null,
      thumbnail_state: 'wanted',
    });
    expect(await desk.blobs.size({ workspaceId: 'main', sha256: toDigest(PNG) })).toBe(PNG.length);
    expect((await stored()).half).toBe(0);
  });

  test.each<[string, Uint8Array, Partial<UploadRequest>, RegExp]>([
    ['that is empty', Buffer.alloc(0), {}, /is empty/],
    [
      'of HTML called a picture',
      Buffer.from('<html><script>'),
      {},
      /text\/html by its content; WhatsApp takes as image/,
    ],
    ['of SVG', Buffer.from('<svg onload="x()"/>'), {}, /image\/svg\+xml/],
    ['of SVG as a document', Buffer.from('<svg onload="x()"/>'), { kind: 'document' }, /image\/svg\+xml/],
    ['of a PDF as a picture', PDF, { kind: 'image' }, /application\/pdf.*could be sent as a document/],
    ['of bytes that nobody knows', Buffer.from([1, 2, 0, 255]), {}, /octet-stream/],
    [
      'that is no voice note',
      MP3,
      { kind: 'audio', isVoice: true },
      /audio\/mpeg, and a voice note must be Ogg with Opus/,
    ],
    ['too large for a picture', Buffer.concat([PNG, Buffer.alloc(5 << 20)]), {}, /5242880 bytes as image/],
    [
      'too large for a still sticker',
      Buffer.concat([Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBPVP8 ', 'latin1'), Buffer.alloc(100 << 10)]),
      {},
      /102400 bytes as sticker/,
    ],
  ])('%s is refused, and nothing is left of it', async (_name, bytes, more, message) => {
    expect(await problemOf(send(bytes, more))).toMatchObject({
      code: 'media_invalid',
      detail: expect.stringMatching(message),
      errors: [{ field: 'file' }],
    });
    expect(await stored()).toEqual({ rows: 0, half: 0 });
    expect(await desk.store.rows('select * from blobs')).toEqual([]);
  });

  test('of exactly the limit passes, one byte more is refused before it is looked at', async () => {
    const whole = Buffer.concat([PDF, Buffer.alloc((100 << 20) - PDF.length, 32)]);
    const big = (bytes: Uint8Array) => send(bytes, { content: pieces(bytes, 1 << 20), kind: 'document' });
    expect(await problemOf(big(whole))).toBeNull();
    expect(await problemOf(big(Buffer.concat([whole, Buffer.from(' ')])))).toMatchObject({ code: 'media_too_large' });
    expect((await stored()).half).toBe(0);
  });

  test('of a voice note and of a moving sticker passes', async () => {
    const moving = Buffer.concat([
      Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBPVP8X\u000a\u0000\u0000\u0000\u0002', 'latin1'),
      Buffer.alloc(200 << 10),
    ]);
    expect(await problemOf(send(VOICE, { kind: 'audio', isVoice: true }))).toBeNull();
    expect(await problemOf(send(moving))).toBeNull();
  });

  test('that breaks off leaves nothing', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield PNG;
      throw new Error('cut');
    }
    await expect(send(PNG, { content: broken() })).rejects.toThrow('cut');
    expect(await stored()).toEqual({ rows: 0, half: 0 });
  });

  test('is turned away while the disk is full', async () => {
    expect(await problemOf(send(PNG, {}, { hasRoom: () => Promise.resolve(false) }))).toMatchObject({
      code: 'storage_full',
    });
  });
});

describe('an Idempotency-Key', () => {
  test('gives the first upload back for the same file, and refuses another one', async () => {
    const first = await send(PNG, { idempotencyKey: 'k' });
    expect(await send(PNG, { idempotencyKey: 'k' })).toEqual({ ...first, replayed: true });
    expect(await problemOf(send(PDF, { idempotencyKey: 'k' }))).toMatchObject({ code: 'idempotency_conflict' });
    expect(await problemOf(send(PNG, { idempotencyKey: 'k', kind: 'document' }))).toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(await send(PNG, { idempotencyKey: 'k', workspaceId: 'other' })).toMatchObject({ ok: true, replayed: false });
    expect((await stored()).rows).toBe(2);
  });

  test('holds for requests at once', async () => {
    const sent = await Promise.all(Array.from({ length: 6 }, () => send(PNG, { idempotencyKey: 'k' })));
    expect(new Set(sent.map((one) => (one.ok ? one.id : 'refused'))).size).toBe(1);
    expect(await stored()).toEqual({ rows: 1, half: 0 });
  });

  test('without one every upload is its own, and the bytes are there once', async () => {
    const [one, two] = [await send(PNG), await send(PNG)];
    expect(one.ok && two.ok && one.id !== two.id).toBe(true);
    expect(await readdir(join(desk.folder, 'main', toDigest(PNG).slice(0, 2)))).toEqual([toDigest(PNG)]);
  });
});
