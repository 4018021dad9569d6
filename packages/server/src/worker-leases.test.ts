import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database, DatabasePool } from '#kit';
import { makeChance } from '../../../test/support/chance.ts';
import {
  type Employed,
  expireLeases,
  NUMBER,
  openWorks,
  reactionsOf,
  talk,
  toMessages,
  type Works,
} from './fixtures/workers.ts';
import { toLeaseName, toShard } from './journal/shard.ts';
import { makeGate, makeTestClock } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

/** Every answer once, and in order for each person. */
async function expectAnswers(people: number, count: number): Promise<void> {
  const lanes = new Map<string, string[]>();
  for (const { lane, text } of await works.replies()) lanes.set(lane, [...(lanes.get(lane) ?? []), text]);
  const inOrder = Array.from({ length: count }, (_, n) => `re: ${n}`);
  expect([...lanes.values()]).toEqual(Array.from({ length: people }, () => inOrder));
}

const answered = (count: number) => async () => (await works.replies()).length >= count && (await works.tasks()) === 0;
const shardOf = (from: string) => toLeaseName(toShard(NUMBER, from));
const takeAway = (name: string) =>
  works.store.rows(
    "update leases set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour' where name = $1",
    [name],
  );

type Work = (tx: Database) => Promise<unknown>;
/** A pool that lets a test stand between a transaction and the database. */
const through = (step: (work: Work, db: DatabasePool) => Promise<unknown>) => (db: DatabasePool) =>
  ({ ...db, transaction: (work: Work) => step(work, db) }) as DatabasePool;

describe('Leases stolen under a worker', () => {
  test('before the fence: the whole batch is undone, the rest is done anew, the stolen part by the new owner', async () => {
    const wires = talk(6, 3);
    const stolen = shardOf('49170000102');
    let armed = false;
    let undone = 0;
    const first = works.employ({
      owner: 'a',
      pool: through(async (work, db) => {
        if (armed) await takeAway(stolen);
        armed = false;
        return db.transaction(work).catch((error: unknown) => {
          undone++;
          throw error;
        });
      }),
    });
    await works.until(() => first.worker.state().shards === 256);
    armed = true;
    await works.deliver([toMessages(wires)]);
    await works.until(answered(15));
    expect(undone).toBe(1);
    expect(first.log.lines.filter((line) => line['lease'] === true)).toHaveLength(1);
    expect((await works.replies()).some((reply) => reply.lane === '49170000102')).toBe(false);
    await first.end();
    works.employ({ owner: 'b' });
    await expireLeases(works, "owner = 'thief'");
    await works.until(answered(18));
    await expectAnswers(6, 3);
  });

  test('between fold and commit: the thief waits for the commit, and does nothing of it again', async () => {
    const order: string[] = [];
    let armed = false;
    let theft: Promise<unknown> = Promise.resolve();
    const stolen = shardOf('49170000100');
    const first = works.employ({
      owner: 'a',
      pool: through((work, db) =>
        db.transaction(async (tx) => {
          const done = await work(tx);
          if (armed) theft = takeAway(stolen).then(() => order.push('stolen'));
          if (armed) await works.store.db.ping().then(() => order.push('committing'));
          armed = false;
          return done;
        }),
      ),
    });
    await works.until(() => first.worker.state().shards === 256);
    armed = true;
    await works.deliver([toMessages(talk(3, 2))]);
    await works.until(async () => (await works.tasks()) > 0 || (await works.replies()).length > 0, 5);
    await theft;
    expect(order).toEqual(['committing', 'stolen']);
    await works.until(async () => first.worker.state().shards === 255 && (await works.replies()).length >= 4);
    await first.end();
    works.employ({ owner: 'b' });
    await expireLeases(works, "owner = 'thief'");
    await works.until(answered(6));
    await expectAnswers(3, 2);
  });

  test('while a handler runs: what the loser brings changes nothing, the new owner runs it again', async () => {
    const gate = makeGate();
    let runs = 0;
    const slow = reactionsOf((bot) =>
      bot.on('message.received:text', async (c) => {
        runs++;
        await gate.promise;
        c.reply(`re: ${c.event.message.content.body}`);
      }),
    );
    const first = works.employ({ owner: 'a', reactions: slow });
    await works.deliver([toMessages([{ from: '49170000100', text: '0' }])]);
    await works.until(() => runs === 1, 5);
    await takeAway(shardOf('49170000100'));
    gate.open();
    await works.until(() => first.worker.state().shards === 255);
    expect([await works.replies(), await works.tasks()]).toEqual([[], 1]);
    await first.end();
    works.employ({ owner: 'b' });
    await expireLeases(works, "owner = 'thief'");
    await works.until(answered(1));
    await expectAnswers(1, 1);
  });

  test.each([1, 2, 3])(
    'again and again, from two workers at random: every answer once and in order (seed %i)',
    async (seed) => {
      const chance = makeChance(seed);
      works.employ({ owner: 'a' });
      works.employ({ owner: 'b' });
      for (let round = 0; round < 8; round++) {
        await works.deliver([toMessages(talk(20, 2, round * 2)), toMessages(talk(20, 2, round * 2))]);
        const bits = Math.floor(chance() * 8);
        await works.store.rows(
          `update leases set epoch = epoch + 1, owner = null, expires_at = '-infinity' where name like 'shard/%' and right(name, 1)::int % 8 = ${bits}`,
        );
        await works.until(async () => (await works.replies()).length >= chance() * 40 * round);
      }
      await works.until(answered(320));
      await expectAnswers(20, 16);
      expect(await works.quarantined()).toEqual([]);
    },
  );
});

