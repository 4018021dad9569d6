import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUTH, CHANNEL, makeRig, type Rig, toMessageRow } from './fixtures/rig.ts';
import type { MediaPort, OpenedFile, Uploaded, UploadRequest } from './ports/media.ts';

let rig: Rig;
let opened: OpenedFile = { ok: false, why: 'gone' };
let uploaded: Uploaded = { ok: true, id: 'med_1', replayed: false };
let asked: (Omit<UploadRequest, 'content'> & { bytes: string })[] = [];

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}
const media: MediaPort = {
  sign: (id, variant) => ({ path: `/media/${id}-${variant}`, expiresAt: Date.UTC(2026, 10, 21, 12, 5) }),
  open: async () => opened,
  upload: async ({ content, ...request }) => {
    asked.push({ ...request, bytes: await bytesOf(content) });
    return uploaded;
  },
  remove: async (workspaceId, id) => workspaceId === 'main' && id === 'med_1',
  fetchAgain: async (_workspaceId, id) => id === 'med_2',
};
beforeAll(async () => {
  rig = await makeRig({ media });
  await rig.insert('channels', CHANNEL);
  await rig.insert('messages', toMessageRow({ id: 'msg_1' }));
  await rig.insert(
    'messages',
    toMessageRow({
      id: 'msg_2',
      direction: 'out',
      type: 'image',
      body: { type: 'image', image: { id: `med_${'0'.repeat(26)}` } },
    }),
  );
  await rig.insert('conversations', {
    id: 'cnv_1',
    workspace_id: 'main',
    channel_id: 'chn_1',
    contact_id: 'con_1',
    lane: 'l',
    address: {},
  });
  const row = {
    workspace_id: 'main',
    channel_id: 'chn_1',
    message_id: 'msg_1',
    kind: 'image',
    created_at: '2026-11-21T12:00:00Z',
  };
  await rig.insert('media', {
    ...row,
    id: 'med_1',
    state: 'stored',
    mime_type: 'image/png',
    sniffed_type: 'image/jpeg',
    content_sha256: 'a'.repeat(64),
    sha256: 'b'.repeat(64),
    stored_bytes: 7,
    size_bytes: 9,
    filename: '<b>.jpg',
    thumbnail_sha256: 'c'.repeat(64),
    thumbnail_state: 'made',
  });
  await rig.insert('media', { ...row, id: 'med_2', state: 'lost', reason: 'Gone.', sha256: 'b'.repeat(64) });
  await rig.insert('media', { ...row, id: 'med_other', workspace_id: 'other', state: 'stored' });
  await rig.insert('media', {
    ...row,
    id: `med_${'0'.repeat(26)}`,
    message_id: null,
    origin: 'upload',
    state: 'stored',
  });
});
afterAll(() => rig.close());
beforeEach(() => {
  asked = [];
  uploaded = { ok: true, id: 'med_1', replayed: false };
});

const get = async (url: string, headers: Record<string, string> = AUTH) =>
  rig.app.inject({ method: 'GET', url, headers });
const STORED = {
  id: 'med_1',
  messageId: 'msg_1',
  kind: 'image',
  state: 'stored',
  reason: null,
  filename: '<b>.jpg',
  declaredType: 'image/png',
  type: 'image/jpeg',
  sizeBytes: 7,
  sha256: 'a'.repeat(64),
  url: '/media/med_1-file',
  thumbnailUrl: '/media/med_1-thumbnail',
  urlExpiresAt: '2026-11-21T12:05:00.000Z',
  createdAt: '2026-11-21T12:00:00.000Z',
};

describe('GET /api/v1/media/{id}', () => {
  test('describes a stored file with links, and one that is lost with the reason', async () => {
    expect((await get('/api/v1/media/med_1')).json()).toEqual(STORED);
    expect((await get('/api/v1/media/med_2')).json()).toMatchObject({
      state: 'lost',
      reason: 'Gone.',
      url: null,
      thumbnailUrl: null,
      urlExpiresAt: null,
      sha256: 'b'.repeat(64),
    });
  });

  test.each(['med_9', 'med_other', '..%2f..%2fetc'])('knows no %s', async (id) => {
    const answer = await get(`/api/v1/media/${id}`);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'media_unknown']);
  });

  test('needs a sign-in', async () => {
    expect((await get('/api/v1/media/med_1', {})).statusCode).toBe(401);
  });
});

