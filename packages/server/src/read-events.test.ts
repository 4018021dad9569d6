import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver, toMessages } from './fixtures/workers.ts';
import { emptyStore } from './journal/fixtures/deliveries.ts';
import { encodeSegment, type Delivery, type Segment } from './journal/segment.ts';
import { appendSegment, claimNew, readHorizon, readNext } from './journal/store.ts';
import { makeTestClock, openStore, type Store } from './kit/fixtures/rig.ts';
import { expandSegment, readEvents, rereadEvents, toEvents } from './read-events.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
beforeEach(() => emptyStore(store));
afterAll(() => store.close());

/** The rows of all that is stored. */
const read = async () => {
  const upTo = await readHorizon(store.db);
  return (await readNext(store.db, { after: 0, upTo, limit: 1_000, maxBytes: 1 << 30 })).flatMap(expandSegment);
};
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

const toDelivery = (body: string, more: Partial<Delivery> = {}): Delivery => ({
  provider: 'meta',
  source: '',
  receivedAt: 1_795_000_000_123,
  body: Buffer.from(body),
  ...more,
});
const toSegment = (deliveries: readonly Delivery[], position = 7): Segment => ({
  position,
  workspaceId: 'main',
  receivedAt: new Date(1_795_000_001_000),
  deliveries,
});

const texts = (...from: readonly string[]) => toMessages(from.map((one, n) => ({ from: one, text: `t${n}` })));

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

describe('expandSegment', () => {
  test('makes one row of every event, in order, each with its place and what it is', () => {
    const [one, two] = [texts('491', '492'), texts('493')];
    const rows = expandSegment(toSegment([toDelivery(one), toDelivery(two, { receivedAt: 5 })]));
    const events = [...split(one), ...split(two)];
    expect(rows.map((row) => row.event)).toEqual(events);
    expect(rows.map((row) => [row.position, row.delivery, row.arrivedAt])).toEqual([
      [700_000, 0, 1_795_000_000_123],
      [700_001, 0, 1_795_000_000_123],
      [700_002, 1, 5],
    ]);
    expect(rows.map(({ eventId, lane, pointer, kind }) => ({ eventId, lane, pointer, kind }))).toEqual(
      events.map(({ id, lane, pointer, kind }) => ({ eventId: id, lane, pointer, kind })),
    );
    const shared = { workspaceId: 'main', receivedAt: new Date(1_795_000_001_000), provider: 'meta' };
    expect(rows).toMatchObject(rows.map(() => shared));
  });

  test('of a replayed delivery only the meant events come, under the ids they had', () => {
    const body = texts('491', '492', '493');
    const [, meant] = split(body);
    const rows = expandSegment(toSegment([toDelivery(body, { only: [meant?.pointer ?? '', '/gone'] })]));
    expect(rows.map((row) => [row.position, row.eventId])).toEqual([[700_000, meant?.id]]);
    expect(expandSegment(toSegment([toDelivery(body, { only: [] })]))).toEqual([]);
  });

  test('bytes that are no delivery of anybody are one unreadable event between their neighbours', () => {
    const rows = expandSegment(
      toSegment([toDelivery(texts('491')), toDelivery('\u0000\uffff('), toDelivery(''), toDelivery(texts('492'))]),
    );
    expect(rows.map((row) => row.kind)).toEqual(['message.received', 'unreadable', 'unreadable', 'message.received']);
    expect(new Set(rows.map((row) => row.eventId)).size).toBe(4);
  });

  test('a delivery of Meta and one of Whapi are each read in their own way', () => {
    const rows = expandSegment(
      toSegment([toDelivery(whapi('MANTIS-1'), { provider: 'whapi', source: 'MANTIS-1' }), toDelivery(texts('491'))]),
    );
    expect(rows.map(({ provider, channel, kind }) => [provider, channel, kind])).toEqual([
      ['whapi', 'MANTIS-1', 'message.received'],
      ['meta', '106540352242922', 'message.received'],
    ]);
  });
});

describe('A segment with more events than it has positions for', () => {
  /** 1.2 MB: what a single hostile delivery may hold. */
  const body = change({
    metadata: { phone_number_id: '1' },
    errors: Array.from({ length: 110_000 }, (_, n) => ({ code: n + 1 })),
  });

  test('keeps as many as there are, the rest as one unreadable event; the next segment begins behind them', () => {
    const rows = expandSegment(toSegment([toDelivery(body)]));
    const next = expandSegment(toSegment([toDelivery(body)], 8));
    expect([rows.length, next.length]).toEqual([100_000, 100_000]);
    const positions = [...rows, ...next].map((row) => row.position);
    expect(new Set(positions).size).toBe(200_000);
    expect(positions.every((position, n) => n === 0 || position > (positions[n - 1] ?? 0))).toBe(true);
    expect([rows[0]?.position, rows.at(-1)?.position, next[0]?.position]).toEqual([700_000, 799_999, 800_000]);
    expect(rows.filter((row) => row.kind !== 'provider.error').map((row) => row.event)).toEqual([
      expect.objectContaining({
        kind: 'unreadable',
        reason: 'It and 10000 more in this delivery are too many to tell apart',
        pointer: '/entry/0/changes/0/value/errors/99999',
      }),
    ]);
  });

  test('the rest is told from the events, also where all are alike', () => {
    const rows = expandSegment(toSegment([toDelivery(body.replaceAll(/"code":\d+/g, '"code":1'))]));
    expect(new Set(rows.map((row) => row.eventId)).size).toBe(2);
    expect(rows.at(-1)?.eventId).not.toBe(rows[0]?.eventId);
  });

  test('exactly as many events are all read', () => {
    const full = change({
      metadata: { phone_number_id: '1' },
      errors: Array.from({ length: 100_000 }, (_, n) => ({ code: n + 1 })),
    });
    const rows = expandSegment(toSegment([toDelivery(full)]));
    expect([rows.length, new Set(rows.map((row) => row.kind))]).toEqual([100_000, new Set(['provider.error'])]);
  });
});

