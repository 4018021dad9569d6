import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, type DatabasePool, statement, systemClock, type Transaction } from '#kit';
import { makeChance } from '../../../../test/support/chance.ts';
import { makeGate, makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeAppender } from './append.ts';
import { expand, toDelivery, toEntry } from './fixtures/deliveries.ts';
import { makeReader } from './reader.ts';
import { ANNOUNCE, claimNew, type JournalRow, readHorizon, readNext, replayEvent } from './store.ts';

let store: Store;
let pool: DatabasePool;
beforeAll(async () => {
  store = await openStore();
  pool = store.pool(8);
});
afterAll(() => store.close());
beforeEach(() => store.rows('truncate segments, events, event_marks'));

const clock = makeTestClock();
const MAX_POSITION = statement('test_max_position', 'select coalesce(max(position), 0) as horizon from segments');
/** What a reader would do that trusts positions: the mistake that the horizon is there against. */
const readNaive = async (db: Database) => (await db.rows<{ horizon: number }>(MAX_POSITION))[0]?.horizon ?? 0;

class Undo extends Error {}

interface Held {
  readonly end: (how: 'commit' | 'undo') => Promise<void>;
}

/** An append (or a replay) whose transaction stays open until it is ended. */
async function hold(write: (tx: Transaction) => Promise<void>): Promise<Held> {
  const begun = makeGate();
  const gate = makeGate<'commit' | 'undo'>();
  const over = pool.transaction(async (tx) => {
    await write(tx);
    begun.open();
    if ((await gate.promise) === 'undo') throw new Undo();
  });
  const ended = over.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  await Promise.race([begun.promise, over]);
  return {
    end(how) {
      gate.open(how);
      return ended;
    },
  };
}

const appending = (entries: number) => (tx: Database) => {
  const appender = makeAppender({ db: tx, clock, onAppended: () => undefined });
  const delivery = toDelivery(Array.from({ length: entries }, () => toEntry()));
  return appender.add(delivery) ?? Promise.resolve();
};

/** The events of the segments that are stored, as rows of their reader. */
async function readAll(after: number): Promise<JournalRow[]> {
  const upTo = (await readNaive(store.db)) + 1;
  return (await readNext(store.db, { after, upTo, limit: 1_000_000, maxBytes: 1 << 30 })).flatMap(expand);
}

const positionsOf = (rows: readonly JournalRow[]) => rows.map((row) => row.position);

/**
 * One history: up to 6 appends open at once, committed or undone in another order than they drew their positions, a
 * reader following between, in pieces. Returns the events that were committed and those that the reader got.
 */
async function play(seed: number, readHorizonOf: (db: Database) => Promise<number>) {
  const chance = makeChance(seed);
  /** A second replay of the same event would wait for the first. */
  const held: (Held & { readonly eventId?: string })[] = [];
  const read: JournalRow[] = [];
  const from = await readHorizon(store.db);
  const reader = makeReader({ db: store.db, batchSize: 4, expand });
  reader.reset(from);
  const follow = async (most: number) => {
    const rows = (await reader.peek(await readHorizonOf(store.db))).slice(0, most);
    read.push(...rows);
    reader.take(rows.length);
    // Recorded as a worker does it: only what is recorded can be replayed.
    await claimNew(store.db, rows);
  };
  const endOne = async () => {
    const [one] = held.splice(Math.floor(chance() * held.length), 1);
    await one?.end(chance() < 0.8 ? 'commit' : 'undo');
  };
  for (let step = 0; step < 40; step++) {
    const roll = chance();
    const known = read[Math.floor(chance() * read.length)];
    if (roll < 0.35 && held.length < 6) held.push(await hold(appending(1 + Math.floor(chance() * 4))));
    else if (roll < 0.4 && held.length < 6 && known && !held.some((one) => one.eventId === known.eventId))
      held.push({ ...(await hold((tx) => replayEvent(tx, known.position, clock.now()))), eventId: known.eventId });
    else if (roll < 0.7) await endOne();
    else await follow(1 + Math.floor(chance() * 4));
  }
  while (held.length > 0) await endOne();
  for (let n = 0; n < 60; n++) await follow(4);
  return { committed: positionsOf(await readAll(from)), read: positionsOf(read) };
}

