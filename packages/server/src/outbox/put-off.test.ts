import { describe, expect, test } from 'vitest';
import { CLASS } from './classes.ts';
import { fail, judgeAlone, outgoing, useRig } from './fixtures/rig.ts';
import { cancelMessage, editMessage, expireMessages } from './changes.ts';
import type { Judge } from './intake.ts';
import { joinFindings } from './policy.ts';
import type { Sender } from './send.ts';

const rig = useRig('a', 'b', 'c');

const campaign = { class: CLASS.campaign };
const isDone = async () => (await rig.outbox()).length === 0;
const at = (id: string) => rig.wire.calls.find((call) => call.id === id)?.at ?? Number.NaN;
const isPutOff = async (id: string) =>
  (await rig.store.rows<{ is_put_off: boolean }>('select is_put_off from outbox where id = $1', [id]))[0]?.is_put_off;

/** A used-up limit of all, until then, for those of whom this is true; `asked` notes who was asked about. */
function limiting(untilMs: number, isMeant: (id: string) => boolean, asked: string[] = []): Judge {
  return async (items, nowMs) => {
    asked.push(...items.map(({ id }) => id));
    const others = await judgeAlone(items, nowMs);
    const own = items.flatMap(({ id }) => {
      if (!isMeant(id) || nowMs >= untilMs) return [];
      const finding = { rule: 'tier', effect: 'defer', text: 'Used up', scope: 'class', until: untilMs } as const;
      return [[id, { verdict: joinFindings([finding]), category: null }] as const];
    });
    return new Map([...others, ...own]);
  };
}
const isLimited = (id: string) => id.startsWith('x');

describe('thousands whom a used-up limit puts off', () => {
  const COUNT = 5_200;
  const crowd = Array.from({ length: COUNT }, (_, n) => outgoing(`x${n}`, `p${n}`, campaign));

  test('leave the memory: who may go goes, however late they came; and they are asked about in turn', async () => {
    await rig.put(...crowd);
    await rig.put(outgoing('fine', 'a', campaign));
    const asked: string[] = [];
    const began = rig.clock.now();
    const channel = { id: 'chn_1', workspaceId: 'main', provider: 'meta', perSecond: 1_000, wire: rig.wire } as const;
    const sender = await rig.start({
      channel,
      judge: limiting(began + 24 * 3_600_000, isLimited, asked),
      random: Math.random,
    });
    await rig.pass(() => rig.wire.calls.length > 0, 200);
    await rig.pass(async () => asked.length > COUNT, 200);
    await rig.advance(2_000);
    expect([rig.wire.ids(), sender.waiting < 200]).toEqual([['fine'], true]);
    const sooner = asked.length;
    await rig.put(outgoing('later', 'b', campaign));
    await rig.advance(1_000);
    await rig.advance(1_000);
    expect(rig.wire.ids()).toEqual(['fine', 'later']);
    // One who was put off first is asked about five minutes later at the earliest, and all of them in no hurry.
    for (let n = 0; n < 40; n++) await rig.advance(10_000);
    const again = asked.length - sooner;
    expect([again > 500, again < 50 * 400]).toEqual([true, true]);
  });
});