test('messages carry their files: those they came with, and those they name by our ids', async () => {
  const list = (await get('/api/v1/conversations/cnv_1/messages')).json().data as {
    id: string;
    media: { id: string }[];
  }[];
  const byId = new Map(list.map((one) => [one.id, one.media.map((file) => file.id)]));
  expect(byId.get('msg_1')).toEqual(['med_1', 'med_2']);
  expect(byId.get('msg_2')).toEqual([`med_${'0'.repeat(26)}`]);
  expect((await get('/api/v1/messages/msg_1')).json().media[0]).toEqual(STORED);
});

test('POST /api/v1/media/{id}/fetch asks again for what is not stored', async () => {
  const post = (id: string) =>
    rig.app.inject({
      method: 'POST',
      url: `/api/v1/media/${id}/fetch`,
      headers: { ...AUTH, 'content-type': 'application/json' },
      body: '{}',
    });
  expect((await post('med_2')).statusCode).toBe(202);
  expect((await post('med_1')).json().code).toBe('media_settled');
  expect((await post('med_other')).json().code).toBe('media_unknown');
});

test('DELETE /api/v1/media/{id} deletes once', async () => {
  const remove = (id: string) => rig.app.inject({ method: 'DELETE', url: `/api/v1/media/${id}`, headers: AUTH });
  expect((await remove('med_1')).statusCode).toBe(204);
  expect((await remove('med_9')).json().code).toBe('media_unknown');
});

describe('GET /media/{token}', () => {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="a.svg"',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=300',
  };

  test('hands the bytes out under the headers of the file alone, without a sign-in', async () => {
    opened = { ok: true, status: 200, headers, stream: Readable.from([Buffer.from('<svg onload="alert(1)"/>')]) };
    const answer = await get('/media/token', {});
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject(headers);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.body).toBe('<svg onload="alert(1)"/>');
  });

  test('HEAD says the same and sends nothing', async () => {
    opened = {
      ok: true,
      status: 200,
      headers: { ...headers, 'content-length': '4' },
      stream: Readable.from([Buffer.from('abcd')]),
    };
    const answer = await rig.app.inject({ method: 'HEAD', url: '/media/token' });
    expect([answer.statusCode, answer.headers['content-length'], answer.body]).toEqual([200, '4', '']);
  });

  test.each<[OpenedFile, number, string | null]>([
    [{ ok: false, why: 'forged' }, 403, 'link_expired'],
    [{ ok: false, why: 'expired' }, 403, 'link_expired'],
    [{ ok: false, why: 'gone' }, 404, 'media_unknown'],
    [{ ok: false, why: 'range', sizeBytes: 10 }, 416, 'range_unsatisfiable'],
    [{ ok: false, why: 'unchanged' }, 304, null],
  ])('%j is answered %d', async (outcome, status, code) => {
    opened = outcome;
    const answer = await get('/media/token', {});
    expect([answer.statusCode, code === null ? answer.body : answer.json().code]).toEqual([status, code ?? '']);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-range']).toBe(status === 416 ? 'bytes */10' : undefined);
  });

  test('is no page of the dashboard, whatever the path', async () => {
    expect((await get('/media', {})).statusCode).toBe(404);
    expect((await get('/media/a/b', {})).statusCode).toBe(404);
  });
});

