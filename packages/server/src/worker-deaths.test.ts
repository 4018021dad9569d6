import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePool } from '#kit';
import {
  answersOf,
  byLane,
  type Employed,
  expireLeases,
  openWorks,
  reactionsOf,
  talk,
  through,
  toMessages,
  type Works,
} from './fixtures/workers.ts';
import { makeGate, makeTestClock } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

/** A handler that never ends, and when it has begun. */
function endless() {
  const begun = makeGate();
  const reactions = reactionsOf((bot) =>
    bot.on('message.received:text', () => {
      begun.open();
      return new Promise(() => undefined);
    }),
  );
  return { begun: begun.promise, reactions };
}

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
    await works.until(works.answered(20));
    expect(byLane(await works.replies())).toEqual(answersOf(5, 4));
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
    await works.until(works.answered(1_500));
    expect(byLane(await works.replies())).toEqual(answersOf(30, 50));
    expect(await works.store.rows('select count(*)::int as n from events')).toEqual([{ n: 1_500 }]);
    expect(await works.store.rows("select count(*)::int as n from messages where direction = 'in'")).toEqual([
      { n: 1_500 },
    ]);
  });

  test('is one death, however often taking over from it fails', async () => {
    const { begun, reactions } = endless();
    const dead = works.employ({ owner: 'dead', reactions, clock: makeTestClock() });
    await works.deliver([toMessages([{ from: '491', text: 'deadly' }])]);
    dead.worker.wake();
    await begun;
    await die(dead);
    let failures = 3;
    const pool = (db: DatabasePool): DatabasePool => ({
      ...db,
      rows: (asked, values) =>
        asked.name === 'journal_segments' && failures-- > 0
          ? Promise.reject(Object.assign(new Error('x'), { code: '08006' }))
          : db.rows(asked, values),
    });
    const { log, worker } = works.employ({ owner: 'b', reactions, pool });
    await works.until(() => worker.state().pending === 1);
    expect(log.said('journal.batch_failed')).toBe(3);
    expect(await works.store.rows('select deaths from reaction_tasks')).toEqual([{ deaths: 1 }]);
  });

  test('while handling the same event again and again is not killed by it a seventh time', async () => {
    const { begun, reactions } = endless();
    const dead = works.employ({ owner: 'dead', reactions, clock: makeTestClock() });
    await works.deliver([
      toMessages([
        { from: '491', text: 'deadly' },
        { from: '491', text: 'behind' },
        { from: '492', text: 'other' },
      ]),
    ]);
    dead.worker.wake();
    await begun;
    await works.until(async () => (await works.tasks()) === 3, 0);
    await die(dead);
    const next = works.employ({ owner: 'also dead', reactions, clock: makeTestClock() });
    await works.until(() => next.worker.state().pending === 3, 0);
    const deaths = () => works.store.rows('select deaths from reaction_tasks order by position');
    expect(await deaths()).toEqual([{ deaths: 1 }, { deaths: 0 }, { deaths: 1 }]);
    await die(next);
    await works.store.rows(
      'update reaction_tasks set deaths = 6 where position = (select min(position) from reaction_tasks)',
    );
    works.employ({ owner: 'b' });
    await works.until(works.answered(2));
    expect((await works.replies()).map((reply) => reply.text).sort()).toEqual(['re: behind', 're: other']);
    expect((await works.quarantined()).map((row) => row.reason)).toEqual([
      'The process ended several times while this event was being handled.',
    ]);
  });
});

test('A worker that stops in order has not died of what it could not finish', async () => {
  const { begun, reactions } = endless();
  const one = works.employ({ owner: 'one', reactions });
  await works.deliver([toMessages(talk(3, 2))]);
  one.worker.wake();
  await begun;
  works.forget(one);
  await one.end();
  const next = works.employ({ owner: 'next', reactions });
  await works.until(() => next.worker.state().pending === 6);
  expect(await works.store.rows('select distinct deaths from reaction_tasks')).toEqual([{ deaths: 0 }]);
});
