import { afterEach, describe, expect, test } from 'vitest';
import { type Door, openDoor } from './fixtures/door.ts';

const BODY = JSON.stringify({
  messages: [
    {
      id: 'M1',
      from_me: false,
      type: 'text',
      chat_id: '491700@s.whatsapp.net',
      timestamp: 1_795_000_000,
      from: '491700',
      text: { body: 'hi' },
    },
  ],
  event: { type: 'messages', event: 'post' },
  channel_id: 'MANTIS-1',
});
const AT = '/webhooks/whapi/MANTIS-1';
const FIRST = 'first-secret-of-24-letters';

let door: Door;
afterEach(() => door.close());
const open = async (more: Parameters<typeof openDoor>[0] = {}): Promise<Door> => (door = await openDoor(more));

describe('A delivery of Whapi', () => {
  test.each([
    ['in the path', `${AT}/${FIRST}`, {}],
    ['in the path, with a part that Whapi adds', `${AT}/${FIRST}/messages`, {}],
    ['in the path, with a slash behind it', `${AT}/${FIRST}/`, {}],
    ['in a header', AT, { 'x-wharf-secret': FIRST }],
  ])('with its secret %s is stored under its channel', async (_name, path, headers) => {
    await open();
    expect((await door.send({ path, body: BODY, headers })).status).toBe(200);
    expect(door.appended.map((delivery) => [delivery.provider, delivery.source, delivery.body.toString()])).toEqual([
      ['whapi', 'MANTIS-1', BODY],
    ]);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('may come by %s, as its settings say', async (method) => {
    await open();
    const headers = { 'content-length': String(BODY.length) };
    expect((await door.send({ method, path: `${AT}/${FIRST}`, body: BODY, headers })).status).toBe(200);
    expect(door.appended[0]?.body.toString()).toBe(BODY);
  });

  test.each([
    ['no secret', AT, {}],
    ['an empty secret', `${AT}/`, { 'x-wharf-secret': '' }],
    ['a wrong secret', `${AT}/wrong`, {}],
    ['the secret with a letter more', `${AT}/${FIRST}x`, {}],
    ['the secret in other case', `${AT}/${FIRST.toUpperCase()}`, {}],
    ["another channel's secret", `${AT}/other-secret-of-24-letters`, {}],
    ['a wrong secret in the path and the right one in the header', `${AT}/wrong`, { 'x-wharf-secret': FIRST }],
    ['the header twice', AT, { 'x-wharf-secret': [FIRST, FIRST] }],
    ['the secret in the query', `${AT}?secret=${FIRST}`, {}],
    ['a channel nobody knows', `/webhooks/whapi/OTHER/${FIRST}`, {}],
    [
      'the word that stands in for an unknown channel',
      '/webhooks/whapi/OTHER',
      { 'x-wharf-secret': 'no such channel' },
    ],
    ['a name every object has', `/webhooks/whapi/__proto__/${FIRST}`, {}],
    ['no channel', `/webhooks/whapi//${FIRST}`, {}],
  ])('with %s is answered 401 and not stored', async (_name, path, headers: Record<string, string | string[]>) => {
    await open();
    expect((await door.send({ path, body: BODY, headers })).status).toBe(401);
    expect(door.appended).toEqual([]);
  });

  test('from an address that is not on the list is answered 403, also with the secret', async () => {
    await open();
    const answer = await door.send({ path: '/webhooks/whapi/MANTIS-2/other-secret-of-24-letters', body: BODY });
    expect([answer.status, door.appended]).toEqual([403, []]);
  });

  test('whose address is on the list is taken; what a header claims about it does not count', async () => {
    await open();
    const forged = { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.7' };
    const refused = await door.send({
      path: '/webhooks/whapi/MANTIS-2/other-secret-of-24-letters',
      body: BODY,
      headers: forged,
    });
    const taken = await door.send({ path: '/webhooks/whapi/MANTIS-3/third-secret-of-24-letters', body: BODY });
    expect([refused.status, taken.status]).toEqual([403, 200]);
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('%s carries nothing and is answered 405', async (method) => {
    await open();
    expect((await door.send({ method, path: `${AT}/${FIRST}` })).status).toBe(405);
    expect(door.appended).toEqual([]);
  });

  test('that names another channel in its body is stored under the channel whose secret was known', async () => {
    await open();
    const body = BODY.replace('"channel_id":"MANTIS-1"', '"channel_id":"MANTIS-2"');
    expect((await door.send({ path: `${AT}/${FIRST}`, body })).status).toBe(200);
    expect(door.appended.map((delivery) => [delivery.source, delivery.body.toString()])).toEqual([['MANTIS-1', body]]);
  });
});
