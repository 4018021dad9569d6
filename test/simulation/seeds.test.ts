import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../packages/server/src/kit/fixtures/rig.ts';
import { drawProfile } from './profile.ts';
import { toReport } from './report.ts';
import { installWatch } from './watch.ts';
import { type Ground, runWorld } from './world.ts';

/** `SEED=7` runs that one, `SEEDS=1000` the first thousand. */
const only = process.env['SEED'];
const count = Number(process.env['SEEDS'] ?? 56);
const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n) : [Number(only)];

let store: Store;
let ground: Ground;

beforeAll(async () => {
  store = await openStore();
  const setup = await store.connect();
  await installWatch(setup);
  ground = { pool: store.pool(1), admin: await store.connect() };
});
afterAll(() => store?.close());

describe('A world of lost answers, deaths and clocks that jump', () => {
  test.each(seeds)('seed %i: nothing twice, nothing missing, in order, within every budget', async (seed) => {
    const outcome = await runWorld({ ground, seed, profile: drawProfile(seed) });
    if (process.env['TRACE']) console.log(outcome.counts, outcome.trace.join('\n'));
    expect(outcome.crimes, toReport(seed, outcome)).toEqual([]);
  });
});
