import { describe, expect, test } from 'vitest';
import { fail, outgoing, readMark, text, useRig } from './fixtures/rig.ts';
import { CLASS } from './classes.ts';

const rig = useRig('a', 'b', 'c');

const sent = (id: string) => rig.wire.ids().filter((other) => other === id).length;
const isSent =
  (...ids: string[]) =>
  () =>
    ids.every((id) => sent(id) > 0);
const isDone = async () => (await rig.outbox()).length === 0;
const attempts = (id: string) =>
  rig.store.rows('select attempt, outcome, code, detail from attempts where message_id = $1 order by attempt', [id]);

describe('a message', () => {
  test('that is accepted has its WhatsApp id, its attempt and its reasons, and leaves the outbox', async () => {
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(rig.wire.calls).toMatchObject([{ id: 'm1', to: { to: 'a' } }]);
    expect(await rig.row('m1')).toMatchObject({
      state: 'accepted',
      rank: 1,
      whatsapp_id: 'wamid.m1.1',
      policy: {
        verdict: 'allow',
        reasons: [{ rule: 'window', effect: 'allow', text: expect.stringContaining('window is open') }],
      },
    });
    expect(await attempts('m1')).toEqual([{ attempt: 1, outcome: 'accepted', code: null, detail: null }]);
    expect(rig.outcomes).toEqual(['accepted']);
  });

  test('put while the sender rests goes as soon as it is woken, and within a second unasked', async () => {
    const sender = await rig.start();
    await rig.advance(1_000);
    await rig.put(outgoing('m1', 'a'));
    sender.wake();
    await rig.quiet();
    expect(rig.wire.ids()).toEqual(['m1']);
    await rig.put(outgoing('m2', 'b'));
    await rig.advance(1_000);
    await rig.quiet();
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
  });

  test('that policy denies is blocked with its reasons, and never reaches the wire', async () => {
    await rig.store.rows(`update conversations set last_inbound_at = null where id = 'cnv_b'`);
    await rig.store.rows(`update conversations set owner = 'person' where id = 'cnv_c'`);
    await rig.put(outgoing('closed', 'b', { origin: 'api' }), outgoing('talked over', 'c'), outgoing('fine', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(rig.wire.ids()).toEqual(['fine']);
    expect(await rig.row('closed')).toMatchObject({
      state: 'blocked',
      reason: expect.stringContaining('only a template'),
      policy: { verdict: 'deny' },
    });
    expect(await rig.row('talked over')).toMatchObject({
      state: 'blocked',
      reason: expect.stringContaining('belongs to a person'),
    });
    expect(await attempts('closed')).toEqual([]);
  });

  test('that is refused for good fails with what the user should read', async () => {
    rig.wire.say(
      'm1',
      fail('permanent', {
        code: 131026,
        advice: 'Not on WhatsApp.',
        error: { code: 131026, title: 'Undeliverable\u0000' },
        traceId: 'T1',
      }),
    );
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(await rig.row('m1')).toMatchObject({
      state: 'failed',
      rank: 3,
      reason: 'Not on WhatsApp.',
      error: { code: 131026, title: 'Undeliverable\ufffd' },
    });
    expect((await rig.row('m1'))['failed_at']).toBeInstanceOf(Date);
    expect(await attempts('m1')).toEqual([
      { attempt: 1, outcome: 'permanent', code: 131026, detail: 'Not on WhatsApp.' },
    ]);
  });

  test.each([1e300, 1.5, 2 ** 40])(
    'with an answer whose code is garbage (%d) is settled all the same',
    async (code) => {
      rig.wire.say('m1', fail('permanent', { code }));
      await rig.put(outgoing('m1', 'a'));
      await rig.start();
      await rig.pass(isDone);
      expect(await attempts('m1')).toMatchObject([{ outcome: 'permanent', code: null }]);
    },
  );
});

describe('a throttle', () => {
  test('costs no attempt, however often, and slows the number', async () => {
    const refused = fail('throttled', { scope: 'number', waitMs: 5_000 });
    rig.wire.say('m1', ...Array.from({ length: 9 }, () => refused));
    await rig.put(outgoing('m1', 'a'));
    const sender = await rig.start();
    await rig.pass(isSent('m1'));
    const at = rig.clock.now();
    await rig.put(outgoing('m2', 'b'));
    sender.wake();
    await rig.pass(isSent('m2'), 100);
    expect(rig.clock.now() - at).toBeGreaterThanOrEqual(5_000);
    await rig.pass(isDone);
    expect(sent('m1')).toBe(10);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', reason: null });
    expect(await attempts('m1')).toMatchObject([{ attempt: 1, outcome: 'accepted' }]);
  });

  test('of a pair slows that pair only', async () => {
    rig.wire.say('m1', fail('throttled', { scope: 'pair' }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'), outgoing('m3', 'a'));
    await rig.start();
    await rig.pass(isSent('m2', 'm3'), 100);
    const times = rig.wire.calls.map((call) => [call.id, call.at - (rig.wire.calls[0]?.at ?? 0)]);
    expect(times.map(([id]) => id)).toEqual(['m1', 'm2', 'm1', 'm3']);
    expect(times[2]?.[1]).toBeGreaterThanOrEqual(6_000);
    expect(times[3]?.[1]).toBeGreaterThanOrEqual(12_000);
  });

  test('without a scope concerns that request alone', async () => {
    rig.wire.say('m1', fail('throttled', { waitMs: 60_000 }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'));
    await rig.start();
    await rig.pass(isSent('m2'), 10);
    expect((rig.wire.calls[1]?.at ?? 0) - (rig.wire.calls[0]?.at ?? 0)).toBeLessThan(100);
  });
});

describe('a provider that cannot be reached', () => {
  test('for five minutes costs no message, is told once a minute, and everything goes in order afterwards', async () => {
    const away = fail('transient', { neverLeft: true });
    rig.wire.say('m1', ...Array.from({ length: 300 }, () => away));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    const endsAt = rig.clock.now() + 300_000;
    await rig.pass(() => rig.clock.now() >= endsAt, 2_000);
    expect(await rig.row('m1')).toMatchObject({ state: 'retry' });
    const told = rig.log.said('outbox.provider_unreachable');
    expect([told >= 4, told <= 6, sent('m2')]).toEqual([true, true, 0]);
    rig.wire.say('m1');
    await rig.pass(isDone);
    expect(rig.wire.ids().slice(-2)).toEqual(['m1', 'm2']);
    expect(await attempts('m1')).toMatchObject([{ attempt: 1, outcome: 'accepted' }]);
  });
});

describe('a transient failure', () => {
  test('is tried again after a growing pause, then fails', async () => {
    rig.wire.say('m1', ...Array.from({ length: 9 }, () => fail('transient', { advice: 'Try later.' })));
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isDone, 50);
    const times = rig.wire.calls.map((call) => call.at);
    const pauses = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(pauses).toHaveLength(3);
    [500, 1_000, 2_000].forEach((ms, n) => expect(pauses[n]).toBeGreaterThanOrEqual(ms));
    [500, 1_000, 2_000].forEach((ms, n) => expect(pauses[n]).toBeLessThan(ms + 150));
    expect(await rig.row('m1')).toMatchObject({ state: 'failed', reason: 'Try later.' });
    expect(await attempts('m1')).toHaveLength(4);
  });

  test.each([0, 0.999])(
    'never lets a later message of the person pass, however short the pause (chance %d)',
    async (chance) => {
      rig.wire.say('m1', ...Array.from({ length: 3 }, () => fail('transient')));
      rig.wire.say('m2', fail('transient'), fail('throttled', { scope: 'number' }));
      await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'), outgoing('m3', 'a'));
      await rig.start({ random: () => chance });
      await rig.pass(isDone, 100);
      expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm1', 'm1', 'm2', 'm2', 'm2', 'm3']);
    },
  );

  test('not even while its outcome cannot be stored', async () => {
    rig.wire.say('m1', fail('transient'));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    let refusals = 6;
    await rig.start({ random: () => 0 });
    rig.db.fault = (name) => (name === 'outbox_settle' && refusals-- > 0 ? 'before' : null);
    await rig.pass(isDone, 200);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
  });
});

describe('a channel that is unfit', () => {
  test('is paused with the reason; the queue is kept, and goes on in order when it is resumed', async () => {
    rig.wire.say('m1', fail('channel', { advice: 'The token has expired.', alert: true }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'), outgoing('m3', 'b'));
    await rig.start();
    await rig.advance(100);
    await rig.advance(60_000);
    expect(rig.wire.ids().filter((id) => id !== 'm3')).toEqual(['m1']);
    expect(await rig.store.rows('select state, state_reason from channels')).toEqual([
      { state: 'paused', state_reason: 'The token has expired.' },
    ]);
    expect(await rig.outbox()).toContainEqual({ id: 'm1', state: 'retry', attempt: 0 });
    await rig.start();
    await rig.pass(isDone, 100);
    expect(rig.wire.ids().filter((id) => id !== 'm3')).toEqual(['m1', 'm1', 'm2']);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', reason: null });
  });
});

describe('read marks', () => {
  test('go beside the messages and leave no trace but their effect', async () => {
    await rig.put(outgoing('m1', 'a'), readMark('r1', 'a'));
    await rig.start();
    await rig.pass(isDone, 10);
    expect(rig.wire.calls.find((call) => call.id === 'r1')).toMatchObject({ kind: 'read' });
    expect(await attempts('r1')).toEqual([]);
  });

  test('are repeated after a lost answer: twice does no harm', async () => {
    rig.wire.say('r1', fail('ambiguous'), fail('transient'));
    await rig.put(readMark('r1', 'a'));
    await rig.start();
    await rig.pass(isDone, 100);
    expect(sent('r1')).toBe(3);
  });

  test('that are refused for good are let go', async () => {
    rig.wire.say('r1', fail('permanent'));
    await rig.put(readMark('r1', 'a'));
    await rig.start();
    await rig.pass(isDone, 100);
    expect(sent('r1')).toBe(1);
  });
});

describe('classes and pace', () => {
  test('replies before the API, the API before campaigns', async () => {
    await rig.put(
      outgoing('c', 'a', { class: CLASS.campaign }),
      outgoing('t', 'b', { class: CLASS.transactional }),
      outgoing('r', 'c'),
    );
    await rig.start();
    await rig.pass(isDone, 5);
    expect(rig.wire.ids()).toEqual(['r', 't', 'c']);
  });

  test('one person gets 45 at once and then one in 6 seconds, also over a restart (I6)', async () => {
    await rig.put(...Array.from({ length: 50 }, (_, n) => outgoing(`p${n}`, 'a', { message: text(`${n}`) })));
    await rig.start();
    await rig.pass(() => rig.wire.calls.length >= 30, 20);
    await rig.stopAll();
    await rig.start();
    await rig.pass(isDone, 500);
    const at = rig.wire.calls.map((call) => call.at);
    expect(new Set(rig.wire.ids()).size).toBe(50);
    for (let n = 45; n < at.length; n++)
      for (let from = 0; from <= n; from++)
        expect(n - from + 1).toBeLessThanOrEqual(45 + ((at[n] ?? 0) - (at[from] ?? 0)) / 6_000 + 0.01);
    expect(rig.wire.ids()).toEqual(Array.from({ length: 50 }, (_, n) => `p${n}`));
  });
});
