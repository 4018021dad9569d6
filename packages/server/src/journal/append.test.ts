import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#kit';
import { makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { type Delivery, makeAppender } from './append.ts';
import { toDelivery, toEntry } from './fixtures/deliveries.ts';
import { toShard } from './shard.ts';
import { type JournalRow, readBodies, readHorizon, readNext } from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());
beforeEach(async () => {
  await store.rows('truncate journal');
  await store.rows('truncate deliveries');
});

const clock = makeTestClock();
const open = (db: Database = store.db, more: { maxWaitingBytes?: number } = {}) => {
  const told = { appended: 0 };
  const appender = makeAppender({ db, clock, onAppended: () => told.appended++, ...more });
  return { appender, told };
};

async function append(deliveries: readonly Delivery[], db?: Database): Promise<PromiseSettledResult<void>[]> {
  const { appender } = open(db);
  return Promise.allSettled(deliveries.map((delivery) => appender.add(delivery) ?? Promise.reject(new Error('full'))));
}

async function readAll(): Promise<JournalRow[]> {
  const upTo = await readHorizon(store.db);
  return readNext(store.db, { after: 0, upTo, shards: null, limit: 1_000_000 });
}

/** Fails where the batch holds one of these deliveries, as a database would. */
function failing(ids: ReadonlySet<string>, fault: { code: string }): { db: Database; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    db: {
      rows: (...args) => store.db.rows(...args),
      run(statement, values = []) {
        calls++;
        const isUnreadable = String(values[12]) === 'unreadable';
        const batch = String(values[2]).split('\n');
        if (!isUnreadable && batch.some((id) => ids.has(id)))
          return Promise.reject(Object.assign(new Error('x'), fault));
        return store.db.run(statement, values);
      },
    },
  };
}

