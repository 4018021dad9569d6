import { describe, expect, test } from 'vitest';
import type { SendOutcome } from '@wharf/whatsapp';
import { makeGate } from '../kit/fixtures/rig.ts';
import { CLASS } from './classes.ts';
import { CHANNEL, fail, judgeAlone, outgoing, template, text, useRig } from './fixtures/rig.ts';
import type { Judge } from './intake.ts';
import type { FindSent, Sighting } from './lookup.ts';
import { settleByEvidence } from './store.ts';

const rig = useRig('a', 'b', 'c');

const sent = (id: string) => rig.wire.ids().filter((other) => other === id).length;
const isSent =
  (...ids: string[]) =>
  () =>
    ids.every((id) => sent(id) > 0);
const isDone = async () => (await rig.outbox()).length === 0;
const stateOf = async (id: string) => (await rig.row(id))['state'];

/** What the worker does when a status carries our id: the message gets its WhatsApp id, the item goes. */
async function evidence(id: string, sender: { release(ids: readonly string[]): void }) {
  await rig.store.rows(`update messages set whatsapp_id = 'wamid.' || id, state = 'sent', rank = 2 where id = $1`, [
    id,
  ]);
  const settled = await rig.store.db.transaction((tx) => settleByEvidence(tx, [id], rig.clock.now()));
  sender.release(settled.map((one) => one.id));
}

