import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SendOutcome } from '@wharf/whatsapp';
import { makeLeaseKeeper } from '#kit';
import { makeGate } from '../kit/fixtures/rig.ts';
import { CHANNEL, clear, fail, openRig, outgoing, type Rig, judgeAlone } from './fixtures/rig.ts';
import { makeSenders, type Senders } from './senders.ts';

let rig: Rig;
const open: Senders[] = [];
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.store.close());
beforeEach(async () => {
  await endAll();
  await clear(rig);
  await rig.store.rows(`delete from leases where name like 'sender/%'`);
  await rig.store.rows('delete from workers');
  await rig.talk('a', 'b');
});

async function endAll(): Promise<void> {
  let ended = false;
  void Promise.all(open.splice(0).map((one) => one.stop())).then(() => (ended = true));
  await rig.pass(() => ended, 1_000);
}

async function start(
  owner: string,
  channels: () => Promise<readonly string[]> = async () => [CHANNEL],
): Promise<Senders> {
  const { db, clock, log, wire } = rig;
  const senders = makeSenders({
    db,
    clock,
    log,
    random: () => 0.5,
    rules: { maxAttempts: 4, graceMs: 10_000 },
    keeper: makeLeaseKeeper({ db, clock, owner, prefix: 'sender/', total: 100, ttlMs: 30_000 }),
    listChannels: async () =>
      (await channels()).map((id) => ({ id, workspaceId: 'main', provider: 'meta', perSecond: 80, wire })),
    readProgress: async () => ({ stored: 0, handled: 0, openMs: Infinity }),
    joinParked: async () => {},
    optOut: async () => {},
    judge: judgeAlone,
    readResend: async () => ['service'],
    prepare: async (_channel, message) => ({ ok: true, message }),
    onOutcome: (channelId, outcome) => rig.outcomes.push(`${channelId} ${outcome}`),
  });
  open.push(senders);
  void senders.run();
  await rig.quiet();
  return senders;
}

const active = async () =>
  (await rig.store.rows<{ id: string }>(`select id from channels where state = 'active'`)).map((row) => row.id);
const isDone = async () => (await rig.outbox()).length === 0;
const ok: SendOutcome = { kind: 'accepted', messageId: 'wamid.1' };

