import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureChannel } from '#channels';
import { fold } from '#ledger';
import { openSubmit, type SubmitRig, text } from './fixtures/submit.ts';
import { AT, CHANNEL, message, toFoldable } from './ledger/fixtures/ledger.ts';
import type { SubmitRequest } from './submit-request.ts';

let rig: SubmitRig;
beforeAll(async () => {
  rig = await openSubmit();
});
afterAll(() => rig.store.close());
beforeEach(() => rig.clear());

const count = (table: string) => rig.count(table);

describe('submit', () => {
  test('queues the message in a conversation with the person, and wakes the sender', async () => {
    const answer = await rig.ask();
    expect(answer).toEqual({
      ok: true,
      id: expect.stringMatching(/^msg_/),
      replayed: false,
      judged: { verdict: { verdict: 'allow', until: null, reasons: [] }, category: null },
    });
    expect(
      await rig.store.rows(
        'select m.state, m.origin, m.preview, m.type, v.address, v.last_inbound_at, v.last_message_id = m.id as last from messages m join conversations v on v.id = m.conversation_id',
      ),
    ).toEqual([
      {
        state: 'queued',
        origin: 'api',
        preview: 'hi',
        type: 'text',
        address: { to: '491700000001' },
        last_inbound_at: null,
        last: true,
      },
    ]);
    expect(
      await rig.store.rows(
        'select o.class, o.lane = m.conversation_id as own, o.address from outbox o join messages m using (id)',
      ),
    ).toEqual([{ class: 1, own: true, address: { to: '491700000001' } }]);
    expect(rig.woken).toEqual([CHANNEL]);
  });

  test('the same person, however the number is written, is the same conversation', async () => {
    await rig.ask();
    await rig.ask({ to: '491700000001' });
    await rig.ask({ to: '+49 (170) 000-0001' });
    expect([await count('conversations'), await count('contacts'), await count('messages')]).toEqual([1, 1, 3]);
  });

  test('a BSUID is a recipient of its own', async () => {
    await rig.ask({ to: undefined, recipient: 'DE.123' });
    expect(await rig.store.rows('select address from outbox')).toEqual([{ address: { recipient: 'DE.123' } }]);
    expect(await rig.store.rows('select kind, value from identities')).toEqual([{ kind: 'bsuid', value: 'DE.123' }]);
  });

  test('a conversation names everything: the message goes where its last message came from', async () => {
    const { folded } = await rig.store.db.transaction((tx) =>
      fold(tx, [toFoldable(message({ bsuid: 'DE.9' }, 'hello'))], AT),
    );
    const conversationId = folded[0]?.conversation?.id ?? '';
    const id = await rig.idOf({ to: undefined, conversationId });
    expect(await rig.store.rows('select id, address from outbox')).toEqual([{ id, address: { recipient: 'DE.9' } }]);
    expect(await count('conversations')).toBe(1);
  });
});

describe('a request that cannot be taken leaves nothing, and says what to do', () => {
  test.each<[string, Partial<SubmitRequest>, object]>([
    [
      'an unknown channel',
      { channelId: 'chn_9' },
      { status: 404, code: 'channel_unknown', detail: expect.stringContaining('/api/v1/channels') },
    ],
    ['an unknown conversation', { conversationId: 'cnv_9' }, { status: 404, code: 'conversation_unknown' }],
    [
      "somebody else's channel",
      { workspaceId: 'other' },
      { status: 422, code: 'channel_needed', detail: 'No channel is connected yet.' },
    ],
    [
      'nobody to send to',
      { to: undefined },
      { status: 422, code: 'message_invalid', errors: [{ message: expect.stringContaining('needs "to"') }] },
    ],
    ['a number that is none', { to: '12' }, { status: 422, errors: [{ field: 'to', actual: 2 }] }],
    ['no message', { message: undefined }, { status: 422, code: 'message_invalid' }],
    ['an unknown type', { message: { type: 'txt' } }, { status: 422, errors: [{ field: 'message.type' }] }],
    [
      'a text that is too long',
      { message: text('x'.repeat(4_097)) },
      { status: 422, errors: [{ field: 'message.text.body', limit: 4_096, actual: 4_097 }] },
    ],
    [
      'two mistakes at once',
      { to: '12', message: text('') },
      { status: 422, errors: [{ field: 'to' }, { field: 'message.text.body' }] },
    ],
    [
      'a message that does not go with its recipient',
      { message: { type: 'pin', pin: { type: 'pin', message_id: 'wamid.1', expiration_days: 7 } } },
      { status: 422, errors: [{ field: 'message.type', message: expect.stringContaining('group') }] },
    ],
  ])('%s', async (_name, more, problem) => {
    const answer = await rig.ask(more);
    expect(answer).toMatchObject({ ok: false, problem });
    expect([await count('messages'), await count('outbox'), rig.woken.length]).toEqual([0, 0, 0]);
  });

  test('a conversation of another workspace does not exist (I10)', async () => {
    const item = toFoldable(message({ bsuid: 'DE.7' }, 'hi'), { workspaceId: 'other' });
    const { folded } = await rig.store.db.transaction((tx) => fold(tx, [item], AT));
    expect(await rig.ask({ conversationId: folded[0]?.conversation?.id })).toMatchObject({
      ok: false,
      problem: { code: 'conversation_unknown' },
    });
  });
});

