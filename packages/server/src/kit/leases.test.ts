import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { statement } from './database.ts';
import { makeTestClock, openStore, type Store } from './fixtures/rig.ts';
import { ensureLeases, expireLeases, fence, type Lease, LeaseLost, makeLeaseKeeper } from './leases.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
  await store.rows('create table effects (word text)');
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of ['leases', 'workers', 'effects']) await store.rows(`delete from ${table}`);
  await ensureLeases(store.db, ['t/0', 't/1', 't/2', 't/3']);
});

const clock = makeTestClock();
const keep = (owner: string, more: { prefix?: string; total?: number } = {}) =>
  makeLeaseKeeper({ db: store.db, clock, owner, prefix: 't/', total: 4, ttlMs: 10_000, ...more });
const names = (leases: Iterable<Lease>) => [...leases].map((lease) => lease.name).sort();
const held = (keeper: { held: ReadonlyMap<string, Lease> }) => names(keeper.held.values());
const table = () =>
  store.rows<Lease & { owner: string | null }>('select name, owner, epoch, cursor from leases order by name');
const steal = (name: string) =>
  store.rows(
    "update leases set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour' where name = $1",
    [name],
  );
const expire = () => store.rows("update leases set expires_at = now() - interval '1 second'");
const EFFECT = statement('test_effect', 'insert into effects (word) values ($1)');
const effects = async () => (await store.rows<{ word: string }>('select word from effects')).map((row) => row.word);

describe('makeLeaseKeeper', () => {
  test('one keeper gets all, and with every claim the epoch grows', async () => {
    const a = keep('a');
    expect(names((await a.turn()).gained)).toEqual(['t/0', 't/1', 't/2', 't/3']);
    await a.releaseAll();
    await keep('b').turn();
    expect((await table()).map((lease) => [lease.owner, lease.epoch])).toEqual(
      Array.from({ length: 4 }, () => ['b', 2]),
    );
  });

  test('two keepers come to a fair share, and nobody holds what the other does', async () => {
    const [a, b] = [keep('a'), keep('b')];
    await a.turn();
    expect((await b.turn()).gained).toEqual([]);
    expect((await a.turn()).lost).toHaveLength(2);
    expect((await b.turn()).gained).toHaveLength(2);
    expect([...held(a), ...held(b)].sort()).toEqual(['t/0', 't/1', 't/2', 't/3']);
    expect([await a.turn(), await b.turn()]).toEqual([
      { gained: [], lost: [] },
      { gained: [], lost: [] },
    ]);
  });

  test('keepers of something else do not count as rivals', async () => {
    await keep('same process', { prefix: 'sender/' }).turn();
    const a = keep('same process');
    await a.turn();
    await a.turn();
    expect(held(a)).toHaveLength(4);
  });

  test('a keeper that left or died makes room for the others', async () => {
    const [a, b] = [keep('a'), keep('b')];
    await a.turn();
    await b.turn();
    await a.turn();
    await b.turn();
    await a.releaseAll();
    await b.turn();
    expect(held(b)).toHaveLength(4);
  });

  test('what has expired is taken over with its cursor; the sleeper learns of it at its next turn', async () => {
    const [a, b] = [keep('a'), keep('b')];
    await a.turn();
    await a.turn(() => 77);
    await expire();
    await store.rows('delete from workers');
    const { gained } = await b.turn();
    expect(gained.map((lease) => [lease.epoch, lease.cursor])).toEqual(Array.from({ length: 4 }, () => [2, 77]));
    expect([...(await a.turn(() => 99)).lost].sort()).toEqual(['t/0', 't/1', 't/2', 't/3']);
    expect((await table()).map((lease) => [lease.owner, lease.cursor])).toEqual(
      Array.from({ length: 4 }, () => ['b', 77]),
    );
  });

  test('what has expired but was not taken over is renewed', async () => {
    const a = keep('a');
    await a.turn();
    await expire();
    expect(await a.turn()).toEqual({ gained: [], lost: [] });
    expect((await keep('b').turn()).gained).toEqual([]);
  });

  test('a renewal moves the cursor of all that are held, and never back', async () => {
    const a = keep('a');
    await a.turn();
    await a.turn(() => 50);
    await a.turn(() => 20);
    expect((await table()).map((lease) => lease.cursor)).toEqual([50, 50, 50, 50]);
    expect([...a.held.values()].map((lease) => lease.cursor)).toEqual([50, 50, 50, 50]);
  });

  test('is due at once, and again after a third of the lease', async () => {
    const a = keep('a');
    expect(a.isDue()).toBe(true);
    await a.turn();
    expect(a.isDue()).toBe(false);
    clock.advance(3_333);
    expect(a.isDue()).toBe(false);
    clock.advance(1);
    expect(a.isDue()).toBe(true);
  });

  test('is due as soon when the wall clock is set back: the server counts on', async () => {
    const a = keep('a');
    await a.turn();
    clock.jump(-3_600_000);
    clock.advance(3_334);
    expect(a.isDue()).toBe(true);
    clock.jump(3_600_000);
  });

  test('giving back does not touch what another owner has meanwhile', async () => {
    const a = keep('a');
    await a.turn();
    await steal('t/2');
    await a.releaseAll();
    expect((await table()).map((lease) => lease.owner)).toEqual([null, null, 'thief', null]);
  });

  test('creating leases again changes nothing', async () => {
    const a = keep('a');
    await a.turn(() => 5);
    await ensureLeases(store.db, ['t/0', 't/9']);
    expect((await table()).map((lease) => [lease.name, lease.owner])).toEqual([
      ['t/0', 'a'],
      ['t/1', 'a'],
      ['t/2', 'a'],
      ['t/3', 'a'],
      ['t/9', null],
    ]);
  });

  test('a claim tells what its owner died with from what it gave back, until that is given back as well', async () => {
    const [a, b, c] = [keep('a'), keep('b'), keep('c')];
    await a.turn();
    expect(a.abandoned.size).toBe(0);
    await store.rows("update leases set expires_at = now() - interval '1 second' where name <= 't/1'");
    await store.rows("update leases set owner = null, expires_at = '-infinity' where name > 't/1'");
    await store.rows('delete from workers');
    await b.turn();
    await b.turn();
    expect([...b.abandoned].sort()).toEqual(['t/0', 't/1']);
    await b.releaseAll();
    expect(b.abandoned.size).toBe(0);
    await c.turn();
    expect([held(c).length, c.abandoned.size]).toEqual([4, 0]);
  });

  test('a keeper that takes back what it was too slow to renew has not died', async () => {
    const a = keep('a', { total: 8 });
    await a.turn();
    await store.rows("update leases set epoch = epoch + 1, expires_at = '-infinity'");
    await a.turn();
    expect([held(a).length, a.abandoned.size]).toEqual([4, 0]);
  });

  test.each([
    ['all leases', null],
    ['the leases of one that is dead', 'a'],
  ])('ending %s lets the next claim have all of them at once, and fences the former owner off', async (_, owner) => {
    const a = keep('a');
    await a.turn();
    const before = [...a.held.values()];
    await expireLeases(store.db, owner);
    const b = keep('b');
    expect((await b.turn()).gained).toHaveLength(4);
    expect([...b.abandoned].sort()).toEqual(['t/0', 't/1', 't/2', 't/3']);
    await expect(store.db.transaction((tx) => fence(tx, before))).rejects.toThrow(LeaseLost);
    expect((await a.turn()).lost).toHaveLength(4);
  });

  test('ending the leases of one that is dead touches nobody else', async () => {
    const [a, b] = [keep('a'), keep('b')];
    await a.turn();
    await b.turn();
    await a.turn();
    await b.turn();
    await expireLeases(store.db, 'a');
    expect(await b.turn()).toMatchObject({ lost: [], gained: [{ epoch: 3 }, { epoch: 3 }] });
  });
});

