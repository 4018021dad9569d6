import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Database, fence, type Lease, makeLeaseKeeper } from '#kit';
import { makeGate, makeTestClock, makeTestLog, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeAppender } from './append.ts';
import { drive, emptyStore, toDelivery, toEntry } from './fixtures/deliveries.ts';
import { type FollowerOptions, makeFollower } from './follow.ts';
import { toLeaseName, toShard } from './shard.ts';
import type { JournalRow } from './store.ts';

let store: Store;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => void (store = await openStore()));
afterEach(() => close());
afterAll(() => store.close());

interface Options extends Partial<FollowerOptions> {
  readonly owner?: string;
  /** A database that the keeper uses instead, to let it fail. */
  readonly keeperDb?: (db: Database) => Database;
}

async function open() {
  await emptyStore(store);
  const clock = makeTestClock();
  const ends: (() => Promise<void>)[] = [];
  close = async () => {
    for (const end of ends) await end();
  };

  function follow({ owner = 'a', keeperDb = (db) => db, ...more }: Options = {}) {
    const handed: JournalRow[] = [];
    const told: string[] = [];
    const log = makeTestLog();
    const keeper = makeLeaseKeeper({
      db: keeperDb(store.db),
      clock,
      owner,
      prefix: 'shard/',
      total: 256,
      ttlMs: 10_000,
    });
    const follower = makeFollower({
      db: store.db,
      clock,
      log,
      keeper,
      batchSize: 10,
      pollMs: 250,
      gatherMs: 0,
      handle: async (rows, leaseOf) => {
        await commit(rows, leaseOf);
        handed.push(...rows);
      },
      hasWork: () => false,
      isFull: () => false,
      onGained: async (shards) => void told.push(`gained ${shards.length}`),
      onLost: (shards) => void told.push(`lost ${shards.length}`),
      onDoubt: async () => void told.push('doubt'),
      onTurn: async () => undefined,
      onStopping: async () => void told.push('stopping'),
      ...more,
    });
    const running = follower.run();
    const end = async () => {
      follower.stop();
      await drive(clock, () => Promise.race([running.then(() => true), store.rows('select 1').then(() => false)]));
    };
    ends.push(end);
    return { follower, handed, told, log, keeper, end };
  }

  async function append(entries: readonly ReturnType<typeof toEntry>[]): Promise<void> {
    const appender = makeAppender({ db: store.db, clock, onAppended: () => undefined });
    await appender.add(toDelivery({ entries }));
  }
  const events = (count: number) => Array.from({ length: count }, () => toEntry());
  return { clock, follow, append, events };
}

/** What a worker does: everything or nothing, under the leases. */
async function commit(rows: readonly JournalRow[], leaseOf: (shard: number) => Lease | undefined): Promise<void> {
  const cursors = new Map(rows.map((row) => [row.shard, row.position]));
  const leases = [...cursors].map(([shard, cursor]): Lease => {
    const lease = leaseOf(shard);
    if (!lease) throw new Error('not held');
    return { ...lease, cursor };
  });
  await store.db.transaction((tx) => fence(tx, leases));
}

const idsOf = (rows: readonly { eventId: string }[]) => rows.map((row) => row.eventId);
const steal = (shard: number, cursor = 0) =>
  store.rows(
    "update leases set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour', cursor = greatest(cursor, $2) where name = $1",
    [toLeaseName(shard), cursor],
  );