describe('A worker that dies', () => {
  /** Its clock stands still with it, so it neither renews nor tries again. */
  async function die(one: Employed): Promise<void> {
    works.forget(one);
    await expireLeases(works, "owner like '%dead'");
    await works.store.rows("delete from workers where id like '%dead'");
  }

  test('between its commit and the hand-over: the next one runs each task, once', async () => {
    const committed = makeGate();
    const runs: string[] = [];
    const counting = reactionsOf((bot) =>
      bot.on('message.received:text', (c) => {
        runs.push(c.event.id);
        c.reply(`re: ${c.event.message.content.body}`);
      }),
    );
    const dead = works.employ({
      owner: 'dead',
      reactions: counting,
      clock: makeTestClock(),
      pool: through(async (work, db) => {
        await db.transaction(work);
        committed.open();
        return new Promise(() => undefined);
      }),
    });
    await works.deliver([toMessages(talk(5, 4))]);
    dead.worker.wake();
    await committed.promise;
    expect([runs, await works.tasks()]).toEqual([[], 20]);
    await die(dead);
    works.employ({ owner: 'b', reactions: counting });
    await works.until(answered(20));
    await expectAnswers(5, 4);
    expect(new Set(runs).size).toBe(runs.length);
  });

  test('in the middle of a segment larger than its batch: the next one reads it from its start, and answers each once', async () => {
    let commits = 0;
    const hangs = makeGate();
    const time = makeTestClock();
    const dead = works.employ({
      owner: 'dead',
      clock: time,
      pool: through(async (work, db) => {
        if (commits++ === 0) return db.transaction(work);
        hangs.open();
        return new Promise(() => undefined);
      }),
    });
    await works.deliver([toMessages(talk(30, 50))]);
    dead.worker.wake();
    // The second batch may rest a few ms first; results of the first may be under way beside it.
    await works.until(async () => {
      time.advance(1);
      return commits >= 2;
    });
    await hangs.promise;
    const recorded = (await works.store.rows('select 1 from events')).length;
    expect([recorded, dead.worker.state().scan]).toEqual([1_000, 0]);
    await die(dead);
    works.employ({ owner: 'b' });
    await works.until(answered(1_500));
    await expectAnswers(30, 50);
    expect(await works.store.rows('select count(*)::int as n from events')).toEqual([{ n: 1_500 }]);
    expect(await works.store.rows("select count(*)::int as n from messages where direction = 'in'")).toEqual([
      { n: 1_500 },
    ]);
  });

  test('is one death, however often taking over from it fails', async () => {
    const begun = makeGate();
    const deadly = reactionsOf((bot) =>
      bot.on('message.received:text', () => {
        begun.open();
        return new Promise(() => undefined);
      }),
    );
    const dead = works.employ({ owner: 'dead', reactions: deadly, clock: makeTestClock() });
    await works.deliver([toMessages([{ from: '491', text: 'deadly' }])]);
    dead.worker.wake();
    await begun.promise;
    await die(dead);
    let failures = 3;
    const pool = (db: DatabasePool): DatabasePool => ({
      ...db,
      rows: (asked, values) =>
        asked.name === 'journal_segments' && failures-- > 0
          ? Promise.reject(Object.assign(new Error('x'), { code: '08006' }))
          : db.rows(asked, values),
    });
    const { log, worker } = works.employ({ owner: 'b', reactions: deadly, pool });
    await works.until(() => worker.state().pending === 1);
    expect(log.said('journal.batch_failed')).toBe(3);
    expect(await works.store.rows('select deaths from reaction_tasks')).toEqual([{ deaths: 1 }]);
  });

  test('while handling the same event again and again is not killed by it a seventh time', async () => {
    const begun = makeGate();
    const deadly = reactionsOf((bot) =>
      bot.on('message.received:text', () => {
        begun.open();
        return new Promise(() => undefined);
      }),
    );
    const dead = works.employ({ owner: 'dead', reactions: deadly, clock: makeTestClock() });
    await works.deliver([
      toMessages([
        { from: '491', text: 'deadly' },
        { from: '491', text: 'behind' },
        { from: '492', text: 'other' },
      ]),
    ]);
    dead.worker.wake();
    await begun.promise;
    await works.until(async () => (await works.tasks()) === 3, 0);
    await die(dead);
    const next = works.employ({ owner: 'also dead', reactions: deadly, clock: makeTestClock() });
    await works.until(() => next.worker.state().pending === 3, 0);
    const deaths = () => works.store.rows('select deaths from reaction_tasks order by position');
    expect(await deaths()).toEqual([{ deaths: 1 }, { deaths: 0 }, { deaths: 1 }]);
    await die(next);
    await works.store.rows(
      'update reaction_tasks set deaths = 6 where position = (select min(position) from reaction_tasks)',
    );
    works.employ({ owner: 'b' });
    await works.until(answered(2));
    expect((await works.replies()).map((reply) => reply.text).sort()).toEqual(['re: behind', 're: other']);
    expect((await works.quarantined()).map((row) => row.reason)).toEqual([
      'The process ended several times while this event was being handled.',
    ]);
  });
});