describe('The appender', () => {
  test.each<[string, Uint8Array]>([
    ['text', Buffer.from('{"object":"whatsapp_business_account"}')],
    ['nothing', Buffer.alloc(0)],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, n) => n))],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
    ['line ends and backslashes', Buffer.from('a\nb\r\n\\n\\000\\x00')],
    ['3 MB of chance', randomBytes(3 << 20)],
  ])('stores %s byte for byte', async (_name, body) => {
    await append([toDelivery(), toDelivery({ body }), toDelivery({ body: Buffer.from('after') })]);
    const rows = await readAll();
    const bodies = await readBodies(store.db, rows);
    expect(bodies.size).toBe(3);
    expect(Buffer.compare(bodies.get(rows[1]?.deliveryId ?? '')?.body ?? Buffer.from('none'), Buffer.from(body))).toBe(
      0,
    );
    expect(bodies.get(rows[2]?.deliveryId ?? '')?.body.toString()).toBe('after');
  });

  test('hands every field back as it was given, one row an entry, in their order', async () => {
    const whapi = toDelivery({
      provider: 'whapi',
      source: 'MANTIS-7',
      entries: [
        toEntry({
          channel: 'MANTIS-7',
          lane: '4917@s.whatsapp.net',
          pointer: '/messages/0/"q" ~1 \\ \t é 😀',
          kind: 'unknown',
        }),
        toEntry({ channel: '', pointer: '' }),
      ],
    });
    const meta = toDelivery({ workspaceId: 'main' });
    await append([whapi, meta]);
    const rows = await readAll();
    const expected = [whapi, meta].flatMap((delivery) =>
      delivery.entries.map((entry) => ({
        ...entry,
        deliveryId: delivery.id,
        workspaceId: 'main',
        provider: delivery.provider,
        shard: toShard(entry.channel, entry.lane),
        receivedAt: new Date(clock.now()),
      })),
    );
    expect(rows).toMatchObject(expected);
    expect((await readBodies(store.db, rows)).get(whapi.id)?.source).toBe('MANTIS-7');
    expect((await readBodies(store.db, rows)).get(meta.id)?.source).toBe('');
  });

  test.each([
    ['first', [toDelivery({ source: '' }), toDelivery({ source: 'S', provider: 'whapi' })], ['', 'S']],
    ['last', [toDelivery({ source: 'S', provider: 'whapi' }), toDelivery({ source: '' })], ['S', '']],
    ['alone', [toDelivery({ source: '' })], ['']],
    ['all', [toDelivery({ source: '' }), toDelivery({ source: '' })], ['', '']],
  ])('an empty source stays with its delivery: %s', async (_name, deliveries, sources) => {
    await append(deliveries);
    const rows = await readAll();
    const bodies = await readBodies(store.db, rows);
    expect(rows.map((row) => bodies.get(row.deliveryId)?.source)).toEqual(sources);
  });

  test('a delivery of 1,000 events becomes 1,000 rows in their order, and its bytes are stored once', async () => {
    const entries = Array.from({ length: 1000 }, () => toEntry());
    await append([toDelivery({ entries })]);
    const rows = await readAll();
    expect(rows.map((row) => row.eventId)).toEqual(entries.map((entry) => entry.eventId));
    expect(new Set(rows.map((row) => row.position)).size).toBe(1000);
    expect(await store.rows('select count(*)::int as n from deliveries')).toEqual([{ n: 1 }]);
  });

  test('a delivery without entries is stored and disturbs nobody', async () => {
    const [before, after] = [toDelivery(), toDelivery()];
    await append([before, toDelivery({ entries: [] }), after]);
    expect((await readAll()).map((row) => row.deliveryId)).toEqual([before.id, after.id]);
    expect(await store.rows('select count(*)::int as n from deliveries')).toEqual([{ n: 3 }]);
  });

  test('resolves only after the commit, and wakes the reader then', async () => {
    const { appender, told } = open();
    await appender.add(toDelivery());
    expect(told.appended).toBe(1);
    expect(await readAll()).toHaveLength(1);
  });

  test.each<[string, Partial<ReturnType<typeof toEntry>>]>([
    ['a NUL in its event id', { eventId: 'm:\u0000' }],
    ['a line end in its channel', { channel: '1\n2' }],
    ['a line end in its pointer', { pointer: '/a\nb' }],
    ['a line end in its event id', { eventId: 'a\nb' }],
  ])('%s: that delivery is kept whole as one unreadable entry, its neighbours as they are', async (_name, odd) => {
    const [before, after] = [
      toDelivery({ entries: [toEntry(), toEntry()] }),
      toDelivery({ entries: [toEntry(), toEntry()] }),
    ];
    const bad = toDelivery({ body: Buffer.from('kept'), entries: [toEntry(), toEntry(odd), toEntry()] });
    const results = await append([before, bad, after]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    const rows = await readAll();
    const ofEvents = (delivery: Delivery) =>
      rows.filter((row) => row.deliveryId === delivery.id).map((row) => row.eventId);
    expect([ofEvents(before), ofEvents(after)]).toEqual(
      [before, after].map((d) => d.entries.map((entry) => entry.eventId)),
    );
    const kept = rows.filter((row) => row.deliveryId === bad.id);
    expect(kept.map((row) => row.kind)).toEqual(['unreadable']);
    expect((await readBodies(store.db, kept)).get(bad.id)?.body.toString()).toBe('kept');
  });

  test('a batch with several at fault keeps all the others', async () => {
    const batch = Array.from({ length: 40 }, () => toDelivery());
    const bad = new Set([3, 17, 18, 39].map((n) => batch[n]?.id ?? ''));
    const { db } = failing(bad, { code: '22021' });
    await append(batch, db);
    const rows = await readAll();
    expect(rows).toHaveLength(40);
    expect(new Set(rows.filter((row) => row.kind === 'unreadable').map((row) => row.deliveryId))).toEqual(bad);
  });

  test.each(['08006', '53100', '57P01', '40P01', 'ECONNRESET'])(
    '%s fails the whole batch at once: nothing is taken for unreadable',
    async (code) => {
      const batch = [toDelivery(), toDelivery()];
      const { db, calls } = failing(new Set([batch[1]?.id ?? '']), { code });
      expect((await append(batch, db)).map((result) => result.status)).toEqual(['rejected', 'rejected']);
      expect([calls(), (await readAll()).length]).toEqual([1, 0]);
    },
  );

  test('a slow moment costs no delivery its events: a time limit that was passed is refused at once, to come again', async () => {
    const one = toDelivery();
    const { db, calls } = failing(new Set([one.id]), { code: '57014' });
    expect((await append([one, toDelivery()], db)).map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect([calls(), await readAll()]).toEqual([1, []]);
  });

  test('nor does one beside a delivery that may be too much', async () => {
    const huge = toDelivery({ entries: Array.from({ length: 1001 }, () => toEntry()) });
    const small = toDelivery();
    const { db } = failing(new Set([small.id]), { code: '57014' });
    expect((await append([small, huge], db)).map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect((await readAll()).filter((row) => row.kind === 'unreadable')).toEqual([]);
  });

  test('a delivery of more events than anybody sends, too much for the time limit, is kept as bytes', async () => {
    const huge = toDelivery({ entries: Array.from({ length: 1001 }, () => toEntry()) });
    const small = toDelivery();
    const { db } = failing(new Set([huge.id]), { code: '57014' });
    await append([huge, small], db);
    expect((await readAll()).map((row) => [row.deliveryId, row.kind])).toEqual([
      [huge.id, 'unreadable'],
      [small.id, 'message.received'],
    ]);
  });

  test('counts entries as well as bytes towards its bound', () => {
    const { appender } = open(store.db, { maxWaitingBytes: 1000 });
    expect(appender.add(toDelivery({ body: Buffer.alloc(100), entries: [toEntry(), toEntry()] }))).not.toBeNull();
    expect(appender.add(toDelivery({ body: Buffer.alloc(600), entries: [] }))).toBeNull();
    return appender.idle();
  });
});
