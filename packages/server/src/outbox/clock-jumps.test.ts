import { describe, expect, test } from 'vitest';
import { fail, outgoing, useRig } from './fixtures/rig.ts';
import type { Judge } from './intake.ts';
import { joinFindings } from './policy.ts';

const rig = useRig('a');

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
  const progress = { stored: 9, handled: 3, openMs: Infinity };
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

describe('when the wall clock is set', () => {
  test.each<[string, number, 'transient' | 'throttled']>([
    ['back', -HOUR_MS, 'transient'],
    ['back', -HOUR_MS, 'throttled'],
    ['ahead', HOUR_MS, 'throttled'],
  ])('%s by %d ms, what failed for a moment (%s) waits no longer and no shorter', async (_name, byMs, kind) => {
    rig.wire.say('m1', fail(kind, { waitMs: 8_000 }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    await rest(2);
    rig.clock.jump(byMs);
    await rest(4);
    expect(rig.wire.ids()).toEqual(['m1']);
    await rest(8);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
  });

  test('back, what failed before and is read from the table waits no longer than the longest backoff', async () => {
    rig.wire.say('m1', fail('transient', { waitMs: 8_000 }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    await rest(2);
    await rig.stopAll();
    rig.clock.jump(-HOUR_MS);
    await rig.start();
    await rest(62);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
  });

  test('back, what the policy has put off until later is not sent sooner', async () => {
    const until = rig.clock.now() + HOUR_MS;
    const judge: Judge = async (items, nowMs) => {
      const finding = { rule: 'tier', text: 'Used up', scope: 'class', until } as const;
      const effect = nowMs < until ? 'defer' : 'allow';
      return new Map(items.map(({ id }) => [id, { verdict: joinFindings([{ ...finding, effect }]), category: null }]));
    };
    await rig.put(outgoing('m1', 'a'));
    await rig.start({ judge });
    await rest(2);
    rig.clock.jump(-HOUR_MS);
    await rig.stopAll();
    await rig.start({ judge });
    const isSent = () => rig.wire.calls.length > 0;
    await rig.pass(isSent, 10_000);
    expect(rig.clock.now()).toBeGreaterThanOrEqual(until);
  });

  test('back, what was queued before is not taken for something to come', async () => {
    await rig.put(outgoing('m1', 'a'));
    rig.clock.jump(-HOUR_MS);
    await rig.start();
    await rest(3);
    expect(rig.wire.ids()).toEqual(['m1']);
  });
});
