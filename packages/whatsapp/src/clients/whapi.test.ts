import { describe, expect, test } from 'vitest';
import { audio, image, reaction, text } from '../outbound/build.ts';
import { template } from '../outbound/build-template.ts';
import { json, withServer } from './test-server.ts';
import type { Respond } from './test-server.ts';
import { makeWhapiClient } from './whapi.ts';

const client = (baseUrl: string) => makeWhapiClient({ baseUrl, token: 'whapi-token', timeoutMs: 2000 });
const to = { to: '+55 11 99999-0000' };
const sent = {
  sent: true,
  message: { id: 'PsqXn5SAD5v7HRA-wHqB9tMeGQ', chat_id: '5511999990000@s.whatsapp.net', status: 'pending' },
};

describe('send', () => {
  test('posts the text with the token and gives the id back', async () => {
    await using server = await withServer(json(sent));
    const outcome = await client(server.origin).send(text('Hello'), to);
    expect(outcome).toEqual({ kind: 'accepted', messageId: 'PsqXn5SAD5v7HRA-wHqB9tMeGQ', waId: '5511999990000' });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/messages/text' });
    expect(server.seen[0]?.headers.authorization).toBe('Bearer whapi-token');
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({
      to: '5511999990000',
      body: 'Hello',
      no_link_preview: true,
    });
  });

  test('makes an id of its own for a reaction, which Whapi gives none', async () => {
    await using server = await withServer(json({ success: true }));
    const outcome = await client(server.origin).send(reaction('a/b', '👍'), {});
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: expect.stringMatching(/^local:[0-9a-f-]{36}$/) });
    expect(server.seen[0]).toMatchObject({ method: 'PUT', url: '/messages/a%2Fb/reaction' });
  });

  test('refuses a template without asking', async () => {
    await using server = await withServer(json(sent));
    const outcome = await client(server.origin).send(template('order_note', 'en_US'), to);
    expect(outcome).toMatchObject({
      kind: 'permanent',
      error: { message: expect.stringContaining('a template exists at Meta only') },
    });
    expect(server.seen).toHaveLength(0);
  });

  test('refuses a reaction to "..", which would lead elsewhere', async () => {
    await using server = await withServer(json(sent));
    expect(await client(server.origin).send(reaction('..', '👍'), {})).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });

  const answers: [string, Respond, string][] = [
    ['sent: false', json({ sent: false }), 'transient'],
    ['neither id nor success', json({ sent: true }), 'ambiguous'],
    ['an empty 200', (response) => response.end(), 'ambiguous'],
    ['HTML', (response) => response.writeHead(502).end('<html>'), 'ambiguous'],
    ['a wrong token', json({ error: { code: 401, message: 'x' } }, 401), 'channel'],
    ['a used-up plan', json({ error: { code: 402, message: 'x' } }, 402), 'channel'],
    ['an unlinked phone', json({ error: { code: 406, message: 'x' } }, 406), 'channel'],
    ['a bad request', json({ error: { code: 400, message: 'x' } }, 400), 'permanent'],
    ['too many requests', json({ error: { code: 429, message: 'x' } }, 429), 'throttled'],
    ['a hang-up', (_response, _seen, socket) => socket.destroy(), 'ambiguous'],
  ];
  test.each(answers)('turns %s into an outcome', async (_name, respond, kind) => {
    await using server = await withServer(respond);
    expect((await client(server.origin).send(image('https://example.org/a.jpg'), to)).kind).toBe(kind);
  });

  test('does not take a missing number for a sent one', async () => {
    await using server = await withServer(json(sent));
    expect(await client(server.origin).send(audio('media-1'), { recipient: 'BR.1' })).toMatchObject({
      kind: 'permanent',
    });
  });
});

describe('the other calls', () => {
  test('marks as read', async () => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).markRead('msg-1')).toEqual({ kind: 'ok', value: true });
    expect(server.seen[0]).toMatchObject({ method: 'PUT', url: '/messages/msg-1' });
  });

  test('types', async () => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).typing('5511999990000@s.whatsapp.net', { seconds: 3 })).toEqual({
      kind: 'ok',
      value: true,
    });
    expect(server.seen[0]?.url).toBe('/presences/5511999990000%40s.whatsapp.net');
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({ presence: 'typing', delay: 3 });
  });

  test('uploads the plain bytes and reads the id', async () => {
    await using server = await withServer(json({ media: [{ id: 'up-1' }] }));
    const outcome = await client(server.origin).uploadMedia({
      bytes: Buffer.from('abc'),
      mimeType: 'text/plain',
      filename: 'a.txt',
    });
    expect(outcome).toEqual({ kind: 'ok', value: { id: 'up-1' } });
    expect(server.seen[0]?.headers['content-type']).toBe('text/plain');
    expect(server.seen[0]?.body.toString()).toBe('abc');
  });

  test('downloads by id, bounded, and survives a missing file', async () => {
    await using server = await withServer((response, { url }) => {
      if (url === '/media/gone') response.writeHead(404).end('{"error":{"code":404}}');
      else response.writeHead(200, { 'content-type': 'audio/ogg' }).end('0123456789');
    });
    const whapi = client(server.origin);
    expect(await whapi.downloadMedia('1', { maxBytes: 10 })).toMatchObject({
      kind: 'ok',
      value: { mimeType: 'audio/ogg' },
    });
    expect(await whapi.downloadMedia('1', { maxBytes: 9 })).toMatchObject({ kind: 'permanent' });
    expect(await whapi.downloadMedia('gone', { maxBytes: 9 })).toMatchObject({ kind: 'permanent', httpStatus: 404 });
    expect(await whapi.downloadMedia('..', { maxBytes: 9 })).toMatchObject({ kind: 'permanent', httpStatus: null });
  });

  test('can be repeated after a lost answer', async () => {
    await using server = await withServer((_response, _seen, socket) => socket.destroy());
    expect(await client(server.origin).markRead('msg-1')).toMatchObject({ kind: 'transient' });
    expect(await client(server.origin).downloadMedia('1', { maxBytes: 9 })).toMatchObject({ kind: 'transient' });
  });
});
