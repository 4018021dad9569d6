import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AT_ONCE, seqOf } from './fixtures/enqueued.ts';
import { CHANNEL, clear, openRig, outgoing, readMark, type Rig, text } from './fixtures/rig.ts';
import { enqueue } from './enqueue.ts';
import { CLASS } from './classes.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.store.close());
beforeEach(async () => {
  await clear(rig);
  await rig.talk('a', 'b');
});

const put = (...items: Parameters<typeof enqueue>[1]) =>
  rig.store.db.transaction((tx) => enqueue(tx, items, rig.clock.now()));

describe('enqueue', () => {
  test('stores the message for people and the item for the sender, and hands over the new row', async () => {
    const at = rig.clock.now();
    const enqueued = await put(
      outgoing('m1', 'a', {
        at,
        position: 7,
        reaction: 'handlers',
        message: { ...text('hi'), context: { message_id: 'wamid.q' } },
      }),
    );
    expect(enqueued).toMatchObject([{ channelId: CHANNEL, state: 'queued', class: CLASS.reply }]);
    expect(await rig.row('m1')).toMatchObject({
      state: 'queued',
      direction: 'out',
      origin: 'handler',
      type: 'text',
      preview: 'm1',
      quoted_id: 'wamid.q',
      rank: 0,
      position: 7,
      reaction: 'handlers',
      whatsapp_id: null,
      at: new Date(at),
    });
    expect(await rig.store.rows('select id, state, attempt, class, lane, kind, address, payload from outbox')).toEqual([
      {
        id: 'm1',
        state: 'queued',
        attempt: 0,
        class: CLASS.reply,
        lane: 'a',
        kind: 'message',
        address: { to: 'a' },
        payload: { ...text('hi'), context: { message_id: 'wamid.q' } },
      },
    ]);
  });

  test('the same id is enqueued once, also after it has been sent', async () => {
    await put(outgoing('m1', 'a'), readMark('r1', 'a'));
    await put(outgoing('m1', 'a', { message: text('other words') }), readMark('r1', 'a'));
    expect(await rig.outbox()).toHaveLength(2);
    await rig.store.rows('delete from outbox');
    await put(outgoing('m1', 'a'));
    expect(await rig.outbox()).toEqual([]);
  });

  test('the same idempotency key is enqueued once, under the first id', async () => {
    await put(outgoing('m1', 'a', { idempotencyKey: 'k' }));
    await put(outgoing('m2', 'a', { idempotencyKey: 'k' }));
    expect((await rig.outbox()).map((row) => row.id)).toEqual(['m1']);
    expect(await rig.row('m2')).toEqual({});
  });

  test('what comes together is numbered in its order, whatever its ids', async () => {
    await put(...AT_ONCE.map((id) => outgoing(id, 'a')));
    expect(await seqOf(rig)).toEqual(AT_ONCE);
  });

  test('an answer computed under an earlier owner of the conversation is blocked, and says why', async () => {
    await rig.store.rows(`update conversations set owner = 'person', owner_epoch = 3 where id = 'cnv_a'`);
    await put(
      outgoing('old', 'a', { ownerEpoch: 2 }),
      outgoing('new', 'a', { ownerEpoch: 3 }),
      outgoing('free', 'a', { ownerEpoch: null }),
    );
    expect(await rig.row('old')).toMatchObject({ state: 'blocked', reason: expect.stringContaining('changed hands') });
    expect((await rig.outbox()).map((row) => row.id)).toEqual(['new', 'free']);
  });

  test('moves the conversation to the last of the messages, but never back in time', async () => {
    const at = rig.clock.now();
    const last = () =>
      rig.store.rows<{ last_message_id: string }>(`select last_message_id from conversations where id = 'cnv_a'`);
    await put(outgoing('m1', 'a', { at }), outgoing('m2', 'a', { at }));
    expect(await last()).toEqual([{ last_message_id: 'm2' }]);
    await put(outgoing('m3', 'a', { at: at - 1 }));
    expect(await last()).toEqual([{ last_message_id: 'm2' }]);
  });

  test('words that PostgreSQL cannot hold do not keep the batch from being stored', async () => {
    const odd = JSON.parse('{"type":"text","text":{"body":"a\\u0000\\ud800","\\u0000":1}}') as ReturnType<typeof text>;
    await put(outgoing('odd', 'a', { message: odd, preview: '\u0000' }), outgoing('m2', 'b'));
    expect(await rig.row('odd')).toMatchObject({
      body: { text: { body: 'a\ufffd\ufffd', '\ufffd': 1 } },
      preview: '\ufffd',
    });
    expect(await rig.outbox()).toHaveLength(2);
  });

  test('nothing is nothing', async () => {
    expect(await put()).toEqual([]);
  });
});