describe('The follower', () => {
  test('hands over every row once, in order, however many batches that takes', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(73);
    await append(all.slice(0, 41));
    const { handed, follower } = follow();
    await drive(clock, () => handed.length === 41);
    await append(all.slice(41));
    follower.wake();
    await drive(clock, () => handed.length === 73);
    expect(idsOf(handed)).toEqual(idsOf(all));
    await drive(clock, () => follower.state().scan === 73);
    expect(follower.state()).toEqual({ scan: 73, horizon: 73, shards: 256 });
  });

  test('a wake during a batch is not lost: what came meanwhile is read without waiting for the poll', async () => {
    const { clock, follow, append, events } = await open();
    const gate = makeGate();
    const handed: JournalRow[] = [];
    await append(events(1));
    const { follower } = follow({
      handle: async (rows) => {
        handed.push(...rows);
        if (handed.length === 1) await gate.promise;
      },
    });
    await drive(clock, () => handed.length === 1);
    await append(events(1));
    follower.wake();
    gate.open();
    // The clock stands still from here on.
    await drive(clock, () => handed.length === 2, 0);
    expect(handed).toHaveLength(2);
  });

  test('a batch that fails is handed over again, whole and in order, and after that never again', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(10);
    const tries: string[][] = [];
    await append(all);
    const { told, log } = follow({
      handle: async (rows) => {
        tries.push(idsOf(rows));
        if (tries.length <= 2) throw new Error('no');
      },
    });
    await drive(clock, () => tries.length === 3);
    await append(events(1));
    await drive(clock, () => tries.length === 4);
    expect(tries.slice(0, 3)).toEqual([idsOf(all), idsOf(all), idsOf(all)]);
    expect(tries[3]).toHaveLength(1);
    expect(told.filter((line) => line === 'doubt')).toHaveLength(2);
    expect(log.said('journal.batch_failed')).toBe(2);
  });

  test('is told of a doubt before it reads again, and again when that fails', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    await append(events(1));
    follow({
      handle: async () => {
        steps.push('handle');
        if (steps.length === 1) throw new Error('the answer to the commit was lost');
      },
      onDoubt: async () => {
        steps.push('doubt');
        if (steps.length === 2) throw new Error('still away');
      },
    });
    await drive(clock, () => steps.length === 4);
    expect(steps).toEqual(['handle', 'doubt', 'doubt', 'handle']);
  });

  test('reads nothing while it is full, and goes on when there is room', async () => {
    const { clock, follow, append, events } = await open();
    let full = true;
    const handed: JournalRow[] = [];
    let looks = 0;
    await append(events(25));
    const { follower } = follow({
      isFull: () => {
        looks++;
        return full;
      },
      handle: async (rows) => {
        handed.push(...rows);
        full = handed.length === 10;
      },
    });
    await drive(clock, () => looks >= 5);
    expect(handed).toEqual([]);
    full = false;
    follower.wake();
    await drive(clock, () => handed.length === 10);
    looks = 0;
    await drive(clock, () => looks >= 5);
    expect(handed).toHaveLength(10);
    full = false;
    await drive(clock, () => handed.length === 25);
  });

  test('commits other work while it is full and while there is nothing to read', async () => {
    const { clock, follow } = await open();
    let work = 3;
    const { follower } = follow({ isFull: () => true, hasWork: () => work > 0, handle: async () => void work-- });
    await drive(clock, () => work === 0);
    expect(follower.state().scan).toBe(0);
  });

  test('a shard gained later is read from its own cursor; what its siblings have done is passed over', async () => {
    const { clock, follow, append } = await open();
    const lanes = ['p1', 'p2', 'p3', 'p4'];
    const entries = Array.from({ length: 24 }, (_, n) => toEntry({ lane: lanes[n % 4] ?? '' }));
    const stolen = toShard('1', 'p2');
    await steal(stolen);
    await append(entries);
    const { handed, told } = follow();
    await drive(clock, () => handed.length === 18);
    await store.rows("update leases set expires_at = '-infinity' where owner = 'thief'");
    await drive(clock, () => handed.length === 24);
    await append([toEntry({ lane: 'p1' }), toEntry({ lane: 'p2' })]);
    await drive(clock, () => handed.length === 26);
    const late = entries.filter((entry) => entry.lane === 'p2');
    expect(idsOf(handed.slice(18, 24))).toEqual(idsOf(late));
    expect(new Set(idsOf(handed)).size).toBe(26);
    expect(told).toEqual(['gained 255', 'gained 1']);
  });

  test('a stolen shard is let go, and the rows of all others go on', async () => {
    const { clock, follow, append } = await open();
    const { handed, told } = follow();
    await drive(clock, () => told.length === 1);
    const stolen = toShard('1', 'p1');
    await steal(stolen);
    await append(['p1', 'p2', 'p3'].map((lane) => toEntry({ lane })));
    await drive(clock, () => handed.length === 2);
    expect(handed.map((row) => row.lane)).toEqual(['p2', 'p3']);
    expect(told).toContain('lost 1');
  });

  test('a shard that was stolen and given back in between starts where the other ended', async () => {
    const { clock, follow, append } = await open();
    const { handed, told } = follow();
    await drive(clock, () => told.length === 1);
    const shard = toShard('1', 'p1');
    await append([toEntry({ lane: 'p1' }), toEntry({ lane: 'p2' })]);
    await drive(clock, () => handed.length === 2);
    await append([toEntry({ lane: 'p1' })]);
    await steal(shard, 3);
    await store.rows("update leases set expires_at = '-infinity', owner = null where owner = 'thief'");
    await append([toEntry({ lane: 'p1' })]);
    await drive(clock, () => handed.length === 3);
    expect(handed.map((row) => row.position)).toEqual([1, 2, 4]);
    expect(told.slice(1, 3)).toEqual(['lost 1', 'gained 1']);
  });

  test('a turn that fails half-way is made good by the next: nothing is held on one side only', async () => {
    const { clock, follow, append } = await open();
    let broken = false;
    const { handed, told, log } = follow({
      keeperDb: (db) => ({
        ...db,
        rows: (statement, values) => {
          if (broken && statement.name === 'workers_beat')
            return Promise.reject(Object.assign(new Error('x'), { code: '08006' }));
          return db.rows(statement, values);
        },
      }),
    });
    await drive(clock, () => told.length === 1);
    await steal(toShard('1', 'p1'));
    broken = true;
    await drive(clock, () => log.said('journal.batch_failed') > 0);
    broken = false;
    await append(['p1', 'p2'].map((lane) => toEntry({ lane })));
    await drive(clock, () => handed.length === 1);
    expect(told).toContain('lost 1');
  });

  test('a shard is read only once its waiting work was taken up, which is tried until it goes well', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    await append(events(3));
    follow({
      onGained: async (shards) => {
        steps.push(`gained ${shards.length}`);
        if (steps.length < 3) throw new Error('the database went away');
      },
      handle: async (rows) => void steps.push(`rows ${rows.length}`),
    });
    await drive(clock, () => steps.length === 4);
    expect(steps).toEqual(['gained 256', 'gained 256', 'gained 256', 'rows 3']);
  });

  test('two followers share the journal: each row reaches exactly one of them, each lane in order', async () => {
    const { clock, follow, append, events } = await open();
    const [one, two] = [follow({ owner: 'a' }), follow({ owner: 'b' })];
    await drive(clock, () => one.follower.state().shards === 128 && two.follower.state().shards === 128);
    const all = events(200);
    for (let n = 0; n < 200; n += 20) await append(all.slice(n, n + 20));
    await drive(clock, () => one.handed.length + two.handed.length >= 200);
    expect(idsOf([...one.handed, ...two.handed]).sort()).toEqual(idsOf(all).sort());
    for (const side of [one, two]) {
      expect(side.handed.length).toBeGreaterThan(20);
      expect(side.handed.map((row) => row.position)).toEqual(
        side.handed.map((row) => row.position).sort((a, b) => a - b),
      );
    }
  });

  test('a stop lets what runs come to its end, commits it under the leases, and gives them back with their cursor', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    let work = 0;
    await append(events(5));
    const { follower, end } = follow({
      hasWork: () => work > 0,
      handle: async (rows) => {
        const [{ held } = { held: 0 }] = await store.rows<{ held: number }>(
          "select count(*)::int as held from leases where owner = 'a'",
        );
        if (rows.length === 0) steps.push(`work under ${held} leases`);
        work = 0;
      },
      onStopping: async () => {
        steps.push('stopping');
        work = 1;
      },
    });
    await drive(clock, () => follower.state().scan === 5);
    await end();
    expect(steps).toEqual(['stopping', 'work under 256 leases']);
    expect(await store.rows('select distinct owner, cursor from leases')).toEqual([{ owner: null, cursor: 5 }]);
    expect(await store.rows('select id from workers')).toEqual([]);
  });

  test('what follows takes up exactly where the one before stopped', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(30);
    await append(all.slice(0, 15));
    const first = follow({ owner: 'a' });
    await drive(clock, () => first.handed.length === 15);
    await first.end();
    await append(all.slice(15));
    const second = follow({ owner: 'b' });
    await drive(clock, () => second.handed.length === 15);
    expect(idsOf([...first.handed, ...second.handed])).toEqual(idsOf(all));
  });
});
