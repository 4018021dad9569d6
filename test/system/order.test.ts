import { expect, test } from 'vitest';
import { closeBooks, makeCrowd } from '../support/crowd.ts';
import { makeSite } from '../support/site.ts';

const PEOPLE = 500;
const EACH = 20;
const SEED = 20_260_801;

test('10,000 messages of 500 people, with duplicates, shuffled statuses and batches, are answered once and in order', async () => {
  await using crowd = await makeCrowd({
    people: PEOPLE,
    numbers: 20,
    seed: SEED,
    // One POST at a time: what arrives first was written first, so order on the phone can be asserted.
    concurrency: 1,
    batch: { min: 1, max: 100, waitMs: 20 },
    faults: { duplicate: 0.1, reorderStatuses: 0.3, maxDelayMs: 1_000 },
  });
  await using site = await makeSite(crowd.env);
  const wharf = await site.start();
  await crowd.emulator.connect(`${site.url}/webhooks/whatsapp`);

  const startedAt = performance.now();
  crowd.shout(EACH);
  await crowd.answered(site, 60_000);
  console.log(`10,000 answers in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`, crowd.emulator.stats());

  expect(crowd.findWrongs(), `seed ${SEED}`).toEqual([]);
  const books = await closeBooks(site);
  expect(books).toEqual({ received: 10_000, sent: 10_000, states: { read: 10_000 }, quarantined: 0, parked: 0 });
  expect(crowd.emulator.stats()).toMatchObject({ lost: 0, forgedAccepted: 0 });
  const [kept] = await site.rows<{ events: number; distinct: number; marks: number }>(
    `select count(*)::int as events, count(distinct event_id)::int as distinct, (select count(*) from event_marks)::int as marks from events`,
  );
  expect(kept).toEqual({ events: kept?.distinct, distinct: kept?.distinct, marks: kept?.distinct });
  expect(await wharf.stop()).toBe(0);
});