describe('POST /api/v1/media', () => {
  const post = (headers: Record<string, string>, body: string | Buffer, query = '') =>
    rig.app.inject({ method: 'POST', url: `/api/v1/media${query}`, headers: { ...AUTH, ...headers }, body });
  const form = (parts: string[]) => Buffer.from(`${parts.map((part) => `--x\r\n${part}\r\n`).join('')}--x--\r\n`);
  const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
  const FILE = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nbytes';

  test('takes a raw body of any type', async () => {
    for (const type of ['image/png', 'application/json', 'text/html', 'application/x-www-form-urlencoded']) {
      const answer = await post(
        { 'content-type': type, 'idempotency-key': 'k' },
        '{"files":[{"filepath":"/etc/passwd"}]}',
        '?filename=a.png&kind=document&voice=true',
      );
      expect([answer.statusCode, answer.headers['location'], answer.json()]).toEqual([
        201,
        '/api/v1/media/med_1',
        STORED,
      ]);
      expect(asked.at(-1)).toEqual({
        workspaceId: 'main',
        declaredType: type,
        filename: 'a.png',
        kind: 'document',
        isVoice: true,
        idempotencyKey: 'k',
        bytes: '{"files":[{"filepath":"/etc/passwd"}]}',
      });
    }
  });

  test('takes a form, with fields before its file', async () => {
    const kind = 'Content-Disposition: form-data; name="kind"\r\n\r\ndocument';
    expect((await post(FORM, form([kind, FILE]))).statusCode).toBe(201);
    expect(asked).toEqual([
      {
        workspaceId: 'main',
        declaredType: 'image/png',
        filename: 'a.png',
        kind: 'document',
        isVoice: false,
        idempotencyKey: null,
        bytes: 'bytes',
      },
    ]);
  });

  test('says so when it is the same upload again', async () => {
    uploaded = { ok: true, id: 'med_1', replayed: true };
    const answer = await post(FORM, form([FILE]));
    expect([answer.statusCode, answer.headers['idempotent-replayed']]).toEqual([200, 'true']);
  });

  test.each<[string, number]>([
    ['media_invalid', 422],
    ['media_too_large', 413],
    ['storage_full', 507],
    ['idempotency_conflict', 409],
  ])('answers %s with %d, and takes no more over this connection', async (code, status) => {
    uploaded = {
      ok: false,
      problem: {
        code: code as 'media_invalid',
        detail: 'Why.',
        errors: [{ field: 'file', message: 'is empty', actual: 0 }],
      },
    };
    const answer = await post(FORM, form([FILE]));
    expect([answer.statusCode, answer.json().code, answer.json().detail]).toEqual([status, code, 'Why.']);
    expect(answer.headers['connection']).toBe('close');
  });

  test.each<[string, Record<string, string>, Buffer | string, string]>([
    ['without a file', FORM, form(['Content-Disposition: form-data; name="a"\r\n\r\nb']), ''],
    ['that is no form', { 'content-type': 'multipart/form-data' }, 'junk', ''],
    ['with a kind that is none', FORM, form(['Content-Disposition: form-data; name="kind"\r\n\r\nfilm', FILE]), ''],
    ['with a form that breaks off', FORM, form([FILE]).subarray(0, -8), ''],
    ['with an unknown kind in the query', { 'content-type': 'image/png' }, 'x', '?kind=film'],
    ['with a key that is none', { 'content-type': 'image/png', 'idempotency-key': 'a b' }, 'x', ''],
  ])('refuses a request %s', async (_name, headers, body, query) => {
    const answer = await post(headers, body, query);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  });

  test('of more than a file may have is refused before it is read', async () => {
    const answer = await post({ 'content-type': 'image/png', 'content-length': String((101 << 20) + 1) }, 'x');
    expect([answer.statusCode, answer.json().code, asked]).toEqual([413, 'media_too_large', []]);
  });

  test('needs a sign-in, and of a browser the word that the page is ours', async () => {
    const as = (headers: Record<string, string>) =>
      rig.app.inject({
        method: 'POST',
        url: '/api/v1/media',
        headers: { 'content-type': 'image/png', ...headers },
        body: 'x',
      });
    const cookie = 'wharf_session=token';
    expect((await as({})).statusCode).toBe(415);
    expect((await as({ authorization: 'Bearer wrong' })).statusCode).toBe(401);
    expect((await as({ cookie })).statusCode).toBe(415);
    expect((await as({ cookie, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await as({ cookie, 'sec-fetch-site': 'same-site' })).statusCode).toBe(403);
    expect((await as({ cookie, 'sec-fetch-site': 'none' })).statusCode).toBe(415);
    expect((await as({ cookie, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(201);
    // Browsers name the site to addresses they trust only: of a plain one, they say where the page is from.
    const host = '10.0.0.5:8080';
    expect((await as({ cookie, host, origin: `http://${host}` })).statusCode).toBe(201);
    expect((await as({ cookie, host, origin: 'http://10.0.0.5:9090' })).statusCode).toBe(415);
    expect((await as({ cookie, host, origin: 'null' })).statusCode).toBe(415);
    expect((await as({ cookie, host, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    const json = await rig.app.inject({
      method: 'POST',
      url: '/api/v1/messages',
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'image/png' },
      body: 'x',
    });
    expect(json.statusCode).toBe(415);
  });
});
