import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeGate } from '../kit/fixtures/rig.ts';
import type { GraphUpload } from './options.ts';
import { type Door, KEY, NUMBER, openDoor } from './fixtures/door.ts';

let door: Door;
beforeAll(async () => void (door = await openDoor()));
afterEach(() => door.reset());
afterAll(() => door.close());

const PATH = `/graph/v26.0/${NUMBER}/media`;
const errorOf = ({ body }: { body: { readonly [key: string]: unknown } }) => body['error'];
const form = (...parts: [string, string | File][]): RequestInit => {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  return { method: 'POST', body };
};
const photo = (type = 'image/png') => new File(['bytes'], 'a.png', { type });

describe('An upload', () => {
  test('is read as it comes, wherever its fields stand', async () => {
    expect(await door.ask(PATH, form(['file', photo()], ['messaging_product', 'whatsapp']))).toMatchObject({
      status: 200,
      body: { id: 'med_1' },
    });
    await door.ask(PATH, form(['type', 'image/jpeg'], ['file', photo('')]));
    expect(door.uploads).toMatchObject([
      { workspaceId: 'main', declaredType: 'image/png', filename: 'a.png' },
      { declaredType: 'image/jpeg' },
    ]);
    expect(door.uploads.map(({ bytes }) => bytes.toString())).toEqual(['bytes', 'bytes']);
  });

  test.each([
    ['no form', { method: 'POST', body: 'bytes' }],
    ['no file', form(['messaging_product', 'whatsapp'])],
    [
      'a form without an end',
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
      },
    ],
    [
      'a form without a boundary',
      { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: '--b--' },
    ],
  ])('with %s is refused, and its connection is not used again', async (_what, init) => {
    const answer = await door.ask(PATH, init);
    expect([answer.status, answer.headers.get('connection')]).toEqual([400, 'close']);
    expect(errorOf(answer)).toMatchObject({ code: 100, message: expect.stringContaining('file') });
    expect(door.uploads).toEqual([]);
  });

  test('whose caller hangs up ends with it', async () => {
    const begun = makeGate();
    const ended = makeGate<unknown>();
    const upload = async ({ content }: GraphUpload): Promise<never> => {
      try {
        for await (const chunk of content) if (chunk.length > 0) begun.open();
      } catch (error) {
        ended.open(error);
        throw error;
      }
      throw new Error('a form that broke off has no end');
    };
    door.ports = { media: { find: async () => null, sign: () => '', remove: async () => false, upload } };
    const head = `POST ${PATH} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000\r\n\r\n`;
    const part = `--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(4_000)}`;
    await door.raw(head + part, begun.promise);
    expect(await ended.promise).toMatchObject({ name: 'BrokenForm' });
    expect(door.log.lines).toEqual([]);
  });

  test.each([
    ['media_invalid', 400, 100],
    ['media_too_large', 400, 100],
    ['idempotency_conflict', 409, 100],
    ['storage_full', 503, 2],
  ])('that is refused for %s is answered %i', async (code, status, expected) => {
    door.ports = {
      media: {
        find: async () => null,
        sign: () => '',
        remove: async () => false,
        upload: async () => ({ ok: false, problem: { code, detail: 'Why.' } }),
      },
    };
    const answer = await door.ask(PATH, form(['file', photo()]));
    expect([answer.status, errorOf(answer)]).toEqual([status, expect.objectContaining({ code: expected })]);
  });

  test('for another’s number, or by nobody, is not read', async () => {
    expect(errorOf(await door.ask('/graph/999/media', form(['file', photo()])))).toMatchObject({
      code: 100,
      error_subcode: 33,
    });
    const response = await fetch(door.url + PATH, form(['file', photo()]));
    expect(response.status).toBe(401);
    expect(door.uploads).toEqual([]);
  });
});

describe('A file', () => {
  const file = { id: 'med_1', state: 'stored', type: 'image/png', sha256: 'ab', sizeBytes: 5 } as const;

  test('is told of with a link to where the caller came in', async () => {
    door.files.set('123', file);
    const answer = await door.ask('/graph/v26.0/123');
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      url: `${door.url}/media/signed-med_1`,
      mime_type: 'image/png',
      sha256: 'ab',
      file_size: 5,
      id: '123',
    });
  });

  test.each([
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'wharf.example.org' }, 'https://wharf.example.org/'],
    [{ 'x-forwarded-host': 'evil.example.org/a?' }, 'http://localhost/'],
  ])('behind a proxy has the address that the caller used: %o', async (headers, origin) => {
    door.files.set('123', file);
    expect((await door.ask('/graph/123', { headers })).body['url']).toBe(`${origin}media/signed-med_1`);
  });

  test('that is being fetched is waited for', async () => {
    let asked = 0;
    const find = async () => ({ ...file, state: ++asked < 3 ? 'referenced' : 'stored' }) as const;
    door.ports = {
      media: {
        find,
        sign: () => '/media/x',
        remove: async () => false,
        upload: () => Promise.reject(new Error('unasked')),
      },
    };
    expect((await door.ask('/graph/123')).status).toBe(200);
    expect(asked).toBe(3);
  });

  test.each(['referenced', 'lost', 'corrupt', 'deleted'] as const)(
    'that is %s in the end is not there',
    async (state) => {
      door.files.set('123', { ...file, state });
      expect(await door.ask('/graph/123')).toMatchObject({
        status: 400,
        body: { error: { code: 100, error_subcode: 33 } },
      });
    },
  );

  test('is deleted once', async () => {
    door.files.set('med_1', file);
    expect((await door.ask('/graph/med_1', { method: 'DELETE' })).body).toEqual({ success: true });
    expect((await door.ask('/graph/med_1', { method: 'DELETE' })).status).toBe(400);
  });
});
