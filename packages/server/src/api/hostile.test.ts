import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUTH, CHANNEL, makeRig, type Rig, toEnvelope } from './fixtures/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.insert('channels', CHANNEL);
});
afterAll(() => rig.close());

/** A message of a type nobody knows, with `value` in it as raw JSON. */
const unknownType = (value: string): string =>
  JSON.stringify(
    toEnvelope({
      messages: [{ from: '49170', id: `wamid.${value.length}`, timestamp: '1795262400', type: 'novel', novel: '@' }],
    }),
  ).replace('"@"', value);

test.each([
  ['not JSON', 'hello'],
  ['empty', ''],
  ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00]).toString('latin1')],
  ['an unknown shape', '{"object":"novelty"}'],
  ['NUL and half a surrogate pair', unknownType(String.raw`"a\u0000b\ud800"`)],
  ['numbers above 2^53', unknownType('{"id":12345678901234567890}')],
  ['__proto__ as a key', unknownType('{"__proto__":{"x":1},"constructor":{}}')],
  ['100,000 levels', unknownType(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ['5,000 levels', unknownType(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)],
  ['100,000 keys', unknownType(`{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`)],
  ['a time beyond all dates', unknownType('1').replace('1795262400', '99999999999999999')],
])('an event whose delivery is %s is listed and can be opened', async (_what, body) => {
  const [position] = await rig.deliver(body);
  const list = await rig.app.inject({ url: '/api/v1/events?limit=1', headers: AUTH });
  expect([list.statusCode, list.json().data[0].id]).toEqual([200, String(position)]);
  const opened = await rig.app.inject({ url: `/api/v1/events/${position}`, headers: AUTH });
  expect(opened.statusCode).toBe(200);
  expect(opened.json().delivery.bytes).toBe(Buffer.byteLength(body));
});

const NUL = '%00';
test.each([
  `/events?kind=${NUL}`,
  `/events?channelId=${NUL}`,
  `/messages?type=${NUL}`,
  `/messages?origin=${NUL}`,
  `/messages?channelId=${NUL}`,
  `/messages?contactId=${NUL}`,
  `/messages?conversationId=${NUL}`,
  `/templates?name=${NUL}`,
  `/templates?channelId=${NUL}`,
])('NUL in a filter is the caller’s mistake, and nothing is told of it: %s', async (path) => {
  const answer = await rig.app.inject({ url: `/api/v1${path}`, headers: AUTH });
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  expect(answer.body).not.toMatch(/UTF8|stack|pg-pool/);
});
