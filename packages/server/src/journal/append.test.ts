import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock, Database } from '#kit';
import { makeGate, makeTestClock, openStore, type Store, turns } from '../kit/fixtures/rig.ts';
import { makeAppender, type NewDelivery } from './append.ts';
import { expand, toDelivery, toEntry } from './fixtures/deliveries.ts';
import type { Segment } from './segment.ts';
import { readHorizon, readNext } from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());
beforeEach(() => store.rows('truncate segments'));

const time = makeTestClock();
/** The few ms that batches rest between each other are over at once; longer waits only when a test says so. */
const clock: Clock = {
  now: time.now,
  elapsed: time.elapsed,
  after(delayMs, job) {
    if (delayMs > 100) return time.after(delayMs, job);
    time.advance(delayMs);
    setImmediate(job);
    return () => undefined;
  },
};
const open = (db: Database = store.db, more: { maxWaitingBytes?: number } = {}) => {
  const told = { appended: 0 };
  const appender = makeAppender({ db, clock, onAppended: () => told.appended++, ...more });
  return { appender, told };
};

function append(deliveries: readonly NewDelivery[], db?: Database): Promise<PromiseSettledResult<void>[]> {
  const { appender } = open(db);
  return Promise.allSettled(deliveries.map((delivery) => appender.add(delivery) ?? Promise.reject(new Error('full'))));
}

async function readAll(): Promise<Segment[]> {
  const upTo = await readHorizon(store.db);
  return readNext(store.db, { after: 0, upTo, limit: 1_000_000, maxBytes: 1 << 30 });
}

const deliveriesOf = (segments: readonly Segment[]) => segments.flatMap((segment) => segment.deliveries);
/** As a segment gives it back. */
const toRead = ({ provider, source, receivedAt, body, only }: NewDelivery) => ({
  provider,
  source,
  receivedAt,
  body: Buffer.from(body),
  ...(only ? { only } : {}),
});
const byNumber = (a: number, b: number) => a - b;
const toBody = (body: Uint8Array): NewDelivery => toDelivery([], { body });

/** A database that answers appends with this error. */
function failing(code: string): { db: Database; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    db: {
      rows: (...args) => store.db.rows(...args),
      run() {
        calls++;
        return Promise.reject(Object.assign(new Error('x'), { code }));
      },
    },
  };
}

