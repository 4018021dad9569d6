import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '@wharf/whatsapp';
import { makeGate } from '../kit/fixtures/rig.ts';
import { cancelMessage, editMessage } from './changes.ts';
import { fail, outgoing, useRig } from './fixtures/rig.ts';

const rig = useRig('a', 'b', 'c');

const isDone = async () => (await rig.outbox()).length === 0;
const stateOf = async (id: string) => (await rig.row(id))['state'];
const at = (id: string) => rig.wire.calls.find((call) => call.id === id)?.at ?? Number.NaN;

describe('a message in memory that is given another time', () => {
  const move = (id: string, sendAt: number) =>
    editMessage(rig.store.db, {
      workspaceId: 'main',
      id,
      nowMs: rig.clock.now(),
      sendAt: { at: sendAt, expiresAt: sendAt + 3_600_000 },
    });

  test.each(['told', 'untold'])('now, goes now, though it was to wait (%s)', async (how) => {
    rig.wire.say('m1', fail('transient', { waitMs: 50_000 }));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    const sender = await rig.start();
    await rig.advance(3_000);
    await rig.advance(200);
    await move('m1', rig.clock.now());
    if (how === 'told') sender.wake();
    await rig.advance(how === 'told' ? 10 : 1_000);
    await rig.advance(10);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
  });

  test('sooner than it was to wait, goes then', async () => {
    rig.wire.say('m1', fail('transient', { waitMs: 50_000 }));
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.advance(3_000);
    const sendAt = rig.clock.now() + 10_000;
    await move('m1', sendAt);
    await rig.pass(isDone, 100);
    const again = rig.wire.calls[1]?.at ?? 0;
    expect([again >= sendAt, again < sendAt + 1_000]).toEqual([true, true]);
  });

  test.each([500, 1_300, 60_000])('later by %d ms, at the last moment, does not go before', async (byMs) => {
    const sendAt = rig.clock.now() + 10_000;
    await rig.put(outgoing('m1', 'a', { sendAt }));
    const sender = await rig.start();
    for (let n = 0; n < 9; n++) await rig.advance(1_000);
    await rig.advance(900);
    await move('m1', sendAt + byMs);
    sender.wake();
    await rig.pass(isDone, 50);
    expect(at('m1')).toBeGreaterThanOrEqual(sendAt + byMs);
    expect(at('m1')).toBeLessThan(sendAt + byMs + 200);
  });
});

describe('before the wire', () => {
  test('a message of which something cannot be made ready waits or fails by the same table, and nothing left', async () => {
    let failures = 2;
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'), outgoing('m3', 'a'));
    await rig.start({
      prepare: async (_channel, message) => {
        const body = message.type === 'text' ? message.text.body : '';
        if (body === 'm2') return { ok: false, failure: fail('permanent', { advice: 'The file is gone.' }) };
        if (body === 'm1' && failures-- > 0) return { ok: false, failure: fail('transient') };
        return { ok: true, message };
      },
    });
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm3']);
    expect(await rig.row('m2')).toMatchObject({ state: 'failed', reason: 'The file is gone.' });
  });

  const prepareWhen = (gate: Promise<void>) => async (_channel: unknown, message: OutgoingMessage) => {
    await gate;
    return { ok: true as const, message };
  };
  const take = (id: string) => cancelMessage(rig.store.db, { workspaceId: 'main', id, nowMs: rig.clock.now() });

  test('it is looked once more whether it is too late: a file may take a minute', async () => {
    const gate = makeGate();
    await rig.put(outgoing('m1', 'a', { expiresAt: rig.clock.now() + 5_000 }), outgoing('m2', 'a'));
    await rig.start({ prepare: prepareWhen(gate.promise) });
    await rig.advance(6_000);
    gate.open();
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m2']);
    expect(await rig.row('m1')).toMatchObject({
      state: 'expired',
      reason: expect.stringContaining('too late now'),
      policy: { verdict: 'deny', reasons: expect.arrayContaining([expect.objectContaining({ rule: 'window' })]) },
    });
    expect(await rig.store.rows(`select from attempts where message_id = 'm1'`)).toEqual([]);
  });

  test('nothing can be taken back that is claimed: what was said to be cancelled never goes', async () => {
    const gate = makeGate();
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({ prepare: prepareWhen(gate.promise) });
    await rig.advance(100);
    expect([await take('m1'), await take('m2')]).toEqual([{ ok: false, state: 'sending' }, { ok: true }]);
    gate.open();
    await rig.pass(isDone, 100);
    expect([rig.wire.ids(), await stateOf('m1'), await stateOf('m2')]).toEqual([['m1'], 'accepted', 'cancelled']);
  });

  test('whoever asks at the moment of the claim: taken back or sent, never both', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `r${n}`);
    await rig.talk(...ids);
    await rig.put(...ids.map((id) => outgoing(id, id)));
    const taking = ids.map((id) => take(id));
    const starting = rig.start();
    const taken = await Promise.all(taking);
    await starting;
    await rig.pass(isDone, 100);
    const kept = ids.filter((_, n) => taken[n]?.ok === false);
    expect(rig.wire.ids().toSorted()).toEqual(kept.toSorted());
  });

  test('a preparation that throws is told, and tried again like any other failure: its lane is not blocked', async () => {
    let bugs = 2;
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({
      prepare: async (_channel, message) => {
        if (bugs-- > 0) throw new Error('a bug');
        return { ok: true, message };
      },
    });
    await rig.pass(isDone, 100);
    expect([rig.wire.ids(), rig.log.said('outbox.prepare_threw')]).toEqual([['m1', 'm2'], 2]);
  });

  test('nothing goes once the lease may have run out; it is put back, and another owner sends it', async () => {
    let held = false;
    await rig.put(outgoing('m1', 'a'));
    await rig.start({ isHeld: () => held });
    await rig.advance(5_000);
    expect([rig.wire.ids(), await rig.store.rows('select count(*)::int as n from attempts')]).toEqual([[], [{ n: 0 }]]);
    held = true;
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1']);
  });

  test('what a stopped sender had claimed and not begun is free at once', async () => {
    const many = Array.from({ length: 30 }, (_, n) => outgoing(`m${n}`, `p${n}`));
    await rig.talk(...many.map((one) => one.lane));
    await rig.put(...many);
    await rig.start();
    await rig.stopAll();
    const begun = rig.wire.calls.length;
    expect(begun).toBeLessThan(30);
    expect(await rig.store.rows(`select count(*)::int as n from outbox where state in ('queued', 'retry')`)).toEqual([
      { n: 30 - begun },
    ]);
    await rig.start();
    await rig.pass(isDone, 50);
    expect(new Set(rig.wire.ids()).size).toBe(30);
    expect(rig.wire.calls).toHaveLength(30);
  });

  test('the number keeps its pace at the wire: no second has more than 80, over a restart too (I6)', async () => {
    const many = Array.from({ length: 400 }, (_, n) => outgoing(`m${n}`, `p${n}`));
    await rig.talk(...many.map((one) => one.lane));
    await rig.put(...many);
    await rig.start();
    await rig.pass(() => rig.wire.calls.length >= 200, 10);
    await rig.stopAll();
    await rig.start();
    await rig.pass(isDone, 10);
    const times = rig.wire.calls.map((call) => call.at);
    expect(times).toHaveLength(400);
    for (const from of times)
      expect(times.filter((one) => one >= from && one < from + 1_000).length).toBeLessThanOrEqual(80);
  });
});