describe('fence', () => {
  const commit = (leases: readonly Lease[], word: string) =>
    store.db.transaction(async (tx) => {
      await fence(tx, leases);
      await tx.run(EFFECT, [word]);
    });

  test('lets commits through while all leases are held, also side by side', async () => {
    const a = keep('a');
    await a.turn();
    const mine = [...a.held.values()];
    await store.db.transaction(async (tx) => {
      await fence(tx, mine);
      await commit(mine.toReversed(), 'beside');
      await tx.run(EFFECT, ['done']);
    });
    expect(await effects()).toEqual(['beside', 'done']);
  });

  test('one stolen lease of several undoes everything', async () => {
    const a = keep('a');
    await a.turn();
    const mine = [...a.held.values()];
    await steal('t/3');
    await expect(commit(mine, 'must not be')).rejects.toThrow(new LeaseLost('1 of 4 leases were taken over'));
    expect(await effects()).toEqual([]);
  });

  test('a takeover passes over a lease in a commit', async () => {
    const [a, b] = [keep('a'), keep('b')];
    await a.turn();
    const lease = a.held.get('t/0');
    if (!lease) throw new Error('nothing is held');
    await expire();
    await store.rows('delete from workers');
    await store.db.transaction(async (tx) => {
      await fence(tx, [lease]);
      expect(names((await b.turn()).gained)).toEqual(['t/1', 't/2', 't/3']);
    });
    const { gained } = await b.turn();
    expect(gained).toEqual([{ name: 't/0', epoch: 2, cursor: 0 }]);
    await expect(commit([lease], 'too late')).rejects.toThrow(LeaseLost);
  });

  test('no leases, no fence', async () => {
    await commit([], 'free');
    expect(await effects()).toEqual(['free']);
  });
});
