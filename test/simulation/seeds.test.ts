import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Grounds, openGrounds } from './ground.ts';
import { drawProfile } from './profile.ts';
import { toReport } from './report.ts';
import { runWorld } from './world.ts';

/** `SEED=7` runs that one, `SEEDS=1000` the first thousand. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 56);
const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n) : [Number(only)];

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(3);
});
afterAll(() => grounds?.close());

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
