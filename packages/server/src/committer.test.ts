import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePool } from '#kit';
import { openWorks, reactionsOf, toMessages, type Works } from './fixtures/workers.ts';
import { makeGate } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

describe('Results, beside the walk', () => {
  test('an answer does not wait for a walk that takes long', async () => {
    const [handler, walk] = [makeGate(), makeGate()];
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', async (c) => {
        if (c.event.lane === '491') await handler.promise;
        c.reply(`re: ${c.event.message.content.body}`);
      }),
    );
    let isSlow = false;
    let walking = 0;
    const pool = (db: DatabasePool): DatabasePool => ({
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          const done = await work(tx);
          if (isSlow && walking++ === 0) await walk.promise;
          return done;
        }),
    });
    works.employ({ reactions, pool });
    await works.deliver([toMessages([{ from: '491', text: 'first' }])]);
    await works.until(async () => (await works.tasks()) === 1);
    isSlow = true;
    await works.deliver([toMessages([{ from: '492', text: 'second' }])]);
    await works.until(() => walking === 1);
    handler.open();
    await works.until(async () => (await works.replies()).length === 1, 5);
    expect(await works.replies()).toEqual([{ lane: '491', text: 're: first' }]);
    walk.open();
    await works.until(async () => (await works.replies()).length === 2);
  });

  test('when the answer to a commit was lost the senders read the table: nobody else knows what is in it', async () => {
    let commits = 0;
    const pool = (db: DatabasePool): DatabasePool => ({
      ...db,
      async transaction(work) {
        const done = await db.transaction(work);
        // The first is the walk.
        if (++commits === 2) throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
        return done;
      },
    });
    const { told, log } = works.employ({ pool });
    await works.deliver([toMessages([{ from: '491', text: 'one' }])]);
    await works.until(() => log.said('journal.batch_failed') === 1 && told.length === 2);
    await works.deliver([toMessages([{ from: '491', text: 'two' }])]);
    await works.until(() => told.length === 3);
    expect(told).toEqual(['recheck', 'recheck', 'offer 1']);
    expect(await works.replies()).toMatchObject([{ text: 're: one' }, { text: 're: two' }]);
  });
});
