import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFailed, test } from 'vitest';
import { makeChance, toSeed } from '../support/chance.ts';
import { closeBooks, makeCrowd } from '../support/crowd.ts';
import { makeSite } from '../support/site.ts';

const PEOPLE = 200;
const EACH = 25;
const KILLS = 5;

test('Node killed (-9) five times under load: everyone is answered once, in order, nothing is missing', async () => {
  const seed = toSeed();
  onTestFailed(() => console.error(`This was seed ${seed}: repeat it with WHARF_TEST_SEED=${seed}`));
  const chance = makeChance(seed);
  await using crowd = await makeCrowd({
    people: PEOPLE,
    numbers: 10,
    seed,
    batch: { min: 1, max: 100, waitMs: 20 },
    faults: { duplicate: 0.1, reorderStatuses: 0.3, lostAnswer: 0.01, maxDelayMs: 500 },
    retry: { firstMs: 100, maxMs: 500 },
  });
  await using site = await makeSite({ ...crowd.env, WHARF_AMBIGUOUS_SECONDS: '8', WHARF_LEASE_SECONDS: '2' });
  let wharf = await site.start();
  const postmaster = site.postmaster();
  await crowd.emulator.connect(`${site.url}/webhooks/whatsapp`);

  const writing = crowd.converse(EACH, 200_000);
  for (let kill = 0; kill < KILLS; kill++) {
    // A random moment is the point here; nothing is waited for.
    await delay(300 + chance() * 1_500);
    await wharf.kill();
    wharf = await site.start();
    console.log(
      `kill ${kill + 1}: up again after ${Math.round(wharf.readyMs)} ms, ${crowd.arrived} of ${crowd.written} answered`,
    );
  }
  await writing;
  await crowd.answered(site, 60_000);

  expect(crowd.findWrongs()).toEqual([]);
  const books = await closeBooks(site);
  const total = PEOPLE * EACH;
  expect(books).toEqual({ received: total, sent: total, states: { read: total }, quarantined: 0, parked: 0 });
  expect(crowd.emulator.stats()).toMatchObject({ lost: 0, forgedAccepted: 0 });
  expect(site.postmaster(), 'PostgreSQL was adopted, not started anew').toBe(postmaster);
  expect(await wharf.stop()).toBe(0);
});
