import { describe, expect, test } from 'vitest';
import type { SendOutcome } from '@wharf/whatsapp';
import { makeGate } from '../kit/fixtures/rig.ts';
import { CHANNEL, fail, outgoing, readMark, template, useRig } from './fixtures/rig.ts';
import type { Judge } from './intake.ts';
import { type Finding, joinFindings } from './policy.ts';
import { settleByEvidence } from './store.ts';

const rig = useRig('a', 'b', 'c');

const ok = (id: string): SendOutcome => ({ kind: 'accepted', messageId: `wamid.${id}` });
const sent = (id: string) => rig.wire.ids().filter((other) => other === id).length;
const isSent = (id: string) => () => sent(id) > 0;
const isDone = async () => (await rig.outbox()).length === 0;
const stateOf = async (id: string) => (await rig.row(id))['state'];
/** Another process takes the channel, and does not send. */
const steal = () =>
  rig.store.rows(`update leases set epoch = epoch + 1, owner = 'thief' where name = $1`, [`sender/${CHANNEL}`]);

describe('a sender whose lease was taken over (I9)', () => {
  test('claims nothing more, and ends', async () => {
    const sender = await rig.start();
    await steal();
    await rig.put(outgoing('m1', 'a'));
    sender.wake();
    await rig.advance(2_000);
    expect(rig.wire.ids()).toEqual([]);
    expect(await rig.outbox()).toEqual([{ id: 'm1', state: 'queued', attempt: 0 }]);
    let ended = false;
    void sender.stop().then(() => (ended = true));
    await rig.quiet();
    expect(ended).toBe(true);
  });

  test('still says what became of what it was sending: an acceptance is true whoever holds the lease', async () => {
    const gate = makeGate<SendOutcome>();
    rig.wire.say('m1', gate.promise);
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isSent('m1'), 100);
    await rig.start();
    expect(await rig.outbox()).toEqual([{ id: 'm1', state: 'ambiguous', attempt: 1 }]);
    gate.open(ok('m1'));
    await rig.advance(100);
    expect(await rig.outbox()).toEqual([]);
    await rig.advance(60_000);
    expect(sent('m1')).toBe(1);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: 'wamid.m1' });
  });

  test("and what it learned too late changes nothing of the new owner's attempt", async () => {
    const [old, fresh] = [makeGate<SendOutcome>(), makeGate<SendOutcome>()];
    rig.wire.say('m1', old.promise, fresh.promise);
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isSent('m1'), 100);
    await rig.start();
    await rig.pass(() => sent('m1') === 2);
    old.open(fail('permanent'));
    await rig.advance(100);
    expect(await rig.outbox()).toMatchObject([{ id: 'm1', state: 'sending' }]);
    expect(await stateOf('m1')).not.toBe('failed');
    fresh.open(ok('m1'));
    await rig.pass(isDone, 100);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: 'wamid.m1' });
  });

  test('what it learned before the new owner tried again is believed, and holds nobody up', async () => {
    const gate = makeGate<SendOutcome>();
    rig.wire.say('m1', gate.promise);
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    await rig.pass(isSent('m1'), 100);
    await rig.start();
    await rig.advance(1_000);
    gate.open(fail('transient'));
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm1', 'm2']);
    expect([await stateOf('m1'), await stateOf('m2')]).toEqual(['accepted', 'accepted']);
  });

  test.each<[string, Partial<Finding>, string]>([
    ['for long', {}, 'm2 m1'],
    ['with its place kept', { scope: 'class' }, 'm1 m2'],
  ])('what the policy had put off %s, and was told too late, holds nobody up', async (_name, more, order) => {
    const until = rig.clock.now() + 60_000;
    const gate = makeGate();
    const slow: Judge = async (items) => {
      await gate.promise;
      const finding = { rule: 'quiet', effect: 'defer', text: 'Not now', until, ...more } as const;
      return new Map(items.map(({ id }) => [id, { verdict: joinFindings([finding]), category: null }]));
    };
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start({ judge: slow });
    await rig.start({ random: () => 0 });
    expect(await rig.outbox()).toMatchObject([{ state: 'ambiguous' }, { state: 'queued' }]);
    gate.open();
    await rig.pass(isDone, 500);
    expect(rig.wire.ids().join(' ')).toBe(order);
    expect(rig.wire.calls.find(({ id }) => id === 'm1')?.at).toBeGreaterThanOrEqual(until);
  });

  test("the first of two acceptances is the message's WhatsApp id for good (I5)", async () => {
    const [old, fresh] = [makeGate<SendOutcome>(), makeGate<SendOutcome>()];
    rig.wire.say('m1', old.promise, fresh.promise);
    await rig.put(outgoing('m1', 'a'));
    await rig.start();
    await rig.pass(isSent('m1'), 100);
    await rig.start();
    await rig.pass(() => sent('m1') === 2);
    old.open(ok('first'));
    await rig.advance(100);
    fresh.open(ok('second'));
    await rig.pass(isDone, 100);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: 'wamid.first' });
  });
});

