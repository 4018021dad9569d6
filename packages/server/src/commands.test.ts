import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureChannel, makeDirectory, type Directory } from '#channels';
import { storeTasks, settleResults } from '#reactions';
import { makeTestClock, openStore, type Store } from './kit/fixtures/rig.ts';
import { AT, CHANNEL, message, toFoldable } from './ledger/fixtures/ledger.ts';
import { fold } from '#ledger';
import { task } from './reactions/fixtures/tasks.ts';
import { deliver, toMessages } from './fixtures/workers.ts';
import { claimNew, readHorizon, readNext } from './journal/store.ts';
import { expandSegment } from './read-events.ts';
import { type CommandOptions, discard, replay, submit, type SubmitRequest } from './commands.ts';

let store: Store;
let directory: Directory;
let options: CommandOptions;
const woken: string[] = [];
const clock = makeTestClock(AT);

beforeAll(async () => {
  store = await openStore();
  directory = makeDirectory({ db: store.db, clock, workspaceId: 'main' });
  options = {
    db: store.db,
    clock,
    directory,
    wakeSenders: (channelIds) => void woken.push(...channelIds),
  };
  await ensureChannel(store.db, {
    id: CHANNEL,
    workspaceId: 'main',
    provider: 'meta',
    externalId: '106',
    accountId: null,
    name: 'Shop',
    phone: null,
  });
  await directory.refresh();
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of [
    'messages',
    'outbox',
    'conversations',
    'identities',
    'contacts',
    'quarantine',
    'reaction_tasks',
    'segments',
    'events',
    'event_marks',
  ])
    await store.rows(`delete from ${table}`);
  woken.length = 0;
});

const text = (body: string) => ({ type: 'text', text: { body } });
const request = (more: Partial<SubmitRequest> = {}): SubmitRequest => ({
  workspaceId: 'main',
  to: '+49 170 0000001',
  message: text('hi'),
  idempotencyKey: null,
  ...more,
});
const ask = (more: Partial<SubmitRequest> = {}) => submit(options, request(more));
const idOf = async (more: Partial<SubmitRequest> = {}) => {
  const answer = await ask(more);
  if (!answer.ok) throw new Error(answer.problem.detail);
  return answer.id;
};
/** The events of all that is stored. */
const readRows = async () => {
  const upTo = await readHorizon(store.db);
  return (await readNext(store.db, { after: 0, upTo, limit: 100, maxBytes: 1 << 30 })).flatMap(expandSegment);
};
const count = async (table: string) => (await store.rows(`select from ${table}`)).length;

describe('submit', () => {
  test('queues the message in a conversation with the person, and wakes the sender', async () => {
    const answer = await ask();
    expect(answer).toEqual({ ok: true, id: expect.stringMatching(/^msg_/), replayed: false });
    expect(
      await store.rows(
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
    expect(await store.rows('select class, lane, address from outbox')).toEqual([
      { class: 1, lane: '491700000001', address: { to: '491700000001' } },
    ]);
    expect(woken).toEqual([CHANNEL]);
  });

  test('the same person, however the number is written, is the same conversation', async () => {
    await ask();
    await ask({ to: '491700000001' });
    await ask({ to: '+49 (170) 000-0001' });
    expect([await count('conversations'), await count('contacts'), await count('messages')]).toEqual([1, 1, 3]);
  });

  test('a BSUID is a recipient of its own', async () => {
    await ask({ to: undefined, recipient: 'DE.123' });
    expect(await store.rows('select address, lane from outbox')).toEqual([
      { address: { recipient: 'DE.123' }, lane: 'DE.123' },
    ]);
    expect(await store.rows('select kind, value from identities')).toEqual([{ kind: 'bsuid', value: 'DE.123' }]);
  });

  test('a conversation names everything: the message goes where its last message came from', async () => {
    const { folded } = await store.db.transaction((tx) =>
      fold(tx, [toFoldable(message({ bsuid: 'DE.9' }, 'hello'))], AT),
    );
    const conversationId = folded[0]?.conversation?.id ?? '';
    const id = await idOf({ to: undefined, conversationId });
    expect(await store.rows('select id, address from outbox')).toEqual([{ id, address: { recipient: 'DE.9' } }]);
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
    const answer = await ask(more);
    expect(answer).toMatchObject({ ok: false, problem });
    expect([await count('messages'), await count('outbox'), woken.length]).toEqual([0, 0, 0]);
  });

  test('a conversation of another workspace does not exist (I10)', async () => {
    const item = toFoldable(message({ bsuid: 'DE.7' }, 'hi'), { workspaceId: 'other' });
    const { folded } = await store.db.transaction((tx) => fold(tx, [item], AT));
    expect(await ask({ conversationId: folded[0]?.conversation?.id })).toMatchObject({
      ok: false,
      problem: { code: 'conversation_unknown' },
    });
  });
});

describe('an Idempotency-Key', () => {
  test('returns the same message for the same request', async () => {
    const id = await idOf({ idempotencyKey: 'k' });
    clock.advance(60_000);
    expect(await ask({ idempotencyKey: 'k' })).toEqual({ ok: true, id, replayed: true });
    expect([await count('messages'), woken.length]).toEqual([1, 1]);
  });

  test.each<[string, Partial<SubmitRequest>]>([
    ['other words', { message: text('other') }],
    ['another person', { to: '491700000002' }],
    ['another channel', { channelId: CHANNEL }],
  ])('is refused for %s', async (_name, more) => {
    await idOf({ idempotencyKey: 'k' });
    expect(await ask({ idempotencyKey: 'k', ...more })).toMatchObject({
      ok: false,
      problem: { status: 409, code: 'idempotency_conflict' },
    });
    expect(await count('messages')).toBe(1);
  });

  test('belongs to its workspace', async () => {
    await store.rows(`insert into messages (id, workspace_id, channel_id, direction, origin, type, preview, body, at, state, idempotency_key, request_digest)
      values ('msg_other', 'other', 'x', 'out', 'api', 'text', '', '{}', now(), 'queued', 'k', 'd')`);
    expect(await ask({ idempotencyKey: 'k' })).toMatchObject({ ok: true, replayed: false });
  });

  test('used twenty times at once makes one message, and everybody gets its id', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ idempotencyKey: 'k' })));
    expect(new Set(answers.map((answer) => answer.ok && answer.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1);
    expect([await count('messages'), await count('outbox')]).toEqual([1, 1]);
  });

  test('used at once for different messages: one is taken, the others are told', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((body) => ask({ idempotencyKey: 'k', message: text(body) })),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.problem.status === 409)).toHaveLength(3);
    expect(await count('messages')).toBe(1);
  });

  test('none at all means every request is a message of its own', async () => {
    await Promise.all([ask(), ask(), ask()]);
    expect([await count('messages'), await count('conversations')]).toEqual([3, 1]);
  });
});

