import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePool } from '#kit';
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
    bot.on('message.received:text', (c) => {
      const { body } = c.event.message.content;
      if (body.startsWith('deadly')) {
        isDead = true;
        return end();
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
