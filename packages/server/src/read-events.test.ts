import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver, toMessages } from './fixtures/workers.ts';
import { emptyStore } from './journal/fixtures/deliveries.ts';
import { readHorizon, readNext } from './journal/store.ts';
import { makeTestClock, openStore, type Store } from './kit/fixtures/rig.ts';
import { readEvents, toEvents } from './read-events.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
beforeEach(() => emptyStore(store));
afterAll(() => store.close());

const read = async () => readNext(store.db, { after: 0, upTo: await readHorizon(store.db), shards: null, limit: 1000 });
const split = (body: string, channel?: string) =>
  toEvents({
    provider: channel === undefined ? 'meta' : 'whapi',
    source: channel ?? '',
    body: Buffer.from(body),
    receivedAt: 0,
  });

const change = (value: object) =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  });

describe('readEvents', () => {
  test('finds for each row the event it was made from', async () => {
    const body = toMessages(['a', 'b', 'c'].map((text, n) => ({ from: `49${n}`, text })));
    await deliver(store.db, makeTestClock(), [body]);
    const reads = await readEvents(store.db, await read(), () => undefined);
    expect(reads.map((row) => ({ ...row.event }))).toEqual(split(body));
  });

  test('does not ask the database for what is remembered', async () => {
    await deliver(store.db, makeTestClock(), [toMessages([{ from: '491', text: 'a' }])]);
    const rows = await read();
    const events = split(toMessages([{ from: '491', text: 'a' }]));
    await store.rows('truncate deliveries');
    const reads = await readEvents(store.db, rows, (id) => (id === rows[0]?.deliveryId ? events : undefined));
    expect(reads[0]?.event.kind).toBe('message.received');
  });

  test('a row whose delivery is gone is an unreadable event with the id it had', async () => {
    await deliver(store.db, makeTestClock(), [toMessages([{ from: '491', text: 'a' }])]);
    await store.rows('truncate deliveries');
    const [row] = await readEvents(store.db, await read(), () => undefined);
    expect(row?.event).toMatchObject({
      kind: 'unreadable',
      id: row?.eventId,
      lane: '491',
      reason: 'The delivery no longer holds this event',
    });
  });

  test.each([
    ['line ends in a key', change({ 'odd\nkey': [1, 2], metadata: { phone_number_id: '1' } })],
    ['NUL in a key', change({ 'odd\u0000key': [1], metadata: { phone_number_id: '1' } })],
    ['half a character in a key', change({}).replace('"value":{}', '"value":{"\\ud800":[1],"\\udc00":[2]}')],
    [
      'line ends in the number',
      change({
        metadata: { phone_number_id: '1\n2' },
        messages: [{ id: 'm', from: '49', type: 'text', text: { body: 'x' } }],
      }),
    ],
    [
      'NUL in the number',
      change({
        metadata: { phone_number_id: '1\u0000' },
        messages: [{ id: 'm', from: '49', type: 'text', text: { body: 'x' } }],
      }),
    ],
    [
      'line ends in who wrote',
      change({
        metadata: { phone_number_id: '1' },
        messages: [{ id: 'm\nn', from: '49\n50', type: 'text', text: { body: 'x' } }],
      }),
    ],
  ])('%s: every event is found again as it was stored, and its neighbours in the batch too', async (_name, odd) => {
    const plain = toMessages([
      { from: '491', text: 'a' },
      { from: '492', text: 'b' },
    ]);
    await deliver(store.db, makeTestClock(), [plain, odd, plain]);
    const rows = await read();
    const reads = await readEvents(store.db, rows, () => undefined);
    expect(reads.map((row) => row.event.kind)).toEqual(rows.map((row) => row.kind));
    expect(rows.filter((row) => row.kind === 'unreadable')).toEqual([]);
    expect(reads.filter((row) => row.deliveryId === rows[0]?.deliveryId).map((row) => row.event)).toEqual(split(plain));
    expect(rows).toHaveLength(4 + split(odd).length);
  });
});

describe('toEvents', () => {
  const whapi = (channel: string) =>
    JSON.stringify({
      messages: [
        {
          id: 'M1',
          from_me: false,
          type: 'text',
          chat_id: '49@s.whatsapp.net',
          timestamp: 1_795_000_000,
          from: '49',
          text: { body: 'hi' },
        },
      ],
      channel_id: channel,
    });

  test('Whapi: what the body says of its own channel is read', () => {
    expect(split(whapi('MANTIS-1'), 'MANTIS-1').map((event) => event.kind)).toEqual(['message.received']);
  });

  test('Whapi: what it says of another channel is kept and not read, under the channel whose secret was known', () => {
    expect(split(whapi('MANTIS-2'), 'MANTIS-1')).toMatchObject([
      { kind: 'unknown', channel: 'MANTIS-1', reason: 'It names another channel than the one it was sent to' },
    ]);
  });
});
