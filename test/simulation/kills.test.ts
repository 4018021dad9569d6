import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Grounds, openGrounds } from './world/ground.ts';
import { drawDeadly } from './world/profile.ts';
import { toReport } from './report.ts';
import { runWorld } from './world/world.ts';

/** Worlds, and deaths in each of them: 1,000 together. */
const WORLDS = Number(process.env['KILL_WORLDS'] ?? 10);
const KILLS = 100;
const only = process.env['SEED'];
const seeds = only === undefined ? Array.from({ length: WORLDS }, (_, n) => 10_000 + n) : [Number(only)];

let grounds: Grounds;

beforeAll(async () => {
  grounds = await openGrounds(inject('postgresUrl'), 3);
});
afterAll(() => grounds?.close());

describe('Killed between the acceptance by Meta and its record', () => {
  test.concurrent.each(seeds)('seed %i: 100 times, and nothing that arrived is sent again', async (seed) => {
    const outcome = await grounds.lend((ground) => runWorld({ ground, seed, profile: drawDeadly(seed, KILLS) }));
    if (process.env['TRACE']) console.log(outcome.counts, outcome.trace.join('\n'));
    expect(outcome.crimes, toReport(seed, outcome)).toEqual([]);
    expect(outcome.counts).toMatchObject({ kills: KILLS });
  });
});
