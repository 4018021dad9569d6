import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { toReport } from './report.ts';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawProfile } from './world/profile.ts';
import { runWorld } from './world/world.ts';

/** `SEED=7` runs that one, `SEEDS=1000` the first thousand. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 200);
const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n) : [Number(only)];

/** Every second of them, from this one on: test files run beside each other, tests of one file do not. */
export function testWorlds(first: 0 | 1): void {
  const own = seeds.filter((seed) => seed % 2 === first);
  let grounds: Grounds;
  beforeAll(async () => {
    grounds = await openGrounds(inject('postgresUrl'), 3);
  });
  afterAll(() => grounds?.close());

  describe.runIf(own.length > 0)('A world of lost answers, deaths and clocks that jump', () => {
    test.concurrent.each(own)(
      'seed %i: nothing twice, nothing missing, in order, within every budget',
      async (seed) => {
        const outcome = await grounds.lend((ground) => runWorld({ ground, seed, profile: drawProfile(seed) }));
        if (process.env['TRACE']) console.log(outcome.counts, outcome.trace.join('\n'));
        expect(outcome.crimes, toReport(seed, outcome)).toEqual([]);
      },
    );
  });
}
