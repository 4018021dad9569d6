import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePool } from '#kit';
import { replay } from './commands.ts';
import {
  type Employed,
  expireLeases,
  openWorks,
  reactionsOf,
  toMessages,
  type Wire,
  type Works,
} from './fixtures/workers.ts';
import { makeTestClock } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

interface Mortal {
  readonly one: Employed;
  readonly isDead: () => boolean;
}

/** Handlers of a process that ends at once when it meets what is deadly: what it asks for after that reaches nobody. */
function employMortal(owner: string): Mortal {
  let isDead = false;
  const end = (): Promise<never> => new Promise(() => undefined);
  const reactions = reactionsOf((bot) =>
    bot.on('message.received:text', async (c) => {
      const { body } = c.event.message.content;
      if (body.startsWith('deadly')) {
        isDead = true;
        await end();
      }
      c.reply(`re: ${body}`);
    }),
  );
  const pool = (db: DatabasePool): DatabasePool => ({
    ...db,
    rows: (one, values) => (isDead ? end() : db.rows(one, values)),
    run: (one, values) => (isDead ? end() : db.run(one, values)),
    transaction: (work) => (isDead ? end() : db.transaction(work)),
  });
  return { one: works.employ({ owner, reactions, pool, clock: makeTestClock() }), isDead: () => isDead };
}

async function bury({ one }: Mortal): Promise<void> {
  works.forget(one);
  await expireLeases(works);
  await works.store.rows('delete from workers');
}

/** One process after the other, until everything is handled or set aside; how many have died. */
async function countDeaths(): Promise<number> {
  for (let deaths = 0; deaths < 30; deaths++) {
    const mortal = employMortal(`process ${deaths}`);
    const { worker } = mortal.one;
    worker.wake();
    await works.until(async () => mortal.isDead() || ((await works.tasks()) === 0 && worker.state().scan > 0), 0);
    if (!mortal.isDead()) return deaths;
    await bury(mortal);
  }
  return Infinity;
}

const CASES: readonly (readonly [where: string, wires: readonly Wire[]])[] = [
  [
    'in lanes beside it',
    [
      { from: '491', text: 'one' },
      { from: '492', text: 'deadly' },
      { from: '493', text: 'two' },
    ],
  ],
  [
    'before and behind it in its lane',
    [
      { from: '491', text: 'one' },
      { from: '491', text: 'deadly' },
      { from: '491', text: 'two' },
    ],
  ],
  [
    'between two of its kind',
    [
      { from: '491', text: 'deadly' },
      { from: '491', text: 'one' },
      { from: '491', text: 'deadly-too' },
      { from: '492', text: 'two' },
    ],
  ],
];

describe('An event that ends its process is set aside, and not those', () => {
  test.each(CASES)('%s', async (_where, wires) => {
    await works.deliver([toMessages(wires)]);
    const guilty = wires.filter(({ text }) => text.startsWith('deadly'));
    expect(await countDeaths()).toBeLessThanOrEqual(9 * guilty.length);
    expect((await works.replies()).map(({ text }) => text).sort()).toEqual(['re: one', 're: two']);
    const aside = await works.store.rows<{ id: string }>('select event_id as id from quarantine order by position');
    expect(aside.map(({ id }) => id.replace(/.*wamid\.\d+\./, ''))).toEqual(guilty.map(({ text }) => text));
  });
});

// Again when it does not come to its end: on a busy machine the waits of this test miss each other, not yet explained.
test('who is replayed into the lane of a suspect comes behind it, and neither waits for the other for ever', {
  retry: 4,
}, async () => {
  let isMended = false;
  const reactions = reactionsOf((bot) =>
    bot.on('message.received:text', (c) => {
      if (!isMended) throw new Error('not yet');
      c.reply(`re: ${c.event.message.content.body}`);
    }),
  );
  await works.deliver([toMessages(['one', 'two'].map((text) => ({ from: '491', text })))]);
  const before = works.employ({ reactions });
  await works.until(async () => (await works.quarantined()).length === 1);
  works.forget(before);
  await before.end();
  await works.store.rows('update reaction_tasks set deaths = 2, attempts = 1, not_before = null');
  works.employ({ owner: 'b', reactions });
  const attempts = async () =>
    (await works.store.rows<{ attempts: number }>('select attempts from reaction_tasks order by position')).map(
      (task) => task.attempts,
    );
  // The second one has begun; what the first one's replay brings is taken up while that waits for its next run.
  // On a busy machine two runs are over before the first is committed.
  await works.until(async () => ((await attempts())[0] ?? 0) >= 2);
  await replay(works.commands(), (await works.quarantined())[0]?.id ?? '');
  await works.until(async () => (await attempts())[0] === 1);
  isMended = true;
  await works.until(works.answered(2));
  expect((await works.replies()).map(({ text }) => text)).toEqual(['re: two', 're: one']);
});
