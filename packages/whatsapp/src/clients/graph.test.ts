import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../message.ts';
import { text } from '../outbound/build.ts';
import { makeGraphClient } from './graph.ts';
import { json, withServer } from './test-server.ts';
import type { Respond } from './test-server.ts';

const TOKEN = 'EAAG-secret-token';
const PHONE = '106540352242922';
const client = (baseUrl: string, timeoutMs = 5000) => makeGraphClient({ baseUrl, accessToken: TOKEN, timeoutMs });
const hello = text('Hello');
const to = { to: '+5511999990000' };
const accepted = {
  messaging_product: 'whatsapp',
  contacts: [{ input: '+5511999990000', wa_id: '551199990000' }],
  messages: [{ id: 'wamid.OUT1', message_status: 'accepted' }],
};

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

const raw =
  (status: number, body: string, headers: Record<string, string> = {}): Respond =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };
const silence: Respond = () => undefined;
const reset: Respond = (_response, _seen, socket) => {
  socket.resetAndDestroy();
};
const hangUp: Respond = (_response, _seen, socket) => {
  socket.destroy();
};
const cutBody: Respond = (response, _seen, socket) => {
  response.writeHead(200, { 'content-length': '500' });
  response.write('{"messages":[{"id":"wamid.');
  setImmediate(() => socket.destroy());
};
const notHttp: Respond = (_response, _seen, socket) => {
  socket.end('this is not HTTP\r\n\r\n');
};
const stalledBody: Respond = (response) => {
  response.writeHead(200, { 'content-length': '500' });
  response.write('{"messages":');
};
const endless: Respond = (response) => {
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.writeHead(200).on('drain', more);
  more();
};
const error = (code: number, status = 400): Respond =>
  json({ error: { message: 'no', type: 'OAuthException', code, fbtrace_id: 'AbC' } }, status);

