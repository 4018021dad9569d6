import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Clock } from '../../packages/server/src/kit/index.ts';
import type { Gate } from '../../packages/server/src/outbox/gate.ts';
import type { NumberPace } from '../../packages/server/src/outbox/number-pace.ts';
import { BUGS, type Module } from './bugs.ts';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawProfile } from './world/profile.ts';
import { runWorld } from './world/world.ts';

/** What cannot be planted from outside, because it is made deep inside: the modules that a bug replaces. */
const planted = vi.hoisted(() => ({ modules: new Set<string>() }));
const has = (module: Module): boolean => planted.modules.has(module);

vi.mock('../../packages/server/src/outbox/gate.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/outbox/gate.ts')>();
  return {
    makeGate: (clock: Clock, pace: NumberPace) =>
      has('gate') ? makeOpenGate(clock, pace) : real.makeGate(clock, pace),
  };
});

vi.mock('../../packages/server/src/outbox/pair-pace.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/outbox/pair-pace.ts')>();
  const makePairPace: typeof real.makePairPace = (startedAt) => {
    const pairs = real.makePairPace(startedAt);
    return has('pairs') ? { ...pairs, wait: () => 0 } : pairs;
  };
  return { ...real, makePairPace };
});

vi.mock('../../packages/server/src/reactions/lanes.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/reactions/lanes.ts')>();
  const makeLanes: typeof real.makeLanes = (options) => {
    const lanes = real.makeLanes(options);
    if (!has('lanes')) return lanes;
    return {
      ...lanes,
      add: (tasks) => lanes.add(tasks.map((task) => ({ ...task, lane: `${task.lane}#${task.position}` }))),
      take: () =>
        lanes
          .take()
          .map((result) => ({ ...result, task: { ...result.task, lane: result.task.lane.replace(/#.*/, '') } })),
      get pending() {
        return lanes.pending;
      },
      get hasResults() {
        return lanes.hasResults;
      },
    };
  };
  return { ...real, makeLanes };
});

vi.mock('../../packages/server/src/journal/aside.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/journal/aside.ts')>();
  const makeAside: typeof real.makeAside = (options) => {
    const aside = real.makeAside(options);
    if (!has('aside')) return aside;
    return { add: (rows, scan) => aside.add(rows, scan), quiet: () => Promise.resolve() };
  };
  return { ...real, makeAside };
});

vi.mock('../../packages/server/src/poison.ts', async (original) => {
  const real = await original<typeof import('../../packages/server/src/poison.ts')>();
  const makeSieve: typeof real.makeSieve = (options) => (has('sieve') ? options.commit : real.makeSieve(options));
  return { ...real, makeSieve };
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

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(inject('postgresUrl'), 1);
});
afterAll(() => grounds?.close());
afterEach(() => planted.modules.clear());

describe('The oracle finds what is planted:', () => {
  test.each(BUGS)('$name', async ({ name, bugs = {}, module, seeds, says }) => {
    if (module) planted.modules.add(module);
    const found: string[] = [];
    for (const seed of seeds) {
      const { crimes, counts } = await grounds.lend((ground) =>
        runWorld({ ground, seed, profile: drawProfile(seed), planted: bugs }),
      );
      if (process.env['TRACE']) console.log(name, seed, counts, crimes.slice(0, 6));
      found.push(...crimes);
      if (found.some((crime) => says.test(crime))) break;
    }
    expect(found).toContainEqual(expect.stringMatching(says));
  });
});