describe('the senders of a process', () => {
  test('send for every channel that may send, and tell what came of it by channel', async () => {
    await rig.put(
      outgoing('m1', 'a'),
      outgoing('m2', 'b', { channelId: 'chn_2' }),
      outgoing('m3', 'b', { channelId: 'chn_3' }),
    );
    const senders = await start('one', async () => [CHANNEL, 'chn_2']);
    await rig.pass(async () => (await rig.outbox()).length === 1, 100);
    expect(rig.outcomes.sort()).toEqual([`${CHANNEL} accepted`, 'chn_2 accepted']);
    expect(await rig.outbox()).toMatchObject([{ id: 'm3' }]);
    expect([...senders.waiting()]).toEqual([
      [CHANNEL, 0],
      ['chn_2', 0],
    ]);
    await rig.store.rows('delete from outbox');
  });

  test('offer new rows to the one they are for, and pass evidence on to it', async () => {
    const senders = await start('one');
    await rig.advance(500);
    rig.wire.say('m1', fail('ambiguous'));
    const rows = await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'));
    senders.offer([...rows, ...rows.map((row) => ({ ...row, channelId: 'chn_unknown' }))]);
    await rig.quiet();
    expect(rig.wire.ids()).toEqual(['m1']);
    await rig.store.rows(`delete from outbox where id = 'm1'`);
    senders.release([
      { id: 'm1', channelId: CHANNEL },
      { id: 'm1', channelId: 'chn_unknown' },
    ]);
    await rig.pass(isDone, 100);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
  });

  test('send what another process stored before what they are offered: they read the table when shards have come', async () => {
    const senders = await start('one');
    await rig.advance(1_500);
    await rig.put(outgoing('earlier', 'a'));
    const rows = await rig.put(outgoing('later', 'a'));
    senders.recheck();
    senders.offer(rows);
    await rig.pass(isDone, 1);
    expect(rig.wire.ids()).toEqual(['earlier', 'later']);
  });

  test('that are woken read the table at once', async () => {
    const senders = await start('one');
    await rig.advance(500);
    await rig.put(outgoing('m1', 'a'));
    senders.wake([CHANNEL, 'chn_unknown']);
    await rig.quiet();
    expect(rig.wire.ids()).toEqual(['m1']);
  });

  test('lose no order when a read of the table fails while rows are offered', async () => {
    const senders = await start('one');
    await rig.advance(1_050);
    await rig.put(outgoing('earlier', 'a'));
    let failures = 1;
    rig.db.fault = (name) => (name === 'outbox_load' && failures-- > 0 ? 'before' : null);
    senders.recheck();
    await rig.quiet();
    senders.offer(await rig.put(outgoing('later', 'a')));
    await rig.pass(isDone, 50);
    expect(failures).toBeLessThan(1);
    expect(rig.wire.ids()).toEqual(['earlier', 'later']);
  });

  test('are one for a channel, of all processes', async () => {
    await start('one');
    await start('two');
    await rig.put(...Array.from({ length: 20 }, (_, n) => outgoing(`m${n}`, n % 2 ? 'a' : 'b')));
    await rig.pass(isDone, 100);
    expect(rig.wire.calls).toHaveLength(20);
    expect(await rig.store.rows(`select owner from leases where name = $1`, [`sender/${CHANNEL}`])).toEqual([
      { owner: 'one' },
    ]);
  });

  test('hand a channel over when they stop: the next one goes on at once', async () => {
    const one = await start('one');
    await start('two');
    let ended = false;
    void one.stop().then(() => (ended = true));
    await rig.pass(() => ended, 100);
    await rig.put(outgoing('m1', 'a'));
    await rig.pass(isDone, 1_000);
    expect(await rig.store.rows(`select owner from leases where name = $1`, [`sender/${CHANNEL}`])).toEqual([
      { owner: 'two' },
    ]);
  });

  test('stop sending for a paused channel, and begin again when it is resumed: nothing lost, nothing doubled', async () => {
    const late = makeGate<SendOutcome>();
    rig.wire.say('m1', fail('channel', { advice: 'Renew the token.' }));
    rig.wire.say('m3', late.promise);
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'a'), outgoing('m3', 'b'), outgoing('m4', 'b'));
    await start('one', active);
    await rig.pass(() => rig.wire.calls.length >= 2, 100);
    await rig.advance(5_000);
    expect(rig.wire.ids().sort()).toEqual(['m1', 'm3']);
    await rig.store.rows(`update channels set state = 'active'`);
    await rig.advance(5_000);
    expect(rig.wire.ids().sort()).toEqual(['m1', 'm3']);
    late.open(ok);
    await rig.pass(isDone, 500);
    expect(rig.wire.ids().filter((id) => id === 'm1' || id === 'm2')).toEqual(['m1', 'm1', 'm2']);
    expect(rig.wire.ids().filter((id) => id === 'm3' || id === 'm4')).toEqual(['m3', 'm4']);
  });

  test("one slow channel does not keep the others' leases from being renewed", async () => {
    const late = makeGate<SendOutcome>();
    rig.wire.say('m1', late.promise);
    await rig.put(outgoing('m1', 'a', { channelId: 'chn_2' }));
    let channels = [CHANNEL, 'chn_2'];
    await start('one', async () => channels);
    await rig.pass(() => rig.wire.calls.length === 1, 100);
    channels = [CHANNEL];
    await rig.advance(2_000);
    await rig.put(outgoing('m2', 'b'));
    await rig.pass(async () => (await rig.outbox()).length === 1, 1_000);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
    late.open(ok);
    await rig.pass(isDone, 100);
  });

  test('go on after the database was away, at the start and later', async () => {
    rig.db.fault = () => 'before';
    await start('one');
    await rig.advance(3_000);
    rig.db.fault = null;
    await rig.put(outgoing('m1', 'a'));
    await rig.pass(isDone, 1_000);
    let refusals = 20;
    rig.db.fault = () => (refusals-- > 0 ? 'before' : null);
    await rig.put(outgoing('m2', 'a'));
    await rig.pass(isDone, 1_000);
    expect(rig.wire.ids()).toEqual(['m1', 'm2']);
  });

  test('stop waits for what is on its way', async () => {
    const late = makeGate<SendOutcome>();
    rig.wire.say('m1', late.promise);
    await rig.put(outgoing('m1', 'a'));
    const senders = await start('one');
    await rig.pass(() => rig.wire.calls.length === 1, 100);
    let ended = false;
    void senders.stop().then(() => (ended = true));
    await rig.advance(5_000);
    expect(ended).toBe(false);
    late.open(ok);
    await rig.pass(() => ended, 100);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted' });
    expect(await rig.store.rows(`select owner from leases where name = $1`, [`sender/${CHANNEL}`])).toEqual([
      { owner: null },
    ]);
  });
});