describe('a process that was killed', () => {
  test('between claim and answer: the next owner finds the message ambiguous, keeps its place, and asks for evidence first', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'), outgoing('m3', 'b'));
    await rig.store.rows(`update outbox set state = 'sending', attempt = 1, epoch = 0 where id = 'm1'`);
    const sender = await rig.start();
    await rig.pass(isSent('m3'), 100);
    await rig.advance(3_000);
    expect(rig.wire.ids()).toEqual(['m3']);
    await rig.store.rows(`update messages set whatsapp_id = 'wamid.m1', state = 'delivered', rank = 4 where id = 'm1'`);
    sender.release(
      (await rig.store.db.transaction((tx) => settleByEvidence(tx, ['m1'], rig.clock.now()))).map((one) => one.id),
    );
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m3', 'm2']);
    expect(await rig.row('m1')).toMatchObject({ state: 'delivered', whatsapp_id: 'wamid.m1' });
  });

  test('without evidence the reply is sent before those behind it, the template is not, the read mark is at once', async () => {
    await rig.put(
      outgoing('m1', 'a'),
      outgoing('m2', 'a'),
      outgoing('t1', 'b', { message: template }),
      readMark('r1', 'c'),
    );
    await rig.store.rows(`update outbox set state = 'sending', attempt = 1, epoch = 0 where id <> 'm2'`);
    await rig.start();
    await rig.pass(isDone);
    expect(rig.wire.ids()).toEqual(['r1', 'm1', 'm2']);
    expect([await stateOf('m1'), await stateOf('m2'), await stateOf('t1')]).toEqual(['accepted', 'accepted', 'failed']);
  });

  test('what it may have sent counts for the pair', async () => {
    await rig.put(...Array.from({ length: 46 }, (_, n) => outgoing(`p${n}`, 'a')));
    await rig.store.rows(`update outbox set state = 'sending', attempt = 1, epoch = 0 where id = 'p0'`);
    await rig.start();
    await rig.store.rows(`update messages set state = 'sent', rank = 2 where id = 'p0'`);
    await rig.pass(isDone, 100);
    const burst = rig.wire.calls.filter((call) => call.at - (rig.wire.calls[0]?.at ?? 0) < 6_000);
    expect(burst.length).toBeLessThanOrEqual(45);
  });
});

// Found by the simulation: the one who was sending died before it could say so, and statuses had told of it before anybody took over.
test('what only statuses have told of counts for the pair, too', async () => {
  await rig.put(...Array.from({ length: 46 }, (_, n) => outgoing(`p${n}`, 'a')));
  const gone = Array.from({ length: 10 }, (_, n) => `p${n}`);
  await rig.store.rows(
    `update outbox set state = 'sending', attempt = 1, epoch = 0 where id in (${gone.map((id) => `'${id}'`).join()})`,
  );
  await settleByEvidence(rig.store.db, gone, rig.clock.now());
  await rig.start();
  await rig.pass(isDone, 100);
  const burst = rig.wire.calls.filter((call) => call.at - (rig.wire.calls[0]?.at ?? 0) < 6_000);
  expect(burst.length).toBeLessThanOrEqual(45 - gone.length);
});

// Found by the simulation: a call that was refused for the number's rate costs no attempt, so the next one has its number.
test('calls that cost no attempt count for the pair all the same', async () => {
  const calls = [fail('throttled'), fail('throttled'), fail('throttled'), ok('p0')];
  rig.wire.say('p0', ...calls);
  await rig.put(...Array.from({ length: 10 }, (_, n) => outgoing(`p${n}`, 'a')));
  const first = await rig.start();
  await rig.pass(isDone, 100);
  await first.stop();
  await steal();
  expect(rig.wire.calls.length).toBe(13);
  await rig.put(...Array.from({ length: 46 }, (_, n) => outgoing(`q${n}`, 'a')));
  await rig.start();
  await rig.pass(isDone, 100);
  const startMs = rig.wire.calls[0]?.at ?? 0;
  for (const [n, { at }] of rig.wire.calls.entries())
    expect(n + 1).toBeLessThanOrEqual(45 + Math.ceil((at - startMs) / 6_000));
});

// Two deaths within a second (found by the simulation): the second owner knew of the first one's sends, the third did not.
test('what the owner before the last one may have sent counts for the number, too', async () => {
  await rig.put(...Array.from({ length: 60 }, (_, n) => outgoing(`old${n}`, `lane${n}`, { message: template })));
  await rig.store.rows(`update outbox set state = 'sending', attempt = 1, epoch = 0`);
  await rig.start();
  const atMs = rig.clock.now();
  await steal();
  await rig.put(...Array.from({ length: 60 }, (_, n) => outgoing(`new${n}`, `fresh${n}`, { message: template })));
  await rig.start();
  await rig.pass(() => rig.wire.calls.length === 60, 50);
  expect(rig.wire.calls.filter(({ at }) => at < atMs + 1_000).length).toBeLessThanOrEqual(80 - 60);
});

