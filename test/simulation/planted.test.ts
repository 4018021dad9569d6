import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Statement, statement } from '../../packages/server/src/kit/index.ts';
import type { Clock } from '../../packages/server/src/kit/index.ts';
import type { Gate } from '../../packages/server/src/outbox/gate.ts';
import type { NumberPace } from '../../packages/server/src/outbox/number-pace.ts';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawProfile } from './world/profile.ts';
import { runWorld, type WorldOptions } from './world/world.ts';

/** What cannot be planted from outside: the gate is made deep inside a sender. */
const planted = vi.hoisted(() => ({ gate: false, pairs: false }));

vi.mock('../../packages/server/src/outbox/gate.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/outbox/gate.ts')>();
  return {
    makeGate: (clock: Clock, pace: NumberPace) =>
      planted.gate ? makeOpenGate(clock, pace) : real.makeGate(clock, pace),
  };
});

vi.mock('../../packages/server/src/outbox/pair-pace.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/outbox/pair-pace.ts')>();
  const makePairPace: typeof real.makePairPace = (startedAt) => {
    const pairs = real.makePairPace(startedAt);
    return planted.pairs ? { ...pairs, wait: () => 0 } : pairs;
  };
  return { ...real, makePairPace };
});

/** Asked how many to pick, it says so; whoever was picked leaves at once, whenever the claim has come back. */
function makeOpenGate(clock: Clock, pace: NumberPace): Gate {
  let isClosed = false;
  return {
    pass() {
      pace.take(clock.elapsed());
      return Promise.resolve(!isClosed);
    },
    room() {
      const room = pace.room(50, clock.elapsed());
      return { messages: room, replies: room };
    },
    wait: () => Math.max(1, pace.wait(clock.elapsed()) - 50),
    waiting: 0,
    close: () => void (isClosed = true),
  };
}

const FENCE = 'where (l.name, l.epoch) in (select lease, epoch from asked) order by l.name for share';

const instead =
  (name: string, change: (text: string) => string | null) =>
  (one: Statement): Statement | null => {
    if (one.name !== name) return one;
    const text = change(one.text);
    if (text === one.text) throw new Error(`${name} is not what the planted bug was made for`);
    return text === null ? null : statement(`${name}_planted`, text);
  };

const unfenced = instead('outbox_claim', (text) =>
  text.replace(
    `select l.name, l.epoch from leases l\n            ${FENCE}`,
    'select lease as name, min(epoch) as epoch from asked group by lease',
  ),
);

/** Seeds in which one person is sent more at once than a pair may get. */
const FLOODED = [16, 9];

type Bug = NonNullable<WorldOptions['planted']> & { readonly gate?: boolean; readonly pairs?: boolean };

/** Each with the seeds to look at, and what the oracle says then. */
const BUGS: readonly (readonly [name: string, bug: Bug, seeds: readonly number[], says: RegExp])[] = [
  ['a lost answer is resent at once', { resendsAtOnce: true }, [2, 3, 5, 6], /arrived \d times|was accepted \d times/],
  [
    'claims are not fenced, and leases never end',
    { ignoresLeases: true, mutate: unfenced },
    [11, 1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14],
    /^I9|^I6|overtook/,
  ],
  ['the pace is kept at the pick, not at the gate', { gate: true }, [0, 1, 2, 3, 5, 6, 7], /^I6/],
  [
    'outcomes are forgotten',
    { mutate: instead('outbox_settle', () => null) },
    [1, 2, 3, 5, 6, 7],
    /came to an end|still in the outbox/,
  ],
  ['evidence is forgotten', { mutate: instead('outbox_evidence', () => null) }, [1, 2, 3, 5, 6, 7], /arrived/],
  ['the pace of a pair is not kept', { pairs: true }, FLOODED, /than a pair may get/],
  ['the messaging limit is not counted', { ignoresTier: true }, [4, 12, 20], /people were written to first/],
];

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(inject('postgresUrl'), 1);
});
afterAll(() => grounds?.close());
afterEach(() => {
  planted.gate = false;
  planted.pairs = false;
});

describe('The oracle finds what is planted:', () => {
  test.each(BUGS)('%s', async (_name, bug, seeds, says) => {
    planted.gate = bug.gate ?? false;
    planted.pairs = bug.pairs ?? false;
    const found: string[] = [];
    for (const seed of seeds) {
      const { crimes, counts } = await grounds.lend((ground) =>
        runWorld({ ground, seed, profile: drawProfile(seed), planted: bug }),
      );
      if (process.env['TRACE']) console.log(_name, seed, counts, crimes.slice(0, 6));
      found.push(...crimes);
      if (found.some((crime) => says.test(crime))) break;
    }
    expect(found).toContainEqual(expect.stringMatching(says));
  });
});
