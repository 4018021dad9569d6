import { describe, expect, test } from 'vitest';
import { json, withServer } from './test-server.ts';
import type { Respond } from './test-server.ts';
import { makeWhapiClient } from './whapi.ts';

const client = (baseUrl: string) => makeWhapiClient({ baseUrl, token: 'whapi-token', timeoutMs: 2000 });
const CHAT = '5511999990000@s.whatsapp.net';
const SINCE = 1763683200;
const mine = (id: string, timestamp: unknown, more: object = {}) => ({
  id,
  type: 'text',
  from_me: true,
  timestamp,
  text: { body: `said ${id}` },
  ...more,
});

describe('sentSince', () => {
  test('tells what went out, oldest first, with type and text', async () => {
    const messages = [
      mine('c', SINCE + 9, { type: 'image', image: { caption: 'a shoe' }, source: 'api', status: 'sent' }),
      mine('d', String(SINCE + 8), { type: 'interactive', interactive: { body: { text: 'Confirm?' } } }),
      mine('b', (SINCE + 2) * 1000, { type: 'document', document: {} }),
      mine('a', SINCE),
    ];
    await using server = await withServer(json({ messages, count: 4, total: 4, offset: 0 }));
    const outcome = await client(server.origin).sentSince('+55 11 99999-0000', SINCE * 1000 + 999);
    if (outcome.kind !== 'ok') throw new Error(outcome.advice);
    expect(outcome.value.map(({ raw: _raw, ...sent }) => sent)).toEqual([
      { id: 'a', type: 'text', at: SINCE * 1000, text: 'said a' },
      { id: 'b', type: 'document', at: (SINCE + 2) * 1000 },
      { id: 'd', type: 'interactive', at: (SINCE + 8) * 1000, text: 'Confirm?' },
      { id: 'c', type: 'image', at: (SINCE + 9) * 1000, text: 'a shoe', source: 'api', status: 'sent' },
    ]);
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET /messages/list/5511999990000%40s.whatsapp.net?count=100&offset=0&time_from=${SINCE}&from_me=true`,
    ]);
  });

  test('takes nothing as evidence that is older, from others, or has no id or time', async () => {
    const messages = [
      mine('old', SINCE - 1),
      mine('theirs', SINCE, { from_me: false }),
      mine('whose', SINCE, { from_me: 'true' }),
      mine('timeless', undefined),
      { ...mine('', SINCE), id: '' },
      'odd',
    ];
    await using server = await withServer(json({ messages }));
    expect(await client(server.origin).sentSince(CHAT, SINCE * 1000)).toEqual({ kind: 'ok', value: [] });
  });

  const pages =
    (count: number): Respond =>
    (response, seen, socket) => {
      const offset = Number(new URL(seen.url, 'http://x').searchParams.get('offset'));
      const length = Math.min(100, count - offset);
      const messages = Array.from({ length }, (_, index) => mine(`m${offset + index}`, SINCE + offset + index));
      json({ messages, total: count })(response, seen, socket);
    };

  test.each([
    [0, 1],
    [100, 1],
    [101, 2],
    [2000, 20],
  ])('reads all of %i messages in %i pages', async (count, calls) => {
    await using server = await withServer(pages(count));
    const outcome = await client(server.origin).sentSince(CHAT, SINCE * 1000);
    expect(outcome.kind === 'ok' ? outcome.value.length : outcome).toBe(count);
    expect(server.seen).toHaveLength(calls);
  });

  test('does not call half a list evidence', async () => {
    await using server = await withServer(pages(2001));
    expect(await client(server.origin).sentSince(CHAT, SINCE * 1000)).toMatchObject({ kind: 'permanent' });
  });

  test('looks behind a page of what others wrote', async () => {
    await using server = await withServer((response, seen, socket) => {
      const theirs = Array.from({ length: 100 }, (_, index) => mine(`t${index}`, SINCE, { from_me: false }));
      json({ messages: seen.url.includes('offset=0') ? theirs : [mine('ours', SINCE)] })(response, seen, socket);
    });
    expect(await client(server.origin).sentSince(CHAT, SINCE * 1000)).toMatchObject({ value: [{ id: 'ours' }] });
  });

  test('ends where the offset is ignored', async () => {
    const messages = Array.from({ length: 100 }, (_, index) => mine(`m${index}`, SINCE));
    await using server = await withServer(json({ messages }));
    const outcome = await client(server.origin).sentSince(CHAT, SINCE * 1000);
    expect(outcome).toMatchObject({ kind: 'ok' });
    expect(server.seen).toHaveLength(2);
  });

  test.each([
    ['a lost answer', ((_response, _seen, socket) => socket.destroy()) satisfies Respond, 'transient'],
    ['something else than a list', json({ messages: 7 }), 'transient'],
    ['an unlinked phone', json({ error: { code: 406, message: 'x' } }, 406), 'channel'],
  ])('is a failure after %s, not an empty list', async (_name, respond: Respond, kind) => {
    await using server = await withServer(respond);
    expect(await client(server.origin).sentSince(CHAT, SINCE * 1000)).toMatchObject({ kind });
  });

  test.each(['', 'Ana', '..'])('asks for no chat by the name %j', async (chat) => {
    await using server = await withServer(json({ messages: [] }));
    expect(await client(server.origin).sentSince(chat, 0)).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });
});