describe('an Idempotency-Key', () => {
  test('returns the same message for the same request', async () => {
    const id = await rig.idOf({ idempotencyKey: 'k' });
    rig.clock.advance(60_000);
    expect(await rig.ask({ idempotencyKey: 'k' })).toEqual({ ok: true, id, replayed: true, judged: null });
    expect([await count('messages'), rig.woken.length]).toEqual([1, 1]);
  });

  test.each<[string, Partial<SubmitRequest>]>([
    ['other words', { message: text('other') }],
    ['another person', { to: '491700000002' }],
    ['another channel', { channelId: CHANNEL }],
  ])('is refused for %s', async (_name, more) => {
    await rig.idOf({ idempotencyKey: 'k' });
    expect(await rig.ask({ idempotencyKey: 'k', ...more })).toMatchObject({
      ok: false,
      problem: { status: 409, code: 'idempotency_conflict' },
    });
    expect(await count('messages')).toBe(1);
  });

  test('belongs to its workspace', async () => {
    await rig.store.rows(`insert into messages (id, workspace_id, channel_id, direction, origin, type, preview, body, at, state, idempotency_key, request_digest)
      values ('msg_other', 'other', 'x', 'out', 'api', 'text', '', '{}', now(), 'queued', 'k', 'd')`);
    expect(await rig.ask({ idempotencyKey: 'k' })).toMatchObject({ ok: true, replayed: false });
  });

  test('used twenty times at once makes one message, and everybody gets its id', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => rig.ask({ idempotencyKey: 'k' })));
    expect(new Set(answers.map((answer) => answer.ok && answer.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1);
    expect([await count('messages'), await count('outbox')]).toEqual([1, 1]);
  });

  test('used at once leaves the conversation with the message that was taken', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => rig.ask({ idempotencyKey: 'k', message: text(`${n % 2}`) })));
    expect(
      await rig.store.rows(
        'select m.id is not null as there from conversations c left join messages m on m.id = c.last_message_id',
      ),
    ).toEqual([{ there: true }]);
  });

  test('used at once for different messages: one is taken, the others are told', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((body) => rig.ask({ idempotencyKey: 'k', message: text(body) })),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.problem.status === 409)).toHaveLength(3);
    expect(await count('messages')).toBe(1);
  });

  test('none at all means every request is a message of its own', async () => {
    await Promise.all([rig.ask(), rig.ask(), rig.ask()]);
    expect([await count('messages'), await count('conversations')]).toEqual([3, 1]);
  });
});

describe('several channels', () => {
  const whapi = 'chn_whapi';
  beforeAll(async () => {
    await ensureChannel(rig.store.db, {
      id: whapi,
      workspaceId: 'main',
      provider: 'whapi',
      externalId: 'W1',
      accountId: null,
      name: 'W',
      phone: null,
    });
    await rig.directory.refresh();
  });

  test('one of them must be named', async () => {
    expect(await rig.ask()).toMatchObject({
      ok: false,
      problem: { status: 422, code: 'channel_needed', detail: expect.stringContaining('channelId') },
    });
    await rig.idOf({ channelId: whapi });
    expect([await rig.store.rows('select channel_id from outbox'), rig.woken]).toEqual([
      [{ channel_id: whapi }],
      [whapi],
    ]);
  });

  test.each<[string, string, string, object]>([
    ['a hidden number', '99887766@lid', 'lid', { to: '99887766@lid' }],
    ['a group', '1203630@g.us', 'group', { to: '1203630@g.us', group: true }],
    ['a chat id of a phone', '491700000001@s.whatsapp.net', 'phone', { to: '491700000001' }],
  ])('Whapi takes chat ids: %s', async (_name, to, kind, address) => {
    await rig.idOf({ channelId: whapi, to });
    expect(await rig.store.rows('select address from outbox')).toEqual([{ address }]);
    expect(await rig.store.rows('select kind from identities')).toEqual([{ kind }]);
  });

  test('Meta does not', async () => {
    expect(await rig.ask({ channelId: CHANNEL, to: '99887766@lid' })).toMatchObject({
      ok: false,
      problem: { errors: [{ field: 'to' }] },
    });
  });
});