describe('a database that goes away', () => {
  test('before a claim: nothing is sent, nothing is forgotten', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    await rig.start();
    let refusals = 5;
    rig.db.fault = (name) => (name === 'outbox_claim' && refusals-- > 0 ? 'before' : null);
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    expect(refusals).toBeLessThan(0);
  });

  test('after a claim, its answer lost: what was never begun is put back, costs no attempt, and goes in order', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'), outgoing('m3', 'b'));
    let losses = 2;
    rig.db.fault = (name) => (name === 'outbox_claim' && losses-- > 0 ? 'after' : null);
    await rig.start();
    await rig.pass(isDone, 100);
    expect(rig.wire.ids().filter((id) => id !== 'm3')).toEqual(['m1', 'm2']);
    expect(await rig.store.rows('select message_id, attempt from attempts order by 1')).toEqual(
      ['m1', 'm2', 'm3'].map((id) => ({ message_id: id, attempt: 1 })),
    );
  });

  test('while outcomes are being stored: they are kept until they are', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'));
    let refusals = 12;
    rig.db.fault = (name) => (name === 'outbox_settle' && refusals-- > 0 ? 'before' : null);
    await rig.start();
    await rig.pass(isDone, 500);
    expect(rig.wire.ids().sort()).toEqual(['m1', 'm2']);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: expect.stringContaining('wamid.m1') });
    expect(rig.log.said('outbox.settle_failed')).toBeGreaterThanOrEqual(12);
  });

  test('after they were stored, the answer lost: storing them again changes nothing', async () => {
    rig.wire.say('m1', fail('transient'));
    await rig.put(outgoing('m1', 'a'));
    let losses = 1;
    rig.db.fault = (name) => (name === 'transaction' && losses-- > 0 ? 'after' : null);
    await rig.start();
    await rig.pass(isDone, 100);
    expect(sent('m1')).toBe(2);
    expect(await rig.store.rows('select attempt, outcome from attempts order by 1')).toEqual([
      { attempt: 1, outcome: 'transient' },
      { attempt: 2, outcome: 'accepted' },
    ]);
  });
});

describe('stop', () => {
  test('waits for what is on its way, stores it, and claims nothing more', async () => {
    const gate = makeGate<SendOutcome>();
    rig.wire.say('m1', gate.promise);
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    const sender = await rig.start();
    await rig.pass(isSent('m1'), 100);
    let stopped = false;
    const stopping = sender.stop().then(() => (stopped = true));
    await rig.advance(5_000);
    expect(stopped).toBe(false);
    gate.open(ok('m1'));
    await stopping;
    expect(await stateOf('m1')).toBe('accepted');
    expect(await rig.outbox()).toEqual([{ id: 'm2', state: 'queued', attempt: 0 }]);
  });

  test('in the middle of a claim waits for that too', async () => {
    await rig.put(outgoing('m1', 'a'));
    const sender = await rig.start();
    await rig.advance(10);
    rig.clock.advance(50);
    await sender.stop();
    const [row] = await rig.outbox();
    expect(row?.state ?? 'gone').not.toBe('sending');
  });

  test('without a database gives up after a few tries: the next owner finds it ambiguous', async () => {
    await rig.put(outgoing('m1', 'a'));
    rig.db.fault = (name) => (name === 'outbox_settle' ? 'before' : null);
    await rig.start();
    await rig.pass(isSent('m1'), 100);
    await rig.stopAll();
    expect(rig.log.said('outbox.outcome_lost')).toBe(1);
    rig.db.fault = null;
    await rig.start();
    expect(await rig.outbox()).toEqual([{ id: 'm1', state: 'ambiguous', attempt: 1 }]);
  });
});

describe('what was claimed and never begun', () => {
  test('is put back as soon as the database can be reached again', async () => {
    let isHeld = false;
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    rig.db.fault = (name) => (name === 'outbox_unclaim' ? 'before' : null);
    await rig.start({ isHeld: () => isHeld });
    for (let n = 0; n < 6; n++) await rig.advance(500);
    expect(rig.wire.ids()).toEqual([]);
    rig.db.fault = null;
    isHeld = true;
    await rig.pass(isDone, 500);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
  });

  test('is put back too when the database comes back while the sender ends: nothing left, so nothing is in doubt', async () => {
    await rig.put(outgoing('m1', 'a'));
    rig.db.fault = (name) => (name === 'outbox_unclaim' ? 'before' : null);
    const sender = await rig.start({ isHeld: () => false });
    await rig.advance(100);
    const stopping = sender.stop();
    await rig.advance(600);
    rig.db.fault = null;
    for (let n = 0; n < 4; n++) await rig.advance(600);
    await stopping;
    expect(await rig.outbox()).toEqual([{ id: 'm1', state: 'retry', attempt: 0 }]);
  });
});
