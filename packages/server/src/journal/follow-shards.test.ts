import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeGate, openStore, type Store } from '../kit/fixtures/rig.ts';
import { drive, toEntry } from './fixtures/deliveries.ts';
import { idsOf, openJournal } from './fixtures/following.ts';
import { toLeaseName, toShard } from './shard.ts';

let store: Store;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => void (store = await openStore()));
afterEach(() => close());
afterAll(() => store.close());

const open = async () => {
  const journal = await openJournal(store);
  close = journal.close;
  return journal;
};

describe('The shards of a follower', () => {
  test('a shard gained later is read from its own cursor; what its siblings have done is passed over', async () => {
    const { clock, follow, append, steal } = await open();
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

  test('a shard whose taking over failed at first is read from its own cursor all the same', async () => {
    const { clock, follow, append, steal } = await open();
    const lanes = ['p1', 'p2', 'p3', 'p4'];
    const late = toShard('1', 'p2');
    await steal(late);
    for (const n of [0, 1, 2]) await append(lanes.map((lane) => toEntry({ lane, eventId: `${lane} ${n}` })));
    let failures = 2;
    const { handed, log } = follow({
      onGained: async (shards) => {
        if (shards.includes(late) && failures-- > 0) throw Object.assign(new Error('x'), { code: '08006' });
      },
    });
    await drive(clock, () => handed.length === 9);
    await store.rows("update leases set expires_at = '-infinity' where owner = 'thief'");
    await drive(clock, () => log.said('journal.batch_failed') === 2);
    await append([toEntry({ lane: 'p2', eventId: 'p2 3' })]);
    await drive(clock, () => handed.some((row) => row.eventId === 'p2 3'));
    const own = handed.filter((row) => row.lane === 'p2');
    expect(idsOf(own)).toEqual(['p2 0', 'p2 1', 'p2 2', 'p2 3']);
  });

  test('a worker that ends with a shard half taken over leaves that shard where it was', async () => {
    const { clock, follow, append, steal } = await open();
    const late = toShard('1', 'p2');
    await steal(late);
    await append(['p1', 'p2', 'p3'].map((lane) => toEntry({ lane })));
    const { handed, log, end } = follow({
      onGained: async (shards) => {
        if (shards.includes(late)) throw Object.assign(new Error('x'), { code: '08006' });
      },
    });
    await drive(clock, () => handed.length === 2);
    await store.rows("update leases set expires_at = '-infinity' where owner = 'thief'");
    await drive(clock, () => log.said('journal.batch_failed') > 0);
    await end();
    const cursors = await store.rows('select name, cursor, owner from leases where name = any($1)', [
      [toLeaseName(late), toLeaseName(toShard('1', 'p1'))].sort(),
    ]);
    expect(new Map(cursors.map((row) => [row['name'], [row['cursor'], row['owner']]]))).toEqual(
      new Map([
        [toLeaseName(late), [0, null]],
        [toLeaseName(toShard('1', 'p1')), [1, null]],
      ]),
    );
  });

  test('leases are given back also when what is left at the end cannot be committed', async () => {
    const { clock, follow } = await open();
    const { told, log, end } = follow({
      beside: {
        hold: async () => undefined,
        go: () => undefined,
        finish: () => Promise.reject(new Error('the database blinked')),
      },
    });
    await drive(clock, () => told.length === 1);
    await end();
    expect(log.said('journal.finish_failed')).toBe(1);
    expect(await store.rows('select 1 from leases where owner is not null')).toEqual([]);
  });

  test('a stolen shard is let go, and the rows of all others go on', async () => {
    const { clock, follow, append, steal } = await open();
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
    const { clock, follow, append, steal } = await open();
    const { handed, told } = follow();
    await drive(clock, () => told.length === 1);
    const shard = toShard('1', 'p1');
    await append([toEntry({ lane: 'p1' }), toEntry({ lane: 'p2' })]);
    await drive(clock, () => handed.length === 2);
    await append([toEntry({ lane: 'p1' })]);
    await steal(shard, 2);
    await store.rows("update leases set expires_at = '-infinity', owner = null where owner = 'thief'");
    await append([toEntry({ lane: 'p1' })]);
    await drive(clock, () => handed.length === 3);
    expect(handed.map((row) => row.position)).toEqual([100_000, 100_001, 300_000]);
    expect(told.slice(1, 3)).toEqual(['lost 1', 'gained 1']);
  });

  test('a turn writes how far all shards are done: of a segment larger than a batch, nothing until its last row', async () => {
    const { clock, follow, append, events } = await open();
    const written: unknown[] = [];
    await append(events(5));
    const { follower } = follow({
      batchSize: 2,
      onHandled: async () => clock.advance(10_000),
      onTurn: async () => void written.push(...(await store.rows('select distinct cursor from leases'))),
    });
    await drive(clock, () => follower.state().scan === 1 && written.length >= 4);
    expect(written.slice(0, 4)).toEqual([{ cursor: 0 }, { cursor: 0 }, { cursor: 0 }, { cursor: 1 }]);
  });

  test('when its worker dies in the middle of a segment the next owner reads the whole of it again', async () => {
    const { clock, follow, append } = await open();
    const lanes = Array.from({ length: 25 }, (_, n) => (n === 3 ? 'p2' : n % 2 ? 'p1' : 'p3'));
    const entries = lanes.map((lane) => toEntry({ lane }));
    await append(entries);
    const [died, buried] = [makeGate(), makeGate()];
    const dead = follow({
      owner: 'dead',
      onHandled: () => {
        died.open();
        return buried.promise;
      },
    });
    await died.promise;
    const { scan } = dead.follower.state();
    await store.rows("update leases set expires_at = '-infinity'");
    await store.rows("delete from workers where id like '%dead'");
    const next = follow({ owner: 'b' });
    await drive(clock, () => next.follower.state().scan === 1);
    expect([scan, idsOf(dead.handed)]).toEqual([0, idsOf(entries.slice(0, 10))]);
    expect(idsOf(next.handed)).toEqual(idsOf(entries));
    buried.open();
  });

  test('a shard that is gained in the middle of a segment brings its siblings back to its start', async () => {
    const { clock, follow, append, steal } = await open();
    const late = 'p2';
    const lanes = Array.from({ length: 30 }, (_, n) => ['p1', late, 'p3'][n % 3]) as string[];
    const entries = lanes.map((lane) => toEntry({ lane }));
    await steal(toShard('1', late));
    await append(entries);
    let isGiven = false;
    const { handed, told, follower } = follow({
      onHandled: async () => {
        if (!isGiven) await store.rows("update leases set expires_at = '-infinity' where owner = 'thief'");
        if (!isGiven) clock.advance(10_000);
        isGiven = true;
      },
    });
    await drive(clock, () => told.length === 2 && follower.state().scan === 1);
    expect(told).toEqual(['gained 255', 'gained 1']);
    expect(lanes.slice(0, 10).filter((lane) => lane === late)).toHaveLength(3);
    expect(idsOf(handed)).toEqual([
      ...idsOf(entries.slice(0, 10).filter((entry) => entry.lane !== late)),
      ...idsOf(entries),
    ]);
  });

  test('a turn that fails half-way is made good by the next: nothing is held on one side only', async () => {
    const { clock, follow, append, steal } = await open();
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
});