test('A worker that stops in order has not died of what it could not finish', async () => {
  const begun = makeGate();
  const stuck = reactionsOf((bot) =>
    bot.on('message.received:text', () => {
      begun.open();
      return new Promise(() => undefined);
    }),
  );
  const one = works.employ({ owner: 'one', reactions: stuck });
  await works.deliver([toMessages(talk(3, 2))]);
  one.worker.wake();
  await begun.promise;
  works.forget(one);
  await one.end();
  const next = works.employ({ owner: 'next', reactions: stuck });
  await works.until(() => next.worker.state().pending === 6);
  expect(await works.store.rows('select distinct deaths from reaction_tasks')).toEqual([{ deaths: 0 }]);
});

describe('A database that goes away', () => {
  const runs: string[] = [];
  const counting = reactionsOf((bot) =>
    bot.on('message.received:text', (c) => {
      runs.push(c.event.id);
      c.reply(`re: ${c.event.message.content.body}`);
    }),
  );
  /** The process lived on and kept its leases: nothing had to be handled a second time. */
  const expectRuns = (count: number) => expect([runs.length, new Set(runs.splice(0)).size]).toEqual([count, count]);

  test('after a commit, before its answer: what the commit left is taken up by the same worker, once', async () => {
    let lost = 0;
    works.employ({
      reactions: counting,
      pool: through(async (work, db) => {
        const done = await db.transaction(work);
        if (lost++ % 2 === 0) throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
        return done;
      }),
    });
    for (let n = 0; n < 3; n++) {
      await works.deliver([toMessages(talk(5, 2, n * 2))]);
      await works.until(answered(10 * (n + 1)));
    }
    await expectAnswers(5, 6);
    expect(lost).toBeGreaterThan(2);
    expectRuns(30);
  });

  test('again and again under load loses nothing and doubles nothing', async () => {
    const chance = makeChance(11);
    const admin = await works.store.connect();
    const one = works.employ({ owner: 'a', reactions: counting });
    const count = async (sql: string) =>
      (await admin.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]?.n ?? 0;
    for (let round = 0; round < 8; round++) {
      await works.deliver([toMessages(talk(15, 3, round * 3))]);
      one.worker.wake();
      const wanted = Math.floor(45 * round * chance());
      await works.until(async () => (await count("outbox where kind = 'message'")) >= wanted, 100);
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      // The pool of the test lost its connections as well.
      await works.until(() =>
        works.store.db.ping().then(
          () => true,
          () => false,
        ),
      );
    }
    await works.until(
      async () => (await count("outbox where kind = 'message'")) >= 360 && (await count('reaction_tasks')) === 0,
      100,
    );
    await expectAnswers(15, 24);
    expectRuns(360);
    expect(one.log.said('journal.batch_failed')).toBeGreaterThan(0);
    expect(await works.quarantined()).toEqual([]);
  });
});
