import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fold, joinParked } from '#ledger';
import { edit, emoji, message, next, status, toFoldable } from '../ledger/fixtures/ledger.ts';
import { CHANNEL, clear, fail, openRig, outgoing, type Rig } from './fixtures/rig.ts';
import { type Settled, storeSettled } from './outcome-store.ts';
import { makeSettler, type OptOut } from './settle.ts';
import { claimItems, type Claimed, settleByEvidence } from './store.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.store.close());
beforeEach(async () => {
  await clear(rig);
  await rig.talk('a', 'b');
});

const lease = async () => {
  const [row] = await rig.store.rows<{ epoch: number }>('select epoch from leases where name = $1', [
    `sender/${CHANNEL}`,
  ]);
  return { name: `sender/${CHANNEL}`, epoch: row?.epoch ?? 0, cursor: 0 };
};
const claim = async (...ids: string[]): Promise<Claimed[]> => {
  const held = await lease();
  return claimItems(
    rig.store.db,
    ids.map((id) => ({ id, lease: held })),
  );
};

const accepted = (item: Claimed, whatsappId: string, provider: Settled['provider'] = 'meta'): Settled => ({
  item,
  provider,
  channelId: CHANNEL,
  workspaceId: 'main',
  startedAt: rig.clock.now(),
  finishedAt: rig.clock.now() + 5,
  outcome: 'accepted',
  step: { state: 'accepted', whatsappId },
  verdict: null,
  category: null,
});

const stopped: OptOut[] = [];
const settler = () =>
  makeSettler({
    db: rig.store.db,
    clock: rig.clock,
    log: rig.log,
    joinParked,
    optOut: async (_tx, people) => void stopped.push(...people),
    isStopping: () => false,
  });
const foldAll = (...events: Parameters<typeof toFoldable>[0][]) =>
  rig.store.db.transaction(async (tx) => {
    const { settled } = await fold(
      tx,
      events.map((event) => toFoldable(event)),
      rig.clock.now(),
    );
    await settleByEvidence(tx, settled, rig.clock.now());
  });
const mia = { phone: 'a' };

