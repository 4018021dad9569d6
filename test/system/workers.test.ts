import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../packages/server/src/postgres/index.ts';
import { closeBooks, makeCrowd } from '../support/crowd.ts';
import { makeDataDir, makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';
import type { Wharf } from '../support/wharf.ts';

const PEOPLE = 200;
const EACH = 25;
const THEFTS = 3;
const SHARDS = 256;

/** A PostgreSQL that no Wharf owns, as in an installation of several machines. */
async function makeDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const dataDir = makeDataDir();
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  return {
    url: postgres.url,
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Held {
  readonly owner: string;
  readonly shards: number;
}

/** Owners of shards whose lease runs, and how many they have. */
const readOwners = (site: Site): Promise<Held[]> =>
  site.rows<{ owner: string; shards: number }>(
    `select owner, count(*)::int as shards from leases where name like 'shard/%' and owner is not null and expires_at > now() group by owner`,
  );

const countHeld = async (site: Site, owner: string): Promise<number> =>
  (await readOwners(site)).find((held) => held.owner === owner)?.shards ?? 0;

/** Starts a worker and finds out under which name it leases: the one that was not there before. */
async function startWorker(site: Site): Promise<{ wharf: Wharf; owner: string }> {
  const before = new Set((await readOwners(site)).map((held) => held.owner));
  const wharf = await site.start();
  const found = await until('the worker has its share', async () =>
    (await readOwners(site)).find((held) => !before.has(held.owner) && held.shards > 0),
  );
  return { wharf, owner: found.owner };
}

test('two workers, their leases stolen mid-batch again and again: everyone is answered once, in order', async () => {
  await using database = await makeDatabase();
  await using crowd = await makeCrowd({
    people: PEOPLE,
    numbers: 10,
    seed: 4_001,
    batch: { min: 1, max: 100, waitMs: 20 },
    faults: { duplicate: 0.1, reorderStatuses: 0.3, maxDelayMs: 500 },
    retry: { firstMs: 100, maxMs: 500 },
  });
  const env = { ...crowd.env, DATABASE_URL: database.url, WHARF_LEASE_SECONDS: '2', WHARF_AMBIGUOUS_SECONDS: '20' };
  await using door = await makeSite({ ...env, WHARF_ROLES: 'gateway,api' });
  await using siteA = await makeSite({ ...env, WHARF_ROLES: 'worker' });
  await using siteB = await makeSite({ ...env, WHARF_ROLES: 'worker' });
  const gateway = await door.start();
  const [first, second] = [await startWorker(siteA), await startWorker(siteB)];
  await until('they share the work', async () => (await readOwners(door)).every((held) => held.shards === SHARDS / 2));
  await crowd.emulator.connect(`${door.url}/webhooks/whatsapp`);

  const writing = crowd.converse(EACH, 200_000);
  for (let theft = 0; theft < THEFTS; theft++) {
    const [robbed, thief] = theft % 2 === 0 ? [first, second] : [second, first];
    const arrived = crowd.arrived;
    await until('the load goes on', () => crowd.arrived > arrived + 50);
    robbed.wharf.pause();
    const pausedAt = performance.now();
    // A transaction that was open when the process stopped keeps its rows until PostgreSQL ends it after 30 s.
    await until('its leases are stolen', async () => (await countHeld(door, thief.owner)) === SHARDS, {
      withinMs: 45_000,
    });
    robbed.wharf.resume();
    console.log(
      `theft ${theft + 1}: all stolen after ${Math.round(performance.now() - pausedAt)} ms, ${crowd.arrived} of ${crowd.written} answered`,
    );
    await until('it has a share again', async () => (await countHeld(door, robbed.owner)) > 0);
  }
  await writing;
  await crowd.answered(door, 60_000);

  expect(crowd.findWrongs()).toEqual([]);
  const books = await closeBooks(door);
  const total = PEOPLE * EACH;
  expect(books).toEqual({ received: total, sent: total, states: { read: total }, quarantined: 0, parked: 0 });
  for (const { wharf } of [first, second]) expect(await wharf.stop()).toBe(0);
  expect(await gateway.stop()).toBe(0);
});