describe('several channels', () => {
  const whapi = 'chn_whapi';
  beforeAll(async () => {
    await ensureChannel(store.db, {
      id: whapi,
      workspaceId: 'main',
      provider: 'whapi',
      externalId: 'W1',
      accountId: null,
      name: 'W',
      phone: null,
    });
    await directory.refresh();
  });

  test('one of them must be named', async () => {
    expect(await ask()).toMatchObject({
      ok: false,
      problem: { status: 422, code: 'channel_needed', detail: expect.stringContaining('channelId') },
    });
    await idOf({ channelId: whapi });
    expect([await store.rows('select channel_id from outbox'), woken]).toEqual([[{ channel_id: whapi }], [whapi]]);
  });

  test.each<[string, string, string, object]>([
    ['a hidden number', '99887766@lid', 'lid', { to: '99887766@lid' }],
    ['a group', '1203630@g.us', 'group', { to: '1203630@g.us', group: true }],
    ['a chat id of a phone', '491700000001@s.whatsapp.net', 'phone', { to: '491700000001' }],
  ])('Whapi takes chat ids: %s', async (_name, to, kind, address) => {
    await idOf({ channelId: whapi, to });
    expect(await store.rows('select address from outbox')).toEqual([{ address }]);
    expect(await store.rows('select kind from identities')).toEqual([{ kind }]);
  });

  test('Meta does not', async () => {
    expect(await ask({ channelId: CHANNEL, to: '99887766@lid' })).toMatchObject({
      ok: false,
      problem: { errors: [{ field: 'to' }] },
    });
  });
});

describe('quarantine', () => {
  async function quarantined() {
    const one = task({ attempts: 4 });
    await storeTasks(store.db, [one]);
    const error = { reason: 'Error: x', stack: null };
    const failed = {
      task: one,
      outcome: 'quarantine',
      intents: [],
      notes: [],
      tookMs: 1,
      error,
      notBefore: null,
    } as const;
    await store.db.transaction((tx) => settleResults(tx, [failed], AT));
    const [entry] = await store.rows<{ id: string }>('select id from quarantine');
    return entry?.id ?? '';
  }

  test('replay of a reaction puts its task back, once', async () => {
    const id = await quarantined();
    expect([await replay(options, id), await replay(options, id), await discard(options, id)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await store.rows('select attempts from reaction_tasks')).toEqual([{ attempts: 0 }]);
    expect(await store.rows('select state from quarantine')).toEqual([{ state: 'replayed' }]);
  });

  test('replay of an event that could not be folded puts it at the end of the journal, new again, and no other of its delivery', async () => {
    await deliver(store.db, clock, [
      toMessages([
        { from: '491', text: 'a' },
        { from: '492', text: 'b' },
      ]),
    ]);
    const [, row] = await claimNew(store.db, await readRows());
    await store.rows(
      `insert into quarantine (id, workspace_id, position, event_id, kind, stage, reason, attempts)
       select 'qua_1', 'main', position, event_id, kind, 'fold', 'x', 1 from events where position = $1`,
      [row?.position ?? 0],
    );
    expect([await replay(options, 'qua_1'), await replay(options, 'qua_1')]).toEqual([true, false]);
    const [, , again, ...more] = await readRows();
    expect([again?.eventId, again?.event, more]).toEqual([row?.eventId, row?.event, []]);
    expect(again?.receivedAt).toEqual(new Date(clock.now()));
    expect(await claimNew(store.db, again ? [again] : [])).toEqual([again]);
  });

  test('discard lets it go, and keeps it visible', async () => {
    const id = await quarantined();
    expect([await discard(options, id), await discard(options, id), await replay(options, id)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await store.rows('select state from quarantine')).toEqual([{ state: 'discarded' }]);
    expect(await count('reaction_tasks')).toBe(0);
  });

  test('what is not there cannot be replayed or discarded', async () => {
    expect([await replay(options, 'qua_9'), await discard(options, 'qua_9')]).toEqual([false, false]);
  });
});