describe('the accepted answer', () => {
  test('comes to the same row before, between and after any statuses, with or without our id in them (I4)', async () => {
    const words = fc.shuffledSubarray(['sent', 'delivered', 'read'] as const, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(words, fc.nat({ max: 3 }), fc.boolean(), async (list, place, isTold) => {
        const id = `m${next()}`;
        const whatsappId = `wamid.${id}`;
        await rig.put(outgoing(id, 'a'));
        const [item] = await claim(id);
        if (!item) throw new Error('not claimed');
        const steps = list.map((word) => () => foldAll(status(whatsappId, word, isTold ? { callbackData: id } : {})));
        steps.splice(place % (steps.length + 1), 0, async () => void (await settler().add(accepted(item, whatsappId))));
        for (const step of steps) await step();
        const best = list.includes('read') ? 'read' : list.includes('delivered') ? 'delivered' : 'sent';
        expect(await rig.row(id)).toMatchObject({ state: best, whatsapp_id: whatsappId });
        expect([await rig.outbox(), await rig.store.rows('select from parked')]).toEqual([[], []]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a message "from me" that is our own send (Whapi)', () => {
  test('before our answer: one message is left, with all that was learned of the other', async () => {
    await rig.put(outgoing('m1', 'a'));
    const [item] = await claim('m1');
    const echo = message(mia, 'm1', { kind: 'message.echo', id: 'whapi.1' });
    await foldAll(
      echo,
      status('whapi.1', 'delivered'),
      emoji(mia, 'whapi.1', '👍'),
      edit(mia, 'whapi.1', 'm1!', { direction: 'out' }),
    );
    const [talk] = await rig.store.rows<{ id: string }>(
      'select conversation_id as id from messages where whatsapp_id = $1',
      ['whapi.1'],
    );
    await settler().add(accepted(item as Claimed, 'whapi.1', 'whapi'));
    expect(await rig.store.rows('select id, state, rank from messages where direction = $1', ['out'])).toEqual([
      { id: 'm1', state: 'delivered', rank: 4 },
    ]);
    expect((await rig.row('m1'))['delivered_at']).toBeInstanceOf(Date);
    expect(await rig.store.rows('select message_id, emoji from message_emojis')).toEqual([
      { message_id: 'm1', emoji: '👍' },
    ]);
    expect(
      await rig.store.rows('select last_message_id as id from conversations where id = $1', [talk?.id ?? '']),
    ).toEqual([{ id: 'm1' }]);
    await foldAll(status('whapi.1', 'read'));
    expect(await rig.row('m1')).toMatchObject({ state: 'read' });
    await rig.store.rows('delete from message_emojis');
  });

  test('after our answer: it is the message we know', async () => {
    await rig.put(outgoing('m1', 'a'));
    const [item] = await claim('m1');
    await settler().add(accepted(item as Claimed, 'whapi.2', 'whapi'));
    await foldAll(message(mia, 'm1', { kind: 'message.echo', id: 'whapi.2' }));
    expect(await rig.store.rows(`select id from messages where direction = 'out'`)).toEqual([{ id: 'm1' }]);
  });

  test('at the same instant: whoever is first, one message is left', async () => {
    await rig.put(outgoing('m1', 'a'));
    const [item] = await claim('m1');
    const other = await rig.store.connect();
    await other.query('begin');
    await other.query(
      `insert into messages (id, workspace_id, channel_id, direction, origin, type, preview, body, at, state, rank, whatsapp_id)
       values ('msg_echo', 'main', $1, 'out', 'phone_app', 'text', '', '{}', now(), 'read', 5, 'whapi.3')`,
      [CHANNEL],
    );
    const settled = settler().add(accepted(item as Claimed, 'whapi.3', 'whapi'));
    await rig.quiet();
    await other.query('commit');
    let done = false;
    void settled?.then(() => (done = true));
    await rig.pass(() => done, 100);
    expect(await rig.store.rows(`select id, state from messages where direction = 'out'`)).toEqual([
      { id: 'm1', state: 'read' },
    ]);
  });

  test('of Meta (another app of ours sent it, it says) is found out at the second try', async () => {
    await rig.put(outgoing('m1', 'a'));
    const [item] = await claim('m1');
    await foldAll(message(mia, 'm1', { kind: 'standby.echo', id: 'wamid.echo' }));
    let done = false;
    void settler()
      .add(accepted(item as Claimed, 'wamid.echo'))
      ?.then(() => (done = true));
    await rig.pass(() => done, 100);
    expect(await rig.row('m1')).toMatchObject({ state: 'accepted', whatsapp_id: 'wamid.echo' });
  });
});

describe('an outcome that cannot be stored', () => {
  test('does not keep the others from being stored, and is told', async () => {
    await rig.put(outgoing('m1', 'a'), outgoing('m2', 'b'), outgoing('m0', 'c'));
    await rig.store.rows(`update messages set whatsapp_id = 'wamid.taken' where id = 'm0'`);
    const items = await claim('m1', 'm2');
    const list = items.map((item) => accepted(item, item.id === 'm1' ? 'wamid.taken' : 'wamid.m2'));
    const made = settler();
    let done = false;
    void Promise.all(list.map(async (one) => made.add(one))).then(() => (done = true));
    await rig.pass(() => done, 500);
    expect(await rig.row('m2')).toMatchObject({ state: 'accepted', whatsapp_id: 'wamid.m2' });
    expect(rig.log.lines.filter((line) => line.message === 'outbox.outcome_unstorable')).toMatchObject([
      { message: 'outbox.outcome_unstorable' },
    ]);
    expect(rig.log.said('outbox.outcome_unstorable')).toBe(1);
  });

  const broken = 'an odd text';
  const failure = fail('permanent', { code: 131000, advice: broken, error: { code: 131000, message: broken } });
  const dueAt = 4_102_444_800_000;
  const drop = 'alter table messages drop constraint if exists no_odd';
  const check = `check (concat(whatsapp_id, category, reason, policy::text) not like '%odd%')`;
  beforeEach(() => rig.store.rows(`${drop}, add constraint no_odd ${check}`));
  afterEach(() => rig.store.rows(drop));

  test.each<[string, Partial<Settled>, object, object[]]>([
    ['an id that another has', { step: { state: 'accepted', whatsappId: 'wamid.taken' } }, { state: 'accepted' }, []],
    ['an id that is refused', { step: { state: 'accepted', whatsappId: broken } }, { state: 'accepted' }, []],
    ['a category that is refused', { category: broken }, { state: 'accepted', whatsapp_id: 'wamid.m1' }, []],
    [
      'a failure whose text is refused',
      { outcome: 'permanent', step: { state: 'failed', failure } },
      { state: 'failed' },
      [],
    ],
    [
      'a reason to wait whose text is refused',
      { outcome: 'transient', step: { state: 'retry', dueAt, spent: true, failure, slow: null } },
      { state: 'retry' },
      [{ id: 'm1', state: 'retry', attempt: 1 }],
    ],
    [
      'a verdict whose text is refused',
      {
        outcome: 'policy',
        step: { state: 'held', dueAt, verdict: { verdict: 'defer', until: dueAt, reasons: [] } },
        verdict: { verdict: 'defer', until: dueAt, reasons: [{ rule: 'tier', effect: 'defer', text: broken }] },
      },
      { state: 'retry' },
      [{ id: 'm1', state: 'retry', attempt: 0 }],
    ],
  ])('for %s is stored bare: nothing that was sent is left to be sent again', async (_name, more, row, left) => {
    await rig.put(outgoing('m1', 'a'), outgoing('m0', 'b'));
    await rig.store.rows(`update messages set whatsapp_id = 'wamid.taken' where id = 'm0'`);
    await rig.store.rows(`delete from outbox where id = 'm0'`);
    const [item] = await claim('m1');
    let done = false;
    void settler()
      .add({ ...accepted(item as Claimed, 'wamid.m1'), ...more })
      ?.then(() => (done = true));
    await rig.pass(() => done, 500);
    expect(await rig.outbox()).toEqual(left);
    expect(await rig.row('m1')).toMatchObject(row);
    expect(rig.log.lines.filter((line) => line.message === 'outbox.outcome_unstorable')).toHaveLength(1);
  });
});

describe('the sender and the worker on the same messages at the same moment', () => {
  test('do not wait for each other in a circle', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `d${String(n).padStart(2, '0')}`);
    await rig.put(...ids.map((id) => outgoing(id, 'a')));
    const items = await claim(...ids);
    const statuses = ids.toReversed().map((id) => status(`wamid.${id}`, 'sent', { callbackData: id }));
    const results: Promise<unknown>[] = [];
    for (let round = 0; round < 15; round++) {
      const both = [
        rig.store.db.transaction((tx) =>
          storeSettled(
            tx,
            items.toReversed().map((item) => accepted(item, `wamid.${item.id}`)),
            () => false,
          ),
        ),
        foldAll(...statuses),
        rig.store.db.transaction((tx) =>
          storeSettled(
            tx,
            items.map((item) => accepted(item, `wamid.${item.id}`)),
            () => false,
          ),
        ),
      ];
      results.push(...both);
      await Promise.allSettled(both);
    }
    const failed = (await Promise.allSettled(results)).filter((result) => result.status === 'rejected');
    expect(failed.map((result) => String(result.reason))).toEqual([]);
  });
});

describe('an answer that says that the person stopped marketing', () => {
  test.each<[number, string[]]>([
    [131050, ['msg_1']],
    [131026, []],
  ])('(%d) is told in the transaction that stores it', async (code, ids) => {
    stopped.length = 0;
    await rig.put(outgoing('msg_1', 'a', { contactId: 'con_a' }), outgoing('msg_2', 'b', { contactId: null }));
    const failure = fail('permanent', { code });
    for (const item of await claim('msg_1', 'msg_2'))
      await settler().add({ ...accepted(item, ''), outcome: 'permanent', step: { state: 'failed', failure } });
    expect(stopped.map(({ messageId, contactId, workspaceId }) => [messageId, contactId, workspaceId])).toEqual(
      ids.map((id) => [id, 'con_a', 'main']),
    );
  });
});
