import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTH, CHANNEL, makeRig, type Rig, toMessageRow, toStatus, toText } from './fixtures/rig.ts';

interface Listed {
  readonly data: Record<string, unknown>[];
  readonly next: string | null;
}

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.insert('channels', CHANNEL);
});
afterAll(() => rig.close());

async function get(url: string): Promise<Listed> {
  const response = await rig.app.inject({ url: `/api/v1${url}`, headers: AUTH });
  expect(response.json()).toHaveProperty('data');
  return response.json<Listed>();
}

const TASK = {
  workspace_id: 'main',
  shard: 7,
  lane: 'x',
  event_id: 'x',
  received_at: 'now',
  delivery: 0,
  pointer: '',
  channel_id: 'chn_1',
};

/** Walks a list page by page and returns the values of one column. */
async function walk(url: string, column: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  let after = '';
  for (let page = 0; page < 50; page++) {
    const { data, next } = await get(`${url}${url.includes('?') ? '&' : '?'}limit=2${after}`);
    seen.push(...data.map((row) => row[column]));
    if (next === null) return seen;
    after = `&after=${next}`;
  }
  throw new Error('the list has no end');
}

describe('events', () => {
  let ids: Record<'text' | 'status' | 'poison' | 'waiting' | 'foreign', string>;

  let again: number[];

  beforeAll(async () => {
    await rig.insert('messages', toMessageRow({ id: 'msg_in', whatsapp_id: 'wamid.A' }));
    const deliver = async (...of: Parameters<Rig['deliver']>) => String((await rig.deliver(...of))[0]);
    const text = await deliver(toText('wamid.A', 'hello\nworld'));
    const status = await deliver(toStatus('wamid.A', 'read'));
    again = await rig.deliver(toText('wamid.A', 'hello\nworld'));
    const poison = await deliver('not json');
    const quarantine = {
      workspace_id: 'main',
      event_id: 'x',
      kind: 'unreadable',
      stage: 'fold',
      reason: 'boom',
      attempts: 1,
    };
    await rig.insert('quarantine', { id: 'qua_1', position: poison, ...quarantine });
    const foreign = await deliver(toText('wamid.Z', 'secret'), { workspaceId: 'other' });
    const waiting = await deliver(toText('wamid.B', 'later'));
    await rig.insert('reaction_tasks', { ...TASK, position: waiting, reaction: 'handlers' });
    ids = { text, status, poison, waiting, foreign };
  });

  test('come newest first, each with its state, its summary and the message it is about', async () => {
    const { data, next } = await get('/events');
    expect([next, again]).toEqual([null, []]);
    expect(data.map(({ id, kind, state, summary, messageId }) => ({ id, kind, state, summary, messageId }))).toEqual([
      { id: ids.waiting, kind: 'message.received', state: 'waiting', summary: 'Ada: later', messageId: null },
      { id: ids.poison, kind: 'unreadable', state: 'quarantined', summary: expect.any(String), messageId: null },
      {
        id: ids.status,
        kind: 'message.status',
        state: 'done',
        summary: 'read: message to +491701234567',
        messageId: 'msg_in',
      },
      { id: ids.text, kind: 'message.received', state: 'done', summary: 'Ada: hello world', messageId: 'msg_in' },
    ]);
    expect(data.at(-1)).toMatchObject({
      channelId: 'chn_1',
      conversationId: 'cnv_1',
      at: '2026-11-21T12:00:00.000Z',
      receivedAt: '2026-11-21T12:00:00.250Z',
    });
  });

  test.each([
    ['kind=message.received', ['waiting', 'text']],
    ['kind=message.status', ['status']],
    ['kind=unreadable', ['poison']],
    ['kind=call.connect', []],
    ['state=quarantined', ['poison']],
    ['state=quarantined&kind=message.status', []],
    ['state=waiting', ['waiting']],
    ['state=done', ['status', 'text']],
    ['channelId=chn_1', ['waiting', 'status', 'text']],
    ['channelId=chn_none', []],
    ['kind=message.received&state=done', ['text']],
  ] as const)('with %s are those and no others, also page by page', async (filter, expected) => {
    expect(await walk(`/events?${filter}`, 'id')).toEqual(expected.map((name) => ids[name]));
  });

  test('page by page are all seen once', async () => {
    const all = ['waiting', 'poison', 'status', 'text'] as const;
    expect(await walk('/events', 'id')).toEqual(all.map((name) => ids[name]));
  });

  test('of another workspace are not to be had by id either', async () => {
    const response = await rig.app.inject({ url: `/api/v1/events/${ids.foreign}`, headers: AUTH });
    expect(response.statusCode).toBe(404);
  });

  test('opened whole show the delivery, the event and what each reaction made of it', async () => {
    const run = { position: ids.text, workspace_id: 'main', attempts: 2, at: '2026-11-21T12:00:01Z' };
    await rig.insert('reaction_runs', {
      ...run,
      reaction: 'handlers',
      state: 'done',
      notes: JSON.stringify([{ name: 'mood', data: 1 }]),
    });
    await rig.insert('reaction_runs', { ...run, reaction: 'rules', state: 'retrying', error: 'TypeError: x' });
    await rig.insert(
      'messages',
      toMessageRow({
        id: 'msg_out',
        direction: 'out',
        origin: 'handler',
        state: 'accepted',
        position: ids.text,
        reaction: 'handlers',
      }),
    );
    const task = { ...TASK, position: ids.text };
    await rig.insert('reaction_tasks', { ...task, reaction: 'rules', attempts: 3 });
    await rig.insert('reaction_tasks', { ...task, reaction: 'flows' });
    const response = await rig.app.inject({ url: `/api/v1/events/${ids.text}`, headers: AUTH });
    expect(response.json()).toMatchObject({
      id: ids.text,
      event: { kind: 'message.received', message: { id: 'wamid.A', content: { type: 'text', body: 'hello\nworld' } } },
      reactions: [
        { name: 'flows', state: 'waiting', attempts: 1, at: null, error: null, messageIds: [] },
        {
          name: 'handlers',
          state: 'done',
          attempts: 2,
          error: null,
          notes: [{ name: 'mood', data: 1 }],
          messageIds: ['msg_out'],
        },
        { name: 'rules', state: 'retrying', error: 'TypeError: x' },
      ],
      delivery: { provider: 'meta', truncated: false, body: JSON.stringify(toText('wamid.A', 'hello\nworld')) },
    });
  });

  test('of a large delivery are listed without being read, and shown cut when opened', async () => {
    const [position] = await rig.deliver(toText('wamid.L', 'x'.repeat(300_000)));
    const { data } = await get('/events?limit=1');
    expect(data[0]).toMatchObject({
      id: String(position),
      at: null,
      summary: 'In a large delivery: open the event to read it',
    });
    const opened = (await rig.app.inject({ url: `/api/v1/events/${position}`, headers: AUTH })).json();
    expect(opened.delivery).toMatchObject({ truncated: true });
    expect(opened.delivery.bytes).toBeGreaterThan(300_000);
    expect(opened.delivery.body).toHaveLength(65_536);
    expect(opened.summary).toMatch(/^Ada: x{195}$/);
  });

  test('whose delivery is gone stay in the list and say so', async () => {
    const [position] = await rig.deliver(toText('wamid.G', 'gone'));
    await rig.query('delete from segments where position = $1 / 100000', [position]);
    const { data } = await get('/events?limit=1');
    expect(data[0]).toMatchObject({
      id: String(position),
      at: null,
      summary: expect.stringContaining('no longer stored'),
    });
    const opened = (await rig.app.inject({ url: `/api/v1/events/${position}`, headers: AUTH })).json();
    expect(opened).toMatchObject({ event: null, delivery: { bytes: 0, body: '' } });
  });

  test('are found up to the last position that a number holds exactly', async () => {
    const event = {
      received_at: '2026-11-21T12:00:00Z',
      position: 2 ** 53 - 1,
      workspace_id: 'main',
      delivery: 0,
      provider: 'meta',
      channel: '222',
      lane: 'x',
      event_id: 'x',
      kind: 'message.received',
      pointer: '',
    };
    await rig.insert('events', event);
    const { data, next } = await get('/events?limit=1');
    const opened = await rig.app.inject({ url: `/api/v1/events/${event.position}`, headers: AUTH });
    const behind = await get(`/events?limit=1&after=${next}`);
    await rig.query('delete from events where position = $1', [event.position]);
    expect([data[0]?.['id'], opened.json().id]).toEqual([String(event.position), String(event.position)]);
    expect(behind.data).toHaveLength(1);
  });

  test.each(['0', '-1', 'abc', '99999999', '9007199254740993', '9'.repeat(30)])(
    'with an id that is none (%s) are not found',
    async (id) => {
      const response = await rig.app.inject({ url: `/api/v1/events/${id}`, headers: AUTH });
      expect(response.json()).toMatchObject({ status: 404, code: 'not_found' });
    },
  );
});

