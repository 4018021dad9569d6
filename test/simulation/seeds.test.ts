import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawProfile, type Profile } from './world/profile.ts';
import { toReport } from './report.ts';
import { runWorld } from './world/world.ts';

/** `SEED=7` runs that one, `SEEDS=1000` the first thousand. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 200);
const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n) : [Number(only)];

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(inject('postgresUrl'), 3);
});
afterAll(() => grounds?.close());

/** A storm, fair weather, a small messaging limit, a long world, one whose leases are stolen: the first of each. */
const KINDS: readonly (readonly [kind: string, isWanted: (profile: Profile) => boolean])[] = [
  ['a storm', ({ weather, isSplit }) => weather === 'storm' && isSplit],
  ['fair weather', ({ weather }) => weather === 'calm'],
  ['a small messaging limit', ({ weather }) => weather === 'tier'],
  ['nine days', ({ isLong }) => isLong],
  ['stolen leases', ({ thefts }) => thefts.length > 1],
  ['an event that kills', ({ trouble }) => trouble.deadly > 0],
];

function findSeed(isWanted: (profile: Profile) => boolean): number {
  for (let seed = 0; ; seed++) if (isWanted(drawProfile(seed))) return seed;
}

describe.runIf(only === undefined)('The same seed makes the same world, line by line:', () => {
  test.each(KINDS)('%s', async (_kind, isWanted) => {
    const seed = findSeed(isWanted);
    const run = () => grounds.lend((ground) => runWorld({ ground, seed, profile: drawProfile(seed) }));
    const [first, second] = await Promise.all([run(), run()]);
    expect(first.trace.length).toBeGreaterThan(50);
    expect(second).toEqual(first);
  });
});

describe('A world of lost answers, deaths and clocks that jump', () => {
  test.concurrent.each(seeds)(
    'seed %i: nothing twice, nothing missing, in order, within every budget',
    async (seed) => {
      const outcome = await grounds.lend((ground) => runWorld({ ground, seed, profile: drawProfile(seed) }));
      if (process.env['TRACE']) console.log(outcome.counts, outcome.trace.join('\n'));
      expect(outcome.crimes, toReport(seed, outcome)).toEqual([]);
    },
  );
});
