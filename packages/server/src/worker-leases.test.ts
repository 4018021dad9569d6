import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeChance } from '../../../test/support/chance.ts';
import {
  answersOf,
  byLane,
  expireLeases,
  NUMBER,
  openWorks,
  reactionsOf,
  talk,
  through,
  toMessages,
  type Works,
} from './fixtures/workers.ts';
import { toLeaseName, toShard } from './journal/shard.ts';
import { makeGate } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

const shardOf = (from: string) => toLeaseName(toShard(NUMBER, from));
const takeAway = (name: string) =>
  works.store.rows(
    "update leases set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour' where name = $1",
    [name],
  );

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
    await works.until(works.answered(15));
    expect(undone).toBe(1);
    expect(first.log.lines.filter((line) => line['lease'] === true)).toHaveLength(1);
    expect((await works.replies()).some((reply) => reply.lane === '49170000102')).toBe(false);
    await first.end();
    works.employ({ owner: 'b' });
    await expireLeases(works, "owner = 'thief'");
    await works.until(works.answered(18));
    expect(byLane(await works.replies())).toEqual(answersOf(6, 3));
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
    await works.until(works.answered(6));
    expect(byLane(await works.replies())).toEqual(answersOf(3, 2));
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
    await works.until(works.answered(1));
    expect(byLane(await works.replies())).toEqual(answersOf(1, 1));
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
      await works.until(works.answered(320));
      expect(byLane(await works.replies())).toEqual(answersOf(20, 16));
      expect(await works.quarantined()).toEqual([]);
    },
  );
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
      await works.until(works.answered(10 * (n + 1)));
    }
    expect(byLane(await works.replies())).toEqual(answersOf(5, 6));
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
    expect(byLane(await works.replies())).toEqual(answersOf(15, 24));
    expectRuns(360);
    expect(one.log.said('journal.batch_failed')).toBeGreaterThan(0);
    expect(await works.quarantined()).toEqual([]);
  });
});