describe('conversations', () => {
  beforeAll(async () => {
    await rig.insert('contacts', { id: 'con_1', workspace_id: 'main', name: 'Ada' });
    await rig.insert('contacts', { id: 'con_2', workspace_id: 'main', name: null });
    await rig.insert('contacts', { id: 'con_3', workspace_id: 'main', name: '' });
    const identity = { workspace_id: 'main', seen_at: 'now' };
    await rig.insert('identities', { ...identity, kind: 'phone', value: '491701234567', contact_id: 'con_1' });
    await rig.insert('identities', { ...identity, kind: 'phone', value: '491709999999', contact_id: 'con_2' });
    await rig.insert('identities', { ...identity, kind: 'bsuid', value: 'DE.1', contact_id: 'con_3' });
    const base = { workspace_id: 'main', channel_id: 'chn_1', lane: 'x', address: {} };
    const at = '2026-11-21T12:00:00.123456Z';
    await rig.insert('conversations', {
      ...base,
      id: 'cnv_1',
      contact_id: 'con_1',
      last_message_at: at,
      last_inbound_at: '2026-11-21T12:00:00Z',
      last_message_id: 'msg_in',
    });
    await rig.insert('conversations', { ...base, id: 'cnv_2', contact_id: 'con_2', last_message_at: at });
    await rig.insert('conversations', { ...base, id: 'cnv_3', contact_id: 'con_3', last_message_at: null });
    await rig.insert('conversations', { ...base, id: 'cnv_4', contact_id: 'con_4', last_message_at: null });
    await rig.insert('conversations', {
      ...base,
      id: 'cnv_5',
      contact_id: 'con_5',
      last_message_at: '2026-11-20T00:00:00Z',
    });
    await rig.insert('conversations', {
      ...base,
      id: 'cnv_6',
      contact_id: 'con_6',
      workspace_id: 'other',
      last_message_at: at,
    });
  });

  test('come latest message first, those without any last, each once', async () => {
    expect(await walk('/conversations', 'id')).toEqual(['cnv_2', 'cnv_1', 'cnv_5', 'cnv_4', 'cnv_3']);
  });

  test('show whom they are with, the end of the window and the last message', async () => {
    const { data } = await get('/conversations');
    expect(data.find((row) => row['id'] === 'cnv_1')).toMatchObject({
      contact: { id: 'con_1', name: 'Ada', phone: '491701234567', label: 'Ada' },
      windowExpiresAt: '2026-11-22T12:00:00.000Z',
      lastMessage: { direction: 'in', preview: 'hello', state: 'received' },
      owner: 'bot',
      state: 'open',
    });
    const labels = data.map((row) => (row['contact'] as { label: string }).label);
    expect(labels).toEqual(['+491709999999', 'Ada', 'con_5', 'con_4', 'DE.1']);
    const alone = await rig.app.inject({ url: '/api/v1/conversations/cnv_1', headers: AUTH });
    expect(alone.json()).toMatchObject({ id: 'cnv_1', contact: { label: 'Ada' } });
  });

  test('list their messages newest first, the state of one on its way taken from the outbox', async () => {
    const out = { conversation_id: 'cnv_5', direction: 'out', origin: 'api', state: 'queued' };
    await rig.insert('messages', toMessageRow({ ...out, id: 'msg_1', at: '2026-11-21T12:00:01Z' }));
    await rig.insert('messages', toMessageRow({ ...out, id: 'msg_2', at: '2026-11-21T12:00:01Z', state: 'pending' }));
    await rig.insert('messages', toMessageRow({ ...out, id: 'msg_3', at: '2026-11-21T12:00:02Z' }));
    await rig.insert('outbox', {
      id: 'msg_3',
      workspace_id: 'main',
      channel_id: 'chn_1',
      lane: 'x',
      kind: 'message',
      class: 0,
      address: {},
      payload: {},
      state: 'retry',
    });
    await rig.insert('message_emojis', {
      message_id: 'msg_1',
      workspace_id: 'main',
      actor: 'con_1',
      emoji: '👍',
      at: '2026-11-21T12:01:00Z',
      position: 9,
    });
    await rig.insert('message_emojis', {
      message_id: 'msg_1',
      workspace_id: 'main',
      actor: 'business',
      emoji: null,
      at: '2026-11-21T12:02:00Z',
      position: 10,
    });
    expect(await walk('/conversations/cnv_5/messages', 'id')).toEqual(['msg_3', 'msg_2', 'msg_1']);
    const { data } = await get('/conversations/cnv_5/messages');
    expect(data.map((row) => row['state'])).toEqual(['retry', 'accepted', 'queued']);
    expect(data[2]).toMatchObject({ reactions: [{ by: 'contact', emoji: '👍', at: '2026-11-21T12:01:00.000Z' }] });
  });

  test.each(['/conversations/cnv_none/messages', '/conversations/cnv_6/messages', '/conversations/cnv_6'])(
    '%s: unknown here is not found',
    async (url) => {
      const response = await rig.app.inject({ url: `/api/v1${url}`, headers: AUTH });
      expect(response.json()).toMatchObject({ status: 404, code: 'not_found' });
    },
  );
});

test('an installation without anything has empty lists', async () => {
  const empty = await makeRig();
  for (const url of ['/events', '/events?state=done', '/conversations', '/quarantine', '/channels']) {
    const response = await empty.app.inject({ url: `/api/v1${url}`, headers: AUTH });
    expect(response.json()).toEqual({ data: [], next: null });
  }
  await empty.close();
});
