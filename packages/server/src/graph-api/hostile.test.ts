import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Door, HELLO, json, KEY, NUMBER, openDoor } from './fixtures/door.ts';

let door: Door;
beforeAll(async () => void (door = await openDoor()));
afterEach(() => door.reset());
afterAll(() => door.close());

const PATH = `/graph/v26.0/${NUMBER}/messages`;
const errorOf = ({ body }: { body: { readonly [key: string]: unknown } }) =>
  body['error'] as { readonly [key: string]: unknown };

describe('A body', () => {
  test.each([
    ['no JSON', '{"to":'],
    ['a list', '[]'],
    ['a word', '"hi"'],
    ['nothing', ''],
    ['lists where strings belong', JSON.stringify({ ...HELLO, to: ['4917'], type: ['text'] })],
    ['objects where strings belong', JSON.stringify({ ...HELLO, to: { $ne: '' }, text: { body: { a: 1 } } })],
    ['a type that every object has', JSON.stringify({ ...HELLO, type: 'constructor' })],
    ['NUL in the number', JSON.stringify({ ...HELLO, to: '4917\0' })],
    [
      '100,000 levels',
      `{"messaging_product":"whatsapp","to":"4917","type":"text","text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
    [
      '100,000 levels where anything may stand',
      `{"messaging_product":"whatsapp","to":"4917","type":"interactive","interactive":{"type":"flow","body":{"text":"b"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_cta":"c","flow_action":"navigate","flow_action_payload":{"screen":"A","data":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}}}}`,
    ],
    [
      'a key that lists use',
      JSON.stringify({ ...HELLO, context: { message_id: '__proto__', __proto__: null } }).replace('"hi"', '""'),
    ],
  ])('with %s is refused in Meta’s shape', async (_what, body) => {
    const answer = await door.ask(PATH, json(body));
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      code: expect.any(Number),
      message: expect.stringMatching(/^\(#\d+\) /),
      is_transient: false,
    });
    expect(door.requests).toEqual([]);
    expect(door.log.lines).toEqual([]);
  });

  test('of 1 MB is read, of one byte more is not', async () => {
    const text = JSON.stringify({ ...HELLO, ignored: '' });
    const padded = (size: number) => text.replace('"ignored":""', `"ignored":"${'x'.repeat(size - text.length)}"`);
    expect(await door.ask(PATH, json(padded(1 << 20)))).toMatchObject({ status: 200 });
    const answer = await door.ask(PATH, json(padded((1 << 20) + 1)));
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'close']);
  });

  test('without a length is counted as it comes', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
    expect(await door.raw(head + chunk.repeat(5))).toMatch(/^HTTP\/1.1 413 /);
  });

  test('of a stranger is not read, unless it is a form that may hold the token', async () => {
    const head = (type: string) =>
      `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: 1000000\r\n\r\n`;
    expect(await door.raw(head('application/json'))).toMatch(/^HTTP\/1.1 401 [\s\S]*connection: close/i);
    const form = new URLSearchParams({ messaging_product: 'whatsapp', to: '4917001', text: '{"body":"hi"}' });
    expect((await fetch(door.url + PATH, { method: 'POST', body: form })).status).toBe(401);
  });

  test('takes the parameters of the address below its own', async () => {
    await door.ask(
      `${PATH}?to=4917999&messaging_product=whatsapp&to=4917888`,
      json({ to: '4917001', text: { body: 'hi' } }),
    );
    expect(door.requests).toMatchObject([{ to: '4917001', message: { type: 'text' } }]);
  });
});
