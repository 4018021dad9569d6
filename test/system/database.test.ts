import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { closeBooks, type Crowd, makeCrowd } from '../support/crowd.ts';
import { freezePostgres, thawPostgres } from '../support/postgres-signals.ts';
import { makeProbe, type Probe } from '../support/probe.ts';
import { makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';

const PEOPLE = 200;
const EACH = 20;
const OUTAGE_MS = 5_000;
/** A commit that takes 2 s is not waited for (and some for a busy machine): then Wharf says 503 at once. */
const KNOWN_WITHIN_MS = 4_000;

interface Scene extends AsyncDisposable {
  readonly crowd: Crowd;
  readonly site: Site;
  readonly probe: Probe;
  readonly postmaster: number;
}

async function makeScene(seed: number): Promise<Scene> {
  const crowd = await makeCrowd({
    people: PEOPLE,
    numbers: 10,
    seed,
    batch: { min: 1, max: 100, waitMs: 20 },
    faults: { duplicate: 0.1, reorderStatuses: 0.3, maxDelayMs: 500 },
    retry: { firstMs: 100, maxMs: 500 },
  });
  const site = await makeSite({ ...crowd.env, WHARF_AMBIGUOUS_SECONDS: '8', WHARF_LEASE_SECONDS: '2' });
  await site.start();
  await crowd.emulator.connect(`${site.url}/webhooks/whatsapp`);
  const probe = makeProbe(site, crowd.env['WHATSAPP_APP_SECRET'] ?? '', 20_000);
  const postmaster = await until('PostgreSQL runs', () => site.postmaster());
  return {
    crowd,
    site,
    probe,
    postmaster,
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await crowd[Symbol.asyncDispose]();
    },
  };
}

/** The crowd has begun to be answered, and is far from done. */
const underLoad = (crowd: Crowd) => until('the load is on', () => crowd.arrived > PEOPLE);

async function expectAllWell({ crowd, site, probe }: Scene, writing: Promise<void>): Promise<void> {
  await writing;
  await crowd.answered(site, 60_000);
  expect(crowd.findWrongs()).toEqual([]);
  expect(await probe.findLost(), 'answered 200 and not stored').toEqual([]);
  expect(probe.all.map((probed) => probed.status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
  // What the probes are about never was, so they stay parked.
  await site.rows(`delete from parked where target = 'wamid.NONE'`);
  const books = await closeBooks(site);
  const total = PEOPLE * EACH;
  expect(books).toMatchObject({ sent: total, states: { read: total }, quarantined: 0, parked: 0 });
  expect(crowd.emulator.stats()).toMatchObject({ lost: 0 });
}

test('PostgreSQL hangs for 5 s under load: 503 meanwhile, recovery by itself, everyone answered once', async () => {
  await using scene = await makeScene(3_001);
  const { crowd, site, probe, postmaster } = scene;
  const writing = crowd.converse(EACH, 120_000);
  await underLoad(crowd);
  expect(await probe.once()).toMatchObject({ status: 200 });

  const frozenAt = performance.now();
  freezePostgres(postmaster);
  const early = [probe.once(), probe.once()];
  const refused = await until(
    'it is refused',
    async () => {
      // Those sent before the outage is known hang until it is over: they are not waited for.
      const sent = probe.once();
      const answer = await Promise.race([sent, delay(250)]);
      return answer?.status === 503 ? answer : null;
    },
    { withinMs: 10_000, everyMs: 250 },
  );
  const knownMs = performance.now() - frozenAt;
  expect(refused.retryAfter).toBe('5');
  expect(refused.tookMs).toBeLessThan(250);
  expect(knownMs).toBeLessThan(KNOWN_WITHIN_MS);
  await delay(Math.max(0, OUTAGE_MS - knownMs));
  expect(await probe.once()).toMatchObject({ status: 503, retryAfter: '5' });
  thawPostgres(postmaster);

  const thawedAt = performance.now();
  await until('it is taken again', async () => (await probe.once()).status === 200);
  console.log(
    `refused after ${Math.round(knownMs)} ms, taken again ${Math.round(performance.now() - thawedAt)} ms after the outage`,
  );
  await Promise.all(early);
  await expectAllWell(scene, writing);
  expect(site.postmaster()).toBe(postmaster);
});

test('the postmaster is killed (-9) under load: 503 meanwhile, a new one by itself, everyone answered once', async () => {
  await using scene = await makeScene(3_002);
  const { crowd, site, probe, postmaster } = scene;
  const writing = crowd.converse(EACH, 120_000);
  await underLoad(crowd);

  process.kill(postmaster, 'SIGKILL');
  const killedAt = performance.now();
  const refused = await until(
    'it is refused',
    async () => {
      const answer = await probe.once();
      return answer.status === 503 ? answer : null;
    },
    { everyMs: 1 },
  );
  expect(refused.retryAfter).toBe('5');
  await until('it is taken again', async () => (await probe.once()).status === 200);
  console.log(`taken again ${Math.round(performance.now() - killedAt)} ms after the kill`);
  expect(site.postmaster()).not.toBe(postmaster);
  await expectAllWell(scene, writing);
});
