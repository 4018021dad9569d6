import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawProfile } from './world/profile.ts';
import { toReport } from './report.ts';
import { runWorld } from './world/world.ts';

/** `SEED=7` runs that one, `SEEDS=1000` the first thousand. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 50);
const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n) : [Number(only)];

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(inject('postgresUrl'), 3);
});
afterAll(() => grounds?.close());

test.runIf(only === undefined)('The same seed makes the same world', async () => {
  const run = () => grounds.lend((ground) => runWorld({ ground, seed: 9, profile: drawProfile(9) }));
  const [first, second] = await Promise.all([run(), run()]);
  expect(first.trace.length).toBeGreaterThan(50);
  expect(second).toEqual(first);
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
