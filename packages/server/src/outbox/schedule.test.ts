import { describe, expect, test } from 'vitest';
import { cancelMessage, expireMessages } from './changes.ts';
import { fail, judgeAlone, outgoing, useRig } from './fixtures/rig.ts';
import type { Judge } from './intake.ts';
import { type Finding, joinFindings } from './policy.ts';
import { CLASS } from './classes.ts';

const rig = useRig('a', 'b', 'c');

const isDone = async () => (await rig.outbox()).length === 0;
const stateOf = async (id: string) => (await rig.row(id))['state'];
const at = (id: string) => rig.wire.calls.find((call) => call.id === id)?.at ?? Number.NaN;

/** Says this about some messages, and lets the others go. */
const judging =
  (about: Readonly<Record<string, () => Finding>>): Judge =>
  async (items, nowMs) => {
    const others = await judgeAlone(items, nowMs);
    const own = items.flatMap(({ id }) => {
      const finding = about[id];
      return finding ? [[id, { verdict: joinFindings([finding()]), category: null }] as const] : [];
    });
    return new Map([...others, ...own]);
  };

describe('a scheduled message', () => {
  test('goes at its time, not before, and within a moment of it', async () => {
    const sendAt = rig.clock.now() + 60_000;
    await rig.put(outgoing('later', 'a', { sendAt }), outgoing('now', 'a'));
    expect(await rig.outbox()).toMatchObject([
      { id: 'later', state: 'scheduled' },
      { id: 'now', state: 'queued' },
    ]);
    await rig.start();
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['now', 'later']);
    expect(at('later') - sendAt).toBeGreaterThanOrEqual(0);
    expect(at('later') - sendAt).toBeLessThan(150);
  });

  test('several to one person go in the order of their times, however they were put', async () => {
    const now = rig.clock.now();
    await rig.put(
      outgoing('third', 'a', { sendAt: now + 9_003 }),
      outgoing('first', 'a', { sendAt: now + 9_001 }),
      outgoing('second', 'a', { sendAt: now + 9_002 }),
    );
    await rig.start();
    await rig.pass(isDone, 200);
    expect(rig.wire.ids()).toEqual(['first', 'second', 'third']);
  });

  test('waits through a restart and a pause of the sender', async () => {
    await rig.put(outgoing('later', 'a', { sendAt: rig.clock.now() + 5_000 }));
    await rig.start();
    await rig.advance(1_000);
    await rig.stopAll();
    rig.clock.advance(60_000);
    expect(rig.wire.ids()).toEqual([]);
    await rig.start();
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['later']);
  });

  test('that was taken back never goes, also when it is in the queue already', async () => {
    await rig.put(outgoing('later', 'a', { sendAt: rig.clock.now() + 60_000 }), outgoing('after', 'a'));
    await rig.start();
    await rig.advance(58_900);
    await rig.advance(100);
    expect(await cancelMessage(rig.store.db, { workspaceId: 'main', id: 'later', nowMs: rig.clock.now() })).toEqual({
      ok: true,
    });
    await rig.advance(120_000);
    expect([rig.wire.ids(), await stateOf('later')]).toEqual([['after'], 'cancelled']);
  });
});

describe('a message whose time is over', () => {
  test('does not go: it has expired, with the reason', async () => {
    rig.wire.say('first', ...Array.from({ length: 99 }, () => fail('throttled', { waitMs: 10_000 })));
    const expiresAt = rig.clock.now() + 25_000;
    await rig.put(outgoing('first', 'a', { expiresAt }), outgoing('second', 'a'));
    await rig.start();
    await rig.pass(isDone, 500);
    expect(rig.wire.ids().filter((id) => id === 'first')).toHaveLength(3);
    expect(await rig.row('first')).toMatchObject({ state: 'expired', reason: expect.stringContaining('too late now') });
    expect(await stateOf('second')).toBe('accepted');
  });

  test.each(['queued', 'retry', 'scheduled'])(
    'and which waits (%s) where nobody sends ends all the same',
    async (state) => {
      const expiresAt = rig.clock.now() + 1_000;
      await rig.put(outgoing('late', 'a', { expiresAt }), outgoing('fine', 'a'));
      await rig.store.rows(
        `update outbox set state = $1, wakes_at = case $1 when 'scheduled' then due_at + interval '1 day' end`,
        [state],
      );
      expect(await expireMessages(rig.store.db, expiresAt - 1)).toBe(0);
      expect(await expireMessages(rig.store.db, expiresAt)).toBe(1);
      expect(await rig.row('late')).toMatchObject({ state: 'expired', reason: expect.stringMatching(/before 20.*Z/) });
      expect((await rig.outbox()).map((row) => row.id)).toEqual(['fine']);
    },
  );

  test.each(['sending', 'ambiguous'])('is not ended while it may be on the wire (%s)', async (state) => {
    await rig.put(outgoing('m1', 'a', { expiresAt: rig.clock.now() }));
    await rig.store.rows('update outbox set state = $1', [state]);
    expect(await expireMessages(rig.store.db, rig.clock.now() + 60_000)).toBe(0);
  });

  test('and whose answer was lost is not sent again', async () => {
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a', { expiresAt: rig.clock.now() + 5_000 }));
    await rig.start();
    await rig.pass(isDone, 500);
    expect(rig.wire.ids()).toEqual(['m1']);
    expect(await rig.row('m1')).toMatchObject({ state: 'failed', reason: expect.stringContaining('not known') });
  });
});