const SEEDS = Array.from({ length: 12 }, (_, n) => 1000 + n);

describe('The order of the journal', () => {
  test.each(SEEDS)(
    'no event is skipped and none is read twice, whatever order appenders commit in (seed %i)',
    async (seed) => {
      const { committed, read } = await play(seed, readHorizon);
      expect(read).toEqual(committed);
      expect(committed.length).toBeGreaterThan(5);
    },
  );

  test('the same histories catch a reader that trusts the highest position', async () => {
    let skipped = 0;
    for (const seed of SEEDS) {
      const { committed, read } = await play(seed, readNaive);
      if (read.length < committed.length) skipped++;
    }
    expect(skipped).toBeGreaterThan(0);
  });

  test('an append that is held open holds the horizon below its position, and no other transaction does', async () => {
    const before = await readHorizon(store.db);
    const slow = await hold(appending(3));
    const stranger = await hold(
      async (tx) => void (await tx.rows(statement('test_stranger', 'select txid_current()'))),
    );
    const quick = await hold(appending(2));
    await quick.end('commit');
    expect(await readHorizon(store.db)).toBe(before);
    await slow.end('commit');
    expect(await readHorizon(store.db)).toBe(before + 2);
    await stranger.end('commit');
  });

  test('an append that is undone leaves a gap, and the horizon moves over it', async () => {
    const before = await readHorizon(store.db);
    const undone = await hold(appending(4));
    await undone.end('undo');
    expect(await readHorizon(store.db)).toBe(before + 1);
  });

  test('an appender whose connection dies lets the horizon go', async () => {
    const before = await readHorizon(store.db);
    const client = await store.connect();
    await client.query('begin');
    await client.query(ANNOUNCE);
    await client.query("select nextval('journal_position')");
    expect(await readHorizon(store.db)).toBe(before);
    const [{ pid } = { pid: 0 }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    await store.rows('select pg_terminate_backend($1, 5000)', [pid]);
    expect(await readHorizon(store.db)).toBe(before + 1);
  });

  test('segments keep their order up to the last whose events have exact positions', async () => {
    const last = 90_071_992_546;
    await store.rows('select setval($1, $2)', ['journal_position', last]);
    const slow = await hold(appending(1));
    const quick = await hold(appending(1));
    await quick.end('commit');
    expect(await readHorizon(store.db)).toBe(last);
    await slow.end('commit');
    expect(await readHorizon(store.db)).toBe(last + 2);
    await store.rows("select setval('journal_position', 1_000_000)");
  });

  test('with many appenders really side by side, a reader gets everything exactly once', async () => {
    const appenders = Array.from({ length: 3 }, () =>
      makeAppender({ db: pool, clock: systemClock, onAppended: () => undefined }),
    );
    const from = await readHorizon(store.db);
    const read: number[] = [];
    const reader = makeReader({ db: store.db, batchSize: 100, expand });
    reader.reset(from);
    const follow = async () => {
      const rows = await reader.peek(await readHorizon(store.db));
      read.push(...positionsOf(rows));
      reader.take(rows.length);
      return rows.length;
    };
    const over = new AbortController();
    const reading = (async () => {
      while (!over.signal.aborted) await follow();
      while ((await follow()) > 0);
    })();
    for (let wave = 0; wave < 60; wave++) {
      const entries = Array.from({ length: 1 + (wave % 7) }, () => [toEntry(), toEntry()]);
      await Promise.all(entries.map(async (two, n) => appenders[n % 3]?.add(toDelivery(two))));
    }
    over.abort();
    await reading;
    const all = positionsOf(await readAll(from));
    expect(read).toEqual(all);
    expect(all.length).toBeGreaterThan(400);
  });
});