describe('somebody who is put off', () => {
  const put = async (sender: Sender, ...ids: string[]) =>
    sender.offer(await rig.put(...ids.map((id) => outgoing(id, 'a', campaign))));
  const start = (untilMs: number) => rig.start({ judge: limiting(untilMs, isLimited), random: () => 0 });

  test('is passed by nobody of the lane: stored before, offered since, stored elsewhere, over a new owner', async () => {
    const until = rig.clock.now() + 200_000;
    await rig.put(outgoing('x1', 'a', campaign), outgoing('m2', 'a', campaign), outgoing('other', 'b', campaign));
    const first = await start(until);
    await put(first, 'm3');
    await rig.pass(async () => (await isPutOff('m3')) === true, 500);
    expect([await isPutOff('x1'), await isPutOff('m2'), first.waiting]).toEqual([true, true, 0]);
    await put(first, 'm4');
    await rig.advance(1_000);
    await rig.put(outgoing('m5', 'a', campaign), outgoing('reply', 'a'));
    await rig.advance(2_000);
    expect(rig.wire.ids()).toEqual(['other', 'reply']);
    await first.stop();
    const second = await start(until);
    await put(second, 'm6');
    await rig.advance(2_000);
    await put(second, 'm7');
    await rig.advance(2_000);
    expect(rig.wire.ids()).toEqual(['other', 'reply']);
    await rig.pass(isDone, 500);
    expect(rig.wire.ids()).toEqual(['other', 'reply', 'x1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']);
    expect(at('x1')).toBeGreaterThanOrEqual(until);
    expect(at('x1') - until).toBeLessThan(1_500);
    expect(at('m7') - at('x1')).toBeLessThan(3_000);
  });

  test('again, and again, is passed by nobody either', async () => {
    const until = rig.clock.now() + 2_000_000;
    await rig.put(outgoing('x1', 'a', campaign));
    const sender = await start(until);
    for (let n = 2; n < 40; n++) {
      await put(sender, `m${n}`);
      for (let step = 0; step < 5; step++) await rig.advance(7_777);
      expect(rig.wire.ids()).toEqual([]);
    }
    await rig.pass(isDone, 2_000);
    expect(rig.wire.ids()).toEqual(['x1', ...Array.from({ length: 38 }, (_, n) => `m${n + 2}`)]);
  });

  test.each<[string, (nowMs: number) => Promise<unknown>]>([
    ['is taken back', (nowMs) => cancelMessage(rig.store.db, { workspaceId: 'main', id: 'x1', nowMs })],
    [
      'is moved to next week',
      (nowMs) =>
        editMessage(rig.store.db, {
          workspaceId: 'main',
          id: 'x1',
          nowMs,
          sendAt: { at: nowMs + 7 * 86_400_000, expiresAt: nowMs + 8 * 86_400_000 },
        }),
    ],
    [
      'expires',
      async (nowMs) => {
        await rig.store.rows(`update outbox set expires_at = to_timestamp($1::float8 / 1000) where id = 'x1'`, [nowMs]);
        return expireMessages(rig.store.db, nowMs);
      },
    ],
  ])('and %s frees those behind at once', async (_, end) => {
    await rig.put(outgoing('x1', 'a', campaign), outgoing('m2', 'a', campaign), outgoing('m3', 'a', campaign));
    const sender = await start(rig.clock.now() + 86_400_000);
    await rig.pass(async () => (await isPutOff('m3')) === true, 500);
    await end(rig.clock.now());
    sender.wake();
    for (let n = 0; n < 4; n++) await rig.advance(1_000);
    expect(rig.wire.ids()).toEqual(['m2', 'm3']);
  });

  test('is honoured at once when somebody has it go now: those behind follow', async () => {
    let isUp = true;
    const limited = limiting(rig.clock.now() + 3_600_000, isLimited);
    const judge: Judge = (items, nowMs) => (isUp ? limited : judgeAlone)(items, nowMs);
    await rig.put(outgoing('x1', 'a', campaign), outgoing('m2', 'a', campaign));
    const sender = await rig.start({ judge, random: () => 0 });
    await rig.pass(async () => (await isPutOff('m2')) === true, 500);
    isUp = false;
    const nowMs = rig.clock.now();
    await editMessage(rig.store.db, {
      workspaceId: 'main',
      id: 'x1',
      nowMs,
      sendAt: { at: nowMs, expiresAt: nowMs + 3_600_000 },
    });
    await rig.advance(100);
    sender.wake();
    await rig.advance(10);
    expect(rig.wire.ids()).toEqual(['x1', 'm2']);
  });
});

describe('a scheduled message that is to go now instead', () => {
  const goNow = (nowMs: number) =>
    editMessage(rig.store.db, {
      workspaceId: 'main',
      id: 'm1',
      nowMs,
      sendAt: { at: nowMs, expiresAt: nowMs + 3_600_000 },
    });

  test.each([0, 50, 99])(
    'goes within a tenth of a second, and is not passed, %i ms after the table was looked at',
    async (ms) => {
      const sendAt = rig.clock.now() + 3_600_000;
      await rig.put(outgoing('m1', 'a', { sendAt }));
      const sender = await rig.start();
      await rig.advance(1_000);
      await rig.advance(ms);
      const began = rig.clock.now();
      await goNow(began);
      sender.wake();
      await rig.quiet();
      sender.offer(await rig.put(outgoing('m2', 'a')));
      await rig.pass(isDone, 10);
      expect(rig.wire.ids()).toEqual(['m1', 'm2']);
      expect(at('m1') - began).toBeLessThanOrEqual(110);
    },
  );
});

test('what the provider asks us to wait for, for ten minutes, keeps its place and takes no memory', async () => {
  rig.wire.say('m1', fail('transient', { waitMs: 600_000 }));
  await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
  const sender = await rig.start();
  for (let n = 0; n < 3; n++) await rig.advance(1_000);
  expect([sender.waiting, await isPutOff('m1'), await isPutOff('m2')]).toEqual([0, true, true]);
  expect(await rig.row('m1')).toMatchObject({ state: 'retry' });
  await rig.pass(isDone, 1_000);
  expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
  const [first, second] = rig.wire.calls;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(600_000);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(602_500);
});
