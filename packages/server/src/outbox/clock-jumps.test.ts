import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clear, fail, openRig, outgoing, type Rig } from './fixtures/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(async () => {
  await rig.stopAll();
  await rig.store.close();
});
beforeEach(async () => {
  await clear(rig);
  await rig.talk('a');
});

const HOUR_MS = 3_600_000;
const rest = async (seconds: number) => {
  for (let n = 0; n < seconds; n++) await rig.advance(1_000);
};
const isAmbiguous = async () => (await rig.row('m1'))['state'] === 'ambiguous';

test.each([-HOUR_MS, HOUR_MS])('the table is read on when the wall clock is set by %d ms', async (byMs) => {
  await rig.start();
  await rest(3);
  rig.clock.jump(byMs);
  await rig.put(outgoing('m1', 'a'));
  await rest(5);
  expect(rig.wire.ids()).toEqual(['m1']);
});

test.each([-HOUR_MS, HOUR_MS])('the grace of a lost answer is as long when the clock is set by %d ms', async (byMs) => {
  const progress = { stored: 9, handled: 3 };
  rig.wire.say('m1', fail('ambiguous'));
  await rig.put(outgoing('m1', 'a'));
  await rig.start({ readProgress: async () => progress });
  await rig.pass(isAmbiguous, 100);
  await rest(3);
  rig.clock.jump(byMs);
  progress.handled = 9;
  await rest(9);
  expect(rig.wire.ids()).toEqual(['m1']);
  await rest(5);
  expect(rig.wire.ids()).toEqual(['m1', 'm1']);
});