/** One that holds every append up until it is let go, and knows how many it holds. */
function holding() {
  const gates: ReturnType<typeof makeGate<void>>[] = [];
  const db: Database = {
    rows: (...args) => store.db.rows(...args),
    async run(...args) {
      const gate = makeGate();
      gates.push(gate);
      await gate.promise;
      return store.db.run(...args);
    },
  };
  return { gates, db };
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
    await append([toBody(Buffer.from('before')), toBody(body), toBody(Buffer.from('after'))]);
    const bodies = deliveriesOf(await readAll()).map((delivery) => Buffer.from(delivery.body));
    // A large one is a segment of its own, and two commits are under way at once: either may be the first.
    expect(bodies.filter((one) => ['before', 'after'].includes(String(one)))).toHaveLength(2);
    expect(bodies.filter((one) => Buffer.compare(one, body) === 0)).toHaveLength(1);
    expect(bodies).toHaveLength(3);
  });

  test('hands every field back as it was given, in the order of arrival, with the time it was stored', async () => {
    const all = [
      toDelivery([toEntry()], { provider: 'whapi', source: 'MANTIS-7', receivedAt: 1_795_000_000_001 }),
      toDelivery([toEntry({ lane: '4917@s.whatsapp.net', pointer: '/messages/0/"q" ~1 \\ \t é 😀' })], {
        only: ['/messages/0'],
      }),
      toDelivery(),
    ];
    const storedAt = clock.now();
    await append(all);
    const segments = await readAll();
    expect(deliveriesOf(segments)).toEqual(all.map(toRead));
    expect(segments).toMatchObject([{ workspaceId: 'main', receivedAt: new Date(storedAt) }]);
  });

  test('what arrives together is one segment, whatever it holds, and a delivery of 1,000 events is one row', async () => {
    const all = Array.from({ length: 256 }, () => toDelivery());
    await append([...all.slice(1), toDelivery(Array.from({ length: 1000 }, () => toEntry()))]);
    const [segment, ...more] = await readAll();
    expect(more).toEqual([]);
    expect(segment && expand(segment)).toHaveLength(1255);
    const [row] = await store.rows<{ bytes: number }>('select bytes from segments');
    expect(row?.bytes).toBe(segment?.deliveries.reduce((sum, { body }) => sum + body.length, 0));
  });

  test('no segment holds more than 256 deliveries, nor more than 300 kB unless one delivery alone does', async () => {
    const sizes = [...Array.from({ length: 600 }, () => 100), 200_000, 99_000, 2_000, 1_000_000, 10];
    await append(sizes.map((size) => toBody(randomBytes(size))));
    const segments = (await readAll()).map(({ deliveries }) => deliveries.map(({ body }) => body.length));
    expect(segments.flat().sort(byNumber)).toEqual(sizes.toSorted(byNumber));
    for (const held of segments) {
      expect(held.length).toBeLessThanOrEqual(256);
      expect(held.length === 1 || held.reduce((sum, size) => sum + size, 0) <= 300_000).toBe(true);
    }
    expect(segments).toContainEqual([1_000_000]);
    expect(segments.length).toBeLessThan(8);
  });

  test('deliveries of different workspaces never share a segment', async () => {
    const all = ['main', 'other', 'main', 'other'].map((workspaceId) => toDelivery([toEntry()], { workspaceId }));
    await append(all);
    const segments = await readAll();
    expect(segments.map((segment) => segment.workspaceId).sort()).toEqual(['main', 'other']);
    for (const { workspaceId, deliveries } of segments)
      expect(deliveries).toEqual(all.filter((one) => one.workspaceId === workspaceId).map(toRead));
  });

  test('resolves only after the commit, and wakes the reader then', async () => {
    const { gates, db } = holding();
    const { appender, told } = open(db);
    let resolved = false;
    const added = Promise.resolve(appender.add(toDelivery())).then(() => (resolved = true));
    while (gates.length === 0) await turns(1);
    await store.db.ping();
    expect([resolved, told.appended, await readAll()]).toEqual([false, 0, []]);
    gates[0]?.open();
    await added;
    expect(told.appended).toBe(1);
    expect(await readAll()).toHaveLength(1);
  });

  test('while two commits are under way all that comes waits, and leaves together', async () => {
    const { gates, db } = holding();
    const { appender } = open(db);
    const added: Promise<void>[] = [];
    for (let n = 0; n < 12; n++) {
      added.push(appender.add(toDelivery()) ?? Promise.reject(new Error('full')));
      if (n < 2) while (gates.length <= n) await turns(1);
    }
    await turns(20);
    expect(gates).toHaveLength(2);
    gates[0]?.open();
    gates[1]?.open();
    while (gates.length < 3) await turns(1);
    gates[2]?.open();
    await Promise.all(added);
    expect((await readAll()).map((segment) => segment.deliveries.length).sort(byNumber)).toEqual([1, 1, 10]);
  });

  test('a commit that hangs is not waited for: it and all behind it are refused, until it ends', async () => {
    const { gates, db } = holding();
    const { appender } = open(db);
    const hanging = appender.add(toDelivery());
    while (gates.length === 0) await turns(1);
    const refused = Promise.allSettled([hanging]);
    time.advance(2_000);
    expect((await refused).map((result) => result.status)).toEqual(['rejected']);
    expect(appender.add(toDelivery())).toBeNull();
    gates[0]?.open();
    await appender.idle();
    expect(await readAll()).toHaveLength(1);
    const added = appender.add(toDelivery());
    while (gates.length < 2) await turns(1);
    gates[1]?.open();
    await added;
    expect(await readAll()).toHaveLength(2);
  });

  test.each(['08006', '53100', '57P01', '40P01', '57014', '22021', 'ECONNRESET'])(
    '%s fails the whole batch at once, to be delivered again: nothing of it is stored',
    async (code) => {
      const { db, calls } = failing(code);
      const results = await append([toDelivery(), toDelivery()], db);
      expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
      expect([calls(), (await readAll()).length]).toEqual([1, 0]);
    },
  );

  test('takes no more than its bound of bytes, but one delivery of any size while nothing waits', async () => {
    const { appender, told } = open(store.db, { maxWaitingBytes: 1000 });
    const [huge, refused] = [appender.add(toBody(Buffer.alloc(5000))), appender.add(toBody(Buffer.alloc(1)))];
    expect([huge === null, refused]).toEqual([false, null]);
    await appender.idle();
    const taken = [600, 400, 1].map((size) => appender.add(toBody(Buffer.alloc(size))) !== null);
    expect(taken).toEqual([true, true, false]);
    await appender.idle();
    expect([told.appended > 1, deliveriesOf(await readAll()).length]).toEqual([true, 3]);
  });
});