describe('a lost answer', () => {
  test('is settled by evidence and never sent again (I5)', async () => {
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    const sender = await rig.start();
    await rig.pass(async () => (await stateOf('m1')) === 'ambiguous', 100);
    await rig.advance(5_000);
    expect(rig.wire.ids()).toEqual(['m1']);
    await evidence('m1', sender);
    await rig.pass(isDone, 100);
    await rig.advance(600_000);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    expect(await rig.row('m1')).toMatchObject({ state: 'sent', whatsapp_id: 'wamid.m1' });
  });

  test('without evidence is sent again after the grace, before those behind it', async () => {
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
    const [first, second] = rig.wire.calls;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(15_000);
  });

  test('is not given up while reports of the provider lie unread: the evidence may be among them', async () => {
    const progress = { stored: 9, handled: 3, openMs: Infinity };
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a'));
    await rig.start({ readProgress: async () => progress });
    await rig.pass(async () => (await stateOf('m1')) === 'ambiguous', 100);
    for (let n = 0; n < 30; n++) await rig.advance(1_000);
    expect(sent('m1')).toBe(1);
    progress.handled = 9;
    await rig.pass(isDone);
    expect(sent('m1')).toBe(2);
  });

  test('of a template is not sent again: it fails visibly, and a status that comes after all is believed', async () => {
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a', { message: template }), outgoing('m2', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    expect(await rig.row('m1')).toMatchObject({
      state: 'failed',
      rank: 0,
      reason: expect.stringContaining('not known whether it was sent'),
    });
  });

  test.each<[string, string | null, number, readonly string[], number]>([
    ['an answer', null, CLASS.reply, ['service'], 2],
    ['an answer, where the workspace wants none again', null, CLASS.reply, [], 1],
    ['a campaign without a template', null, CLASS.campaign, ['service'], 1],
    ['a marketing template', 'MARKETING', CLASS.campaign, ['service', 'utility'], 1],
    ['a utility template', 'UTILITY', CLASS.transactional, ['service'], 1],
    ['a utility template, where the workspace wants it again', 'UTILITY', CLASS.transactional, ['utility'], 2],
    ['a template of an unknown category', null, CLASS.transactional, ['service', 'utility', 'marketing'], 1],
  ])('of %s is sent so often', async (...[name, category, cls, resend, times]) => {
    const message = name.includes('template') && !name.includes('without') ? template : text('m1');
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a', { message, class: cls, origin: 'api' }));
    const judge: Judge = async (items, nowMs) =>
      new Map([...(await judgeAlone(items, nowMs))].map(([id, judged]) => [id, { ...judged, category }]));
    await rig.start({ judge, readResend: async () => resend });
    await rig.pass(isDone);
    expect(sent('m1')).toBe(times);
  });

  test('again and again is given up after the attempts are spent', async () => {
    rig.wire.say('m1', ...Array.from({ length: 9 }, () => fail('ambiguous')));
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(sent('m1')).toBe(4);
    expect(await stateOf('m1')).toBe('failed');
  });

  test('is given up sooner when the table says so', async () => {
    rig.wire.say('m1', ...Array.from({ length: 9 }, () => fail('ambiguous', { maxAttempts: 2 })));
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isDone);
    expect(sent('m1')).toBe(2);
  });

  test('over Whapi, where no status carries our id, is not sent again', async () => {
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a'));
    await rig.start({
      channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire },
    });
    await rig.pass(isDone);
    expect([sent('m1'), await stateOf('m1')]).toEqual([1, 'failed']);
  });

  test.each<[string, Sighting, number, object]>([
    ['holds it: it went', { found: 'W1' }, 1, { state: 'accepted', whatsapp_id: 'W1', reason: null }],
    ['does not hold it: it never left, and goes now', 'absent', 2, { state: 'accepted' }],
    ['tells nothing: it is given up', 'unknown', 1, { state: 'failed' }],
  ])('over Whapi is looked up in its list, which %s', async (_name, sighting, times, row) => {
    const asked: string[] = [];
    rig.wire.say('m1', fail('ambiguous'));
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    const findSent: FindSent = async ({ id, address }) => (asked.push(`${id} ${address.to}`), sighting);
    await rig.start({
      channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire, findSent },
    });
    await rig.pass(isDone);
    expect([sent('m1'), sent('m2'), asked]).toEqual([times, 1, ['m1 a']]);
    expect(await rig.row('m1')).toMatchObject(row);
  });

  describe('over Whapi, whose list holds', () => {
    const findSent: FindSent = async (_doubtful, known) => (known.has('W1') ? 'absent' : { found: 'W1' });
    const lose = async () => {
      rig.wire.say('m1', fail('ambiguous'));
      await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
      await rig.start({
        channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire, findSent },
      });
    };
    const store = (id: string, origin: string, lane: string, age: string) =>
      rig.store.rows(
        `insert into messages (id, workspace_id, channel_id, conversation_id, direction, origin, type, preview, body, at, state, rank, whatsapp_id)
         values ($1, 'main', $4, $3, 'out', $2, 'text', '', '{}', now() - $5::interval, 'delivered', 4, 'W1')`,
        [id, origin, `cnv_${lane}`, CHANNEL, age],
      );

    test('it, and who has reported it as written elsewhere: it went, and is one message', async () => {
      await store('msg_echo', 'phone_app', 'a', '0 s');
      await lose();
      await rig.pass(isDone);
      expect([sent('m1'), sent('m2')]).toEqual([1, 1]);
      expect(await rig.row('m1')).toMatchObject({ state: 'delivered', whatsapp_id: 'W1' });
      expect(await rig.row('msg_echo')).toEqual({});
    });

    test('one like it that was queued long ago: that one is not taken for it', async () => {
      await store('msg_old', 'api', 'a', '3 days');
      await lose();
      await rig.pass(isDone);
      expect([sent('m1'), sent('m2')]).toEqual([2, 1]);
      expect(await rig.row('msg_old')).toMatchObject({ whatsapp_id: 'W1' });
    });

    test('one of another conversation: nobody can tell, and the channel goes on', async () => {
      await store('msg_other', 'api', 'b', '0 s');
      await lose();
      await rig.pass(isDone);
      expect([sent('m1'), sent('m2'), await stateOf('m1')]).toEqual([1, 1, 'failed']);
      expect(await rig.row('msg_other')).toMatchObject({ whatsapp_id: 'W1' });
    });
  });

  describe('over Whapi, whose list is slow to come', () => {
    const lose = async (findSent: FindSent) => {
      rig.wire.say('m1', fail('ambiguous'));
      await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
      const sender = await rig.start({
        channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire, findSent },
      });
      return sender;
    };

    test.each<[string, Sighting, number, object]>([
      ['it went', { found: 'W1' }, 1, { state: 'accepted', whatsapp_id: 'W1' }],
      ['it never left', 'absent', 2, { state: 'accepted' }],
      ['nobody can tell', 'unknown', 1, { state: 'failed' }],
    ])('keeps nobody else waiting, and is asked once: %s', async (_name, sighting, times, row) => {
      const gate = makeGate<Sighting>();
      let asked = 0;
      await lose(() => (asked++, gate.promise));
      await rig.pass(() => asked > 0, 500);
      await rig.put(outgoing('m3', 'b'));
      for (let n = 0; n < 60; n++) await rig.advance(1_000);
      expect([rig.wire.ids(), await stateOf('m1'), asked]).toEqual([['m1', 'm3'], 'ambiguous', 1]);
      gate.open(sighting);
      await rig.pass(isDone);
      expect([sent('m1'), sent('m2'), asked]).toEqual([times, 1, 1]);
      expect(await rig.row('m1')).toMatchObject(row);
    });

    test('fails, is told, and is asked again', async () => {
      let asked = 0;
      await lose(async () => {
        if (asked++ === 0) throw new Error('a bug');
        return { found: 'W1' };
      });
      await rig.pass(isDone);
      expect([sent('m1'), asked, rig.log.said('outbox.lookup_failed')]).toEqual([1, 2, 1]);
    });

    test('is asked about every one of many, and none is decided before', async () => {
      const names = Array.from({ length: 120 }, (_, n) => `n${n}`);
      const asked: string[] = [];
      for (const id of names) rig.wire.say(id, fail('ambiguous'));
      await rig.put(...names.map((id) => outgoing(id, id, { origin: 'api', message: template })));
      const findSent: FindSent = async ({ id }) => (asked.push(id), { found: `W.${id}` });
      await rig.start({
        channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 200, wire: rig.wire, findSent },
      });
      await rig.pass(isDone);
      expect(asked.toSorted()).toEqual(names.toSorted());
      expect(rig.wire.ids().toSorted()).toEqual(names.toSorted());
      expect(await rig.store.rows(`select count(*)::int as n from messages where state = 'accepted'`)).toEqual([
        { n: 120 },
      ]);
    });

    test('holds only those up who are not asked about yet', async () => {
      const slow = makeGate<Sighting>();
      for (const id of ['m1', 'm2', 'm3']) rig.wire.say(id, fail('ambiguous'));
      await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'), outgoing('m3', 'c'));
      const findSent: FindSent = ({ id }) => (id === 'm3' ? slow.promise : Promise.resolve('unknown'));
      await rig.start({
        channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire, findSent },
      });
      await rig.pass(async () => (await stateOf('m2')) === 'failed');
      expect([await stateOf('m1'), await stateOf('m3')]).toEqual(['failed', 'ambiguous']);
      slow.open({ found: 'W3' });
      await rig.pass(isDone);
      expect(await stateOf('m3')).toBe('accepted');
    });

    test('fails again and again for one: the others are asked about, and that one is decided without', async () => {
      for (const id of ['m1', 'm2']) rig.wire.say(id, fail('ambiguous'));
      await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'));
      const asked: string[] = [];
      const findSent: FindSent = async ({ id }) => {
        asked.push(id);
        if (id === 'm1') throw new Error('a bug');
        return { found: 'W2' };
      };
      await rig.start({
        channel: { id: CHANNEL, workspaceId: 'main', provider: 'whapi', perSecond: 80, wire: rig.wire, findSent },
      });
      await rig.pass(isDone);
      expect([asked.toSorted(), await stateOf('m1'), await stateOf('m2')]).toEqual([
        ['m1', 'm1', 'm1', 'm2'],
        'failed',
        'accepted',
      ]);
    });

    test('does not decide on graces that began anew meanwhile: the clock was set back', async () => {
      const gates = [makeGate<Sighting>(), makeGate<Sighting>()];
      let asked = 0;
      await lose(() => gates[asked++]?.promise ?? Promise.resolve('unknown'));
      await rig.pass(() => asked > 0, 500);
      rig.clock.jump(-3_600_000);
      await rig.advance(1_000);
      gates[0]?.open('unknown');
      for (let n = 0; n < 5; n++) await rig.advance(1_000);
      expect([await stateOf('m1'), asked]).toEqual(['ambiguous', 1]);
      await rig.pass(() => asked === 2, 500);
      gates[1]?.open({ found: 'W1' });
      await rig.pass(isDone);
      expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: 'W1' });
    });

    test('does not keep the sender from its end, and changes nothing after it', async () => {
      const gate = makeGate<Sighting>();
      let asked = 0;
      const sender = await lose(() => (asked++, gate.promise));
      await rig.pass(() => asked > 0, 500);
      let isOver = false;
      void sender.stop().then(() => (isOver = true));
      for (let n = 0; n < 6; n++) await rig.advance(1_000);
      expect([isOver, rig.log.said('outbox.lookup_abandoned')]).toEqual([true, 1]);
      gate.open('absent');
      await rig.advance(1_000);
      expect(await rig.outbox()).toMatchObject([{ id: 'm1', state: 'ambiguous' }, { id: 'm2' }]);
    });
  });

  test('evidence that overtakes the answer wins: whatever the answer says, nothing is sent again', async () => {
    const gate = makeGate<SendOutcome>();
    rig.wire.say('m1', gate.promise);
    await rig.put(outgoing('m1', 'a'));
    const sender = await rig.start();
    await rig.pass(isSent('m1'), 100);
    await evidence('m1', sender);
    gate.open(fail('transient'));
    await rig.advance(120_000);
    expect(rig.wire.ids()).toEqual(['m1']);
    expect(await rig.row('m1')).toMatchObject({ state: 'sent', whatsapp_id: 'wamid.m1', rank: 2 });
  });

  test('a wire that throws counts as one: nobody knows how far it came', async () => {
    rig.wire.say('m1', new Error('a bug'));
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(async () => (await stateOf('m1')) === 'ambiguous', 100);
    expect(rig.log.said('outbox.wire_threw')).toBe(1);
    await rig.pass(isDone);
    expect(sent('m1')).toBe(2);
  });
});