describe('send', () => {
  test("posts the body with the token and gives Meta's ids back", async () => {
    await using server = await withServer(json(accepted));
    const outcome = await client(server.origin).send(PHONE, hello, to, { callbackData: 'intent-1' });
    expect(outcome).toEqual({
      kind: 'accepted',
      messageId: 'wamid.OUT1',
      waId: '551199990000',
      messageStatus: 'accepted',
    });
    const [seen] = server.seen;
    expect(seen?.url).toBe(`/v26.0/${PHONE}/messages`);
    expect(seen?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(JSON.parse(seen?.body.toString() ?? '')).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+5511999990000',
      type: 'text',
      text: { body: 'Hello' },
      biz_opaque_callback_data: 'intent-1',
    });
  });

  test('proves the app secret when one is given', async () => {
    await using server = await withServer(json(accepted));
    await makeGraphClient({ baseUrl: server.origin, accessToken: TOKEN, appSecret: 's3' }).send(PHONE, hello, to);
    expect(server.seen[0]?.url).toMatch(/\/messages\?appsecret_proof=[0-9a-f]{64}$/);
  });

  const answers: [string, Respond, string][] = [
    ['a throughput error', error(130429), 'throttled'],
    ['a revoked token', error(190, 401), 'channel'],
    ['a wrong parameter', error(131009), 'permanent'],
    ['an internal error', error(131000, 500), 'ambiguous'],
    ['HTML of a gateway', raw(502, '<html><h1>502 Bad Gateway</h1></html>'), 'ambiguous'],
    ['an empty 500', raw(500, ''), 'ambiguous'],
    ['an empty 200', raw(200, ''), 'ambiguous'],
    ['garbage with 200', raw(200, '\u0000\u0001{{{'), 'ambiguous'],
    ['JSON of the wrong shape', json({ messages: 'wamid' }), 'ambiguous'],
    ['a message without id', json({ messages: [{}] }), 'ambiguous'],
    ['JSON null', json(null), 'ambiguous'],
    ['a hundred thousand brackets', raw(200, '['.repeat(100_000)), 'ambiguous'],
    ['a hundred thousand levels', raw(200, '['.repeat(100_000) + ']'.repeat(100_000)), 'ambiguous'],
    ['an error of the wrong shape', json({ error: [1] }, 400), 'permanent'],
    ['a bare 429', raw(429, '', { 'retry-after': '7' }), 'throttled'],
    ['a redirect', raw(302, '', { location: 'https://example.org/login' }), 'channel'],
    ['a reset after the request', reset, 'ambiguous'],
    ['a hang-up without answer', hangUp, 'ambiguous'],
    ['a body cut short', cutBody, 'ambiguous'],
    ['no HTTP at all', notHttp, 'ambiguous'],
    ['a body without end', endless, 'ambiguous'],
  ];
  test.each(answers)('turns %s into an outcome', async (_name, respond, kind) => {
    await using server = await withServer(respond);
    const outcome = await client(server.origin).send(PHONE, hello, to);
    expect(outcome.kind).toBe(kind);
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  });

  test.each([
    ['silence', silence],
    ['a body that stalls', stalledBody],
  ])('gives up on %s after the timeout and calls it ambiguous', async (_name, respond) => {
    await using server = await withServer(respond);
    const outcome = await client(server.origin, 150).send(PHONE, hello, to);
    expect(outcome).toMatchObject({ kind: 'ambiguous', code: 0 });
  });

  test('calls a refused connection transient: nothing left', async () => {
    const outcome = await client(`http://127.0.0.1:${await closedPort()}`).send(PHONE, hello, to);
    expect(outcome).toMatchObject({
      kind: 'transient',
      httpStatus: null,
      error: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  test('calls a failed TLS handshake transient: the request was never written', async () => {
    await using server = await withServer(json(accepted));
    const outcome = await client(server.origin.replace('http:', 'https:')).send(PHONE, hello, to);
    expect(outcome.kind).toBe('transient');
    expect(server.seen).toHaveLength(0);
  });

  test('keeps every digit of ids that are large numbers', async () => {
    await using server = await withServer(raw(200, '{"messages":[{"id":9007199254740993123}]}'));
    expect(await client(server.origin).send(PHONE, hello, to)).toMatchObject({ messageId: '9007199254740993123' });
  });

  test('refuses a message that is not JSON without sending it', async () => {
    const loop: { [key: string]: unknown } = {};
    loop['self'] = loop;
    await using server = await withServer(json(accepted));
    const message = { type: 'text', text: loop } as unknown as OutgoingMessage;
    expect(await client(server.origin).send(PHONE, message, to)).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });

  test.each(['', '.', '..'])('refuses the number id %j, which would lead to another node', async (id) => {
    await using server = await withServer(json(accepted));
    expect(await client(server.origin).send(id, hello, to)).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });

  test('takes an error of a foreign transport as one that may have arrived', async () => {
    const graph = makeGraphClient({ accessToken: TOKEN, transport: () => Promise.reject(new Error('odd')) });
    expect(await graph.send(PHONE, hello, to)).toMatchObject({ kind: 'ambiguous' });
  });
});

describe('the other calls', () => {
  test('marks as read with typing', async () => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).markRead(PHONE, 'wamid.IN1', { typing: true })).toEqual({
      kind: 'ok',
      value: true,
    });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.IN1',
      typing_indicator: { type: 'text' },
    });
  });

  test('does harmless calls again after a lost answer, so it is only transient', async () => {
    await using server = await withServer(reset);
    expect(await client(server.origin).markRead(PHONE, 'wamid.IN1')).toMatchObject({ kind: 'transient' });
  });

  test('calls an answer it cannot read transient too, since repeating does no harm', async () => {
    await using server = await withServer(raw(502, '<html>'));
    expect(await client(server.origin).templates('waba')).toMatchObject({ kind: 'transient', httpStatus: 502 });
  });

  test('uploads a file as multipart', async () => {
    await using server = await withServer(json({ id: '4490709327384033' }));
    const bytes = new Uint8Array([0, 13, 10, 255]);
    const outcome = await client(server.origin).uploadMedia(PHONE, {
      bytes,
      mimeType: 'image/png',
      filename: 'a"b\r\n.png',
    });
    expect(outcome).toEqual({ kind: 'ok', value: { id: '4490709327384033' } });
    const [seen] = server.seen;
    const form = await new Response(seen?.body, {
      headers: { 'content-type': seen?.headers['content-type'] ?? '' },
    }).formData();
    expect(form.get('messaging_product')).toBe('whatsapp');
    expect(form.get('type')).toBe('image/png');
    const file = form.get('file') as File;
    expect(file.type).toBe('image/png');
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  });

  test('refuses a media type that would smuggle a header', async () => {
    await using server = await withServer(json({ id: '1' }));
    const upload = { bytes: new Uint8Array(1), mimeType: 'image/png\r\nx: y', filename: 'a' };
    expect(await client(server.origin).uploadMedia(PHONE, upload)).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });

  const HEX = 'ab'.repeat(32);
  test.each([
    ['a string size and hex', { file_size: '303833', sha256: HEX.toUpperCase() }],
    ['a numeric size and base64', { file_size: 303833, sha256: Buffer.from(HEX, 'hex').toString('base64') }],
  ])('reads media info with %s', async (_name, keys) => {
    await using server = await withServer(
      json({ url: 'https://lookaside.fbsbx.com/a', mime_type: 'image/jpeg', id: '1', ...keys }),
    );
    expect(await client(server.origin).mediaInfo('1')).toEqual({
      kind: 'ok',
      value: { url: 'https://lookaside.fbsbx.com/a', mimeType: 'image/jpeg', sha256: HEX, sizeBytes: 303833 },
    });
  });

  test('does not pause the channel because one file is gone', async () => {
    await using server = await withServer(json({ error: { code: 100, error_subcode: 33, message: 'gone' } }, 400));
    expect(await client(server.origin).mediaInfo('1')).toMatchObject({ kind: 'permanent' });
    expect(await client(server.origin).phoneNumbers('1')).toMatchObject({ kind: 'channel' });
  });

  test('deletes media', async () => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).deleteMedia('77')).toEqual({ kind: 'ok', value: true });
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', url: '/v26.0/77' });
  });

  test('reads all pages of a list', async () => {
    const template = (id: string) => ({ id, name: `t${id}`, language: 'en_US', status: 'APPROVED', components: [] });
    await using server = await withServer((response, seen, socket) => {
      const last = seen.url.includes('after=A1');
      const page = last
        ? { data: [template('2')], paging: { cursors: { after: 'A2' } } }
        : {
            data: [template('1'), { id: 'nameless' }],
            paging: { cursors: { after: 'A1' }, next: 'https://elsewhere.example/' },
          };
      json(page)(response, seen, socket);
    });
    const outcome = await client(server.origin).templates('waba');
    expect(outcome).toMatchObject({
      kind: 'ok',
      value: [
        { id: '1', name: 't1' },
        { id: '2', status: 'APPROVED' },
      ],
    });
    expect(server.seen).toHaveLength(2);
  });

  test('ends a list whose cursor goes round', async () => {
    await using server = await withServer(
      json({ data: [{ id: '1', display_phone_number: '+1 555' }], paging: { cursors: { after: 'A' }, next: 'x' } }),
    );
    expect(await client(server.origin).phoneNumbers('waba')).toMatchObject({ kind: 'ok' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('making a client', () => {
  test.each(['', 'a b', 'line\nend', 'Ünicode'])('refuses the token %j without repeating it', (accessToken) => {
    expect(() => makeGraphClient({ accessToken })).toThrow(/printable ASCII/);
  });

  test.each(['graph.facebook.com', 'ftp://x', ''])('refuses the base URL %j', (baseUrl) => {
    expect(() => makeGraphClient({ accessToken: TOKEN, baseUrl })).toThrow(/baseUrl/);
  });
});