test('thousands whose time is over end in one sweep', async () => {
  const expiresAt = rig.clock.now() + 1_000;
  await rig.put(...Array.from({ length: 2_001 }, (_, n) => outgoing(`m${n}`, 'a', { expiresAt })));
  expect(await expireMessages(rig.store.db, expiresAt)).toBe(2_001);
});

// PostgreSQL then changes a row in place (HOT); one index that names them, and every claim writes all indexes anew.
test('no index of the outbox names what claims, retries and settles change', async () => {
  const indexes = await rig.store.rows<{ definition: string }>(
    `select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'outbox'::regclass`,
  );
  expect(indexes.length).toBeGreaterThan(2);
  expect(indexes.filter(({ definition }) => /\b(state|attempt|epoch|due_at|is_last)\b/.test(definition))).toEqual([]);
});

describe('a message that policy puts off', () => {
  const until = (ms: number, more: Partial<Finding> = {}): (() => Finding) => {
    const end = rig.clock.now() + ms;
    return () => ({
      rule: 'quiet',
      text: 'Not now',
      ...(rig.clock.now() < end ? { effect: 'defer', until: end } : { effect: 'allow' }),
      ...more,
    });
  };

  test('for long makes room for those behind it, and goes when it may, at no attempt', async () => {
    const end = rig.clock.now() + 3_600_000;
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({ judge: judging({ m1: until(3_600_000) }) });
    await rig.pass(async () => (await rig.outbox()).every((row) => row.state === 'scheduled'), 100);
    expect(await rig.row('m1')).toMatchObject({ state: 'scheduled', reason: 'Not now', policy: { verdict: 'defer' } });
    expect(await rig.outbox()).toEqual([{ id: 'm1', state: 'scheduled', attempt: 0 }]);
    await rig.pass(isDone, 10_000);
    expect(rig.wire.ids()).toEqual(['m2', 'm1']);
    expect(at('m1')).toBeGreaterThanOrEqual(end);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', reason: null });
  });

  test('for a moment keeps its place', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({ judge: judging({ m1: until(4_000) }) });
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    expect(at('m2') - at('m1')).toBeLessThan(200);
  });

  describe("by the day's limit of people", () => {
    const campaign = { class: CLASS.campaign };
    const names = Array.from({ length: 12 }, (_, n) => `c${n}`);
    const limitedFor = (ms: number) => {
      const limited = until(ms, { scope: 'class' });
      return judging(Object.fromEntries(names.map((id) => [id, limited])));
    };

    test('waits by itself: those of its class who are counted already go', async () => {
      await rig.put(outgoing('c0', 'a', campaign), outgoing('c1', 'b', campaign), outgoing('known', 'c', campaign));
      await rig.start({ judge: limitedFor(120_000) });
      await rig.advance(1_000);
      await rig.put(outgoing('later', 'c', campaign), outgoing('reply', 'a'));
      await rig.advance(1_000);
      expect(rig.wire.ids()).toEqual(['known', 'reply', 'later']);
      await rig.pass(isDone, 1_000);
      expect(rig.wire.ids()).toEqual(['known', 'reply', 'later', 'c0', 'c1']);
    });

    test('is asked once until its time, also by the next owner, and all come back over a minute', async () => {
      const asked: string[] = [];
      const began = rig.clock.now();
      let n = 0;
      const limited = limitedFor(180_000);
      const more = {
        random: () => (n++ % names.length) / names.length,
        judge: ((items, nowMs) => (asked.push(...items.map(({ id }) => id)), limited(items, nowMs))) as Judge,
      };
      await rig.put(...names.map((id) => outgoing(id, id, campaign)));
      const first = await rig.start(more);
      for (let second = 0; second < 60; second++) await rig.advance(1_000);
      await first.stop();
      await rig.start(more);
      for (let second = 0; second < 110; second++) await rig.advance(1_000);
      expect(asked.toSorted()).toEqual(names.toSorted());
      await rig.pass(isDone, 1_000);
      expect(asked).toHaveLength(names.length * 2);
      const times = names.map(at);
      expect(Math.min(...times) - began).toBeGreaterThanOrEqual(180_000);
      expect(Math.max(...times) - began).toBeLessThan(245_000);
      expect(new Set(times).size).toBe(names.length);
    });
  });

  test.each(['campaign', 'transactional'] as const)(
    "by the day's limit goes soon after it was raised (%s)",
    async (cls) => {
      const tomorrow = until(24 * 3_600_000, { scope: 'class' });
      let isRaised = false;
      const judge: Judge = (items, nowMs) =>
        (isRaised ? judgeAlone : judging({ m1: tomorrow, m2: tomorrow }))(items, nowMs);
      await rig.put(outgoing('m1', 'a', { class: CLASS[cls] }), outgoing('m2', 'b', { class: CLASS[cls] }));
      await rig.start({ judge });
      await rig.pass(async () => (await rig.row('m1'))['reason'] === 'Not now', 100);
      isRaised = true;
      const raisedAt = rig.clock.now();
      await rig.pass(isDone, 10_000);
      expect(at('m2') - raisedAt).toBeLessThan(360_000);
    },
  );

  test('cannot be lost when the policy cannot be asked: what was claimed is put back', async () => {
    let failures = 3;
    const judge: Judge = (items, nowMs) => {
      if (failures-- > 0) throw new Error('Connection terminated unexpectedly');
      return judgeAlone(items, nowMs);
    };
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({ judge });
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    expect(await rig.store.rows('select attempt from attempts')).toEqual([{ attempt: 1 }, { attempt: 1 }]);
  });
});