describe('readEvents', () => {
  test('finds for each row the event it was made from, in whatever order', async () => {
    const bodies = [texts('490', '491', '492'), texts('493')];
    await deliver(store.db, makeTestClock(), bodies);
    await deliver(store.db, makeTestClock(), [texts('494')]);
    const rows = (await read()).toReversed();
    expect(await readEvents(store.db, rows)).toEqual(
      [...bodies, texts('494')].flatMap((body) => split(body)).toReversed(),
    );
  });

  test('a row whose delivery is gone is an unreadable event with the id it had', async () => {
    await deliver(store.db, makeTestClock(), [texts('491')]);
    const rows = await read();
    await store.rows('truncate segments');
    expect(await readEvents(store.db, rows)).toMatchObject([
      {
        kind: 'unreadable',
        id: rows[0]?.eventId,
        lane: '491',
        reason: 'The delivery no longer holds this event',
      },
    ]);
  });

  test('so is one that a newer version finds no longer, and its neighbours are read', async () => {
    await deliver(store.db, makeTestClock(), [texts('491', '492')]);
    const [one, two] = await read();
    if (!one || !two) throw new Error('nothing was stored');
    const events = await readEvents(store.db, [{ ...one, pointer: '/entry/0/changes/0/value/messages/9' }, two]);
    expect(events.map((event) => event.kind)).toEqual(['unreadable', 'message.received']);
  });

  test('a damaged segment is one unreadable event, the same each time, and its neighbours are read', async () => {
    for (const from of ['491', '492', '493']) await deliver(store.db, makeTestClock(), [texts(from)]);
    await store.rows("update segments set content = '\\x00ff' where position = 2");
    const rows = await read();
    expect(rows.map((row) => row.kind)).toEqual(['message.received', 'unreadable', 'message.received']);
    expect((await read()).map((row) => row.eventId)).toEqual(rows.map((row) => row.eventId));
    expect(await readEvents(store.db, rows)).toEqual(rows.map((row) => row.event));
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
  ])(
    '%s: every event is recorded and found again as it was, and its neighbours in the batch too',
    async (_name, odd) => {
      const plain = toMessages([
        { from: '491', text: 'a' },
        { from: '492', text: 'b' },
      ]);
      await deliver(store.db, makeTestClock(), [plain, odd, plain]);
      const rows = await read();
      expect(await readEvents(store.db, rows)).toEqual(rows.map((row) => row.event));
      expect(rows.filter((row) => row.kind === 'unreadable')).toEqual([]);
      expect(rows.filter((row) => row.delivery === 0).map((row) => row.event)).toEqual(split(plain));
      expect(rows).toHaveLength(4 + split(odd).length);
      // The third delivery is the first once more.
      expect(await claimNew(store.db, rows)).toEqual(rows.filter((row) => row.delivery < 2));
    },
  );
});

describe('rereadEvents', () => {
  test('gives each event with its delivery, and leaves what is stored in larger pieces than asked for', async () => {
    const [small, large] = [texts('491', '492'), toMessages([{ from: '493', text: 'x'.repeat(5_000) }])];
    await deliver(store.db, makeTestClock(), [small]);
    await deliver(store.db, makeTestClock(), [large]);
    const rows = await read();
    const reads = await rereadEvents(store.db, rows, 4_000);
    expect(reads.map((one) => [one.deliveryId, one.body === 'large' ? 'large' : String(one.body)])).toEqual([
      ['1-0', small],
      ['1-0', small],
      ['2-0', 'large'],
    ]);
    expect(reads.map((one) => one.event)).toEqual([...split(small), null]);
    await store.rows('truncate segments');
    expect(await rereadEvents(store.db, rows.slice(0, 1))).toEqual([{ deliveryId: '1-0', body: null, event: null }]);
  });

  test('what was replayed is found in its new place, with all of its delivery', async () => {
    const body = texts('491', '492');
    const [, meant] = split(body);
    const content = await encodeSegment([toDelivery(body, { only: [meant?.pointer ?? ''] })]);
    await appendSegment(store.db, { receivedAt: Date.now(), workspaceId: 'main', bytes: body.length, content });
    const [one] = await rereadEvents(store.db, await read());
    expect([one?.event, String(one?.body)]).toEqual([meant, body]);
  });
});

describe('toEvents', () => {
  test('Whapi: what the body says of its own channel is read', () => {
    expect(split(whapi('MANTIS-1'), 'MANTIS-1').map((event) => event.kind)).toEqual(['message.received']);
  });

  test('Whapi: what it says of another channel is kept and not read, under the channel whose secret was known', () => {
    expect(split(whapi('MANTIS-2'), 'MANTIS-1')).toMatchObject([
      { kind: 'unknown', channel: 'MANTIS-1', reason: 'It names another channel than the one it was sent to' },
    ]);
  });
});
