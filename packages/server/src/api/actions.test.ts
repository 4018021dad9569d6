import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Statement, Value } from '#kit';
import { AUTH, CHANNEL, fakePorts, makeRig, type Rig, toMessageRow } from './fixtures/rig.ts';
import { makeApi } from './server.ts';

let rig: Rig;
/** What a person says about channels. */
const changes: object[] = [];

async function settle(id: string, state: string): Promise<boolean> {
  const rows = await rig.query(`update quarantine set state = $2 where id = $1 and state = 'open' returning id`, [
    id,
    state,
  ]);
  return rows.length === 1;
}

const released: Record<string, 'released' | 'other_app'> = { cnv_1: 'released', cnv_2: 'other_app' };

const setState = async (id: string, state: string, reason: string | null): Promise<boolean> =>
  (await rig.query('update channels set state = $2, state_reason = $3 where id = $1 returning id', [id, state, reason]))
    .length === 1;

beforeAll(async () => {
  rig = await makeRig({
    replay: (id) => settle(id, 'replayed'),
    discard: (id) => settle(id, 'discarded'),
    conversations: { release: async ({ id }) => released[id] ?? null },
    channels: {
      ...fakePorts.channels,
      resume: (id) => setState(id, 'active', null),
      pause: (id, reason) => setState(id, 'paused', reason),
      change: async (id, change) => changes.push({ id, ...change }) > 0 && id !== 'chn_none',
    },
  });
  await rig.insert('channels', { ...CHANNEL, state: 'paused', state_reason: 'token expired' });
  await rig.insert('channels', { ...CHANNEL, id: 'chn_9', external_id: '999', workspace_id: 'main' });
  await rig.insert('messages', toMessageRow({ id: 'msg_1', direction: 'out', origin: 'api', state: 'queued' }));
});
afterAll(() => rig.close());

const post = (url: string, more: { payload?: object; headers?: Record<string, string> } = {}) =>
  rig.app.inject({ method: 'POST', url: `/api/v1${url}`, ...more, headers: { ...AUTH, ...more.headers } });

describe('conversations', () => {
  beforeAll(async () => {
    for (const id of ['cnv_1', 'cnv_2', 'cnv_3'])
      await rig.insert('conversations', {
        id,
        workspace_id: 'main',
        channel_id: id,
        contact_id: 'c',
        lane: 'l',
        address: '{}',
      });
  });

  test.each<[string, string, object]>([
    ['are given back to the bot', 'cnv_1', { id: 'cnv_1', owner: 'bot' }],
    ['not when another app has them', 'cnv_2', { status: 409, code: 'conversation_elsewhere' }],
    ['not when there is none', 'cnv_3', { status: 404, code: 'not_found' }],
  ])('%s', async (_name, id, answer) => {
    expect((await post(`/conversations/${id}/release`, { payload: {} })).json()).toMatchObject(answer);
  });
});

describe('quarantine', () => {
  beforeAll(async () => {
    const entry = {
      workspace_id: 'main',
      position: 5,
      event_id: 'x',
      kind: 'message.received',
      stage: 'reaction',
      reaction: 'handlers',
      reason: 'TypeError: x',
      stack: 'at y',
      attempts: 4,
      at: '2026-11-21T12:00:00Z',
    };
    for (const id of ['qua_1', 'qua_2', 'qua_3']) await rig.insert('quarantine', { ...entry, id });
    await rig.insert('quarantine', { ...entry, id: 'qua_9', workspace_id: 'other' });
  });

  test('lists newest first, by state when asked, page by page', async () => {
    const list = async (query: string) =>
      (await rig.app.inject({ url: `/api/v1/quarantine?${query}`, headers: AUTH })).json();
    const first = await list('limit=2');
    expect(first.data[0]).toEqual({
      id: 'qua_3',
      eventId: 'x',
      kind: 'message.received',
      stage: 'reaction',
      reaction: 'handlers',
      reason: 'TypeError: x',
      stack: 'at y',
      attempts: 4,
      at: '2026-11-21T12:00:00.000Z',
      state: 'open',
      position: '5',
    });
    expect((await list(`limit=2&after=${first.next}`)).data.map((row: { id: string }) => row.id)).toEqual(['qua_1']);
    expect((await list('state=replayed')).data).toEqual([]);
    expect((await list('state=open')).data).toHaveLength(3);
  });

  test('an entry is replayed or discarded once; the same again answers the same, the other is refused', async () => {
    const replayed = await post('/quarantine/qua_1/replay', { payload: {} });
    expect([replayed.statusCode, replayed.json().state]).toEqual([200, 'replayed']);
    expect((await post('/quarantine/qua_1/replay')).json()).toMatchObject({ state: 'replayed' });
    expect((await post('/quarantine/qua_1/discard')).json()).toMatchObject({ status: 409, code: 'already_settled' });
    expect((await post('/quarantine/qua_2/discard')).json()).toMatchObject({ state: 'discarded' });
  });

  test.each(['qua_none', 'qua_9'])('%s is not found here', async (id) => {
    expect((await post(`/quarantine/${id}/replay`)).json()).toMatchObject({ code: 'not_found' });
  });

  test('an action takes no fields', async () => {
    expect((await post('/quarantine/qua_3/replay', { payload: { force: true } })).json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'force' }],
    });
  });
});

describe('channels', () => {
  test('are listed with what waits on them, read marks not counted', async () => {
    const out = { workspace_id: 'main', channel_id: 'chn_1', lane: 'x', class: 0, address: {}, payload: {} };
    await rig.insert('outbox', { ...out, id: 'msg_1', kind: 'message' });
    await rig.insert('outbox', { ...out, id: 'rdm_1', kind: 'read' });
    await rig.insert('outbox', {
      ...out,
      id: 'msg_2',
      kind: 'message',
      state: 'scheduled',
      wakes_at: '2026-11-22T00:00:00Z',
    });
    await rig.insert('outbox', {
      ...out,
      id: 'msg_3',
      kind: 'message',
      is_put_off: true,
      wakes_at: '2026-11-22T00:00:00Z',
    });
    await rig.query(`update channels set tier = 250, learned = '{"quality": "GREEN"}' where id = 'chn_1'`);
    await rig.query(
      `insert into opening_minutes (workspace_id, budget, minute, people)
       values ('main', 'chn_1', extract(epoch from now()) / 60, 12), ('main', 'chn_1', 1, 99), ('other', 'chn_1', extract(epoch from now()) / 60, 5)`,
    );
    const { data, next } = (await rig.app.inject({ url: '/api/v1/channels?limit=200', headers: AUTH })).json();
    expect(next).toBeNull();
    expect(data).toEqual([
      {
        id: 'chn_1',
        provider: 'meta',
        externalId: '222',
        accountId: null,
        portfolioId: null,
        name: 'WhatsApp 222',
        phone: '1555',
        state: 'paused',
        stateReason: 'token expired',
        pausedBy: null,
        queued: 2,
        scheduled: 1,
        pacing: { perSecond: 80, perSecondFrom: 'default', tier: 250, tierFrom: 'person', people: 12, warmUp: null },
        health: { quality: 'GREEN', status: null, canSend: null, problem: null, lookedAt: null },
      },
      expect.objectContaining({ id: 'chn_9', queued: 0 }),
    ]);
  });

  test('that are paused can be resumed; unknown ones cannot', async () => {
    expect((await post('/channels/chn_1/resume', { payload: {} })).json()).toMatchObject({
      id: 'chn_1',
      state: 'active',
      stateReason: null,
    });
    expect((await post('/channels/chn_none/resume')).json()).toMatchObject({ status: 404, code: 'channel_unknown' });
  });

  test('can be paused, with a reason or without', async () => {
    expect((await post('/channels/chn_1/pause', { payload: { reason: 'Holidays' } })).json()).toMatchObject({
      state: 'paused',
      stateReason: 'Holidays',
    });
    expect((await post('/channels/chn_1/pause')).json()).toMatchObject({ stateReason: 'Paused by hand' });
    expect((await post('/channels/chn_none/pause')).json()).toMatchObject({ code: 'channel_unknown' });
  });

  const patch = (body: object, id = 'chn_1') =>
    rig.app.inject({ method: 'PATCH', url: `/api/v1/channels/${id}`, headers: AUTH, payload: body });

  test('can be told how fast and how far they may go', async () => {
    const warmUp = { startedAt: '2026-11-21T00:00:00Z', perDay: [50, 100] };
    expect((await patch({ perSecond: 20, tier: 0, warmUp })).json()).toMatchObject({ id: 'chn_1' });
    expect(changes.at(-1)).toEqual({ id: 'chn_1', mps: 20, tier: 0, warmUp });
    await patch({ perSecond: null });
    expect(changes.at(-1)).toEqual({ id: 'chn_1', mps: null });
    expect((await patch({ tier: 1 }, 'chn_none')).json()).toMatchObject({ code: 'channel_unknown' });
  });

  test.each<[object, string]>([
    [{ perSecond: 0 }, 'perSecond'],
    [{ perSecond: 1_001 }, 'perSecond'],
    [{ tier: -1 }, 'tier'],
    [{ warmUp: { startedAt: 'today', perDay: [1] } }, 'warmUp.startedAt'],
    [{ warmUp: { startedAt: '2026-11-21T00:00:00Z', perDay: [] } }, 'warmUp.perDay'],
    [{ mps: 5, tier: 1 }, 'mps'],
    [{}, '(whole)'],
  ])('are not told %o', async (body, field) => {
    expect((await patch(body)).json()).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });
});

describe('alerts', () => {
  beforeAll(async () => {
    const alert = {
      workspace_id: 'main',
      channel_id: 'chn_1',
      kind: 'channel_paused',
      detail: 'x',
      at: '2026-11-21T12:00:00Z',
    };
    for (const id of ['alr_1', 'alr_2']) await rig.insert('alerts', { ...alert, id, ended_at: '2026-11-21T13:00:00Z' });
    await rig.insert('alerts', { ...alert, id: 'alr_3' });
    await rig.insert('alerts', { ...alert, id: 'alr_9', workspace_id: 'other' });
  });

  test.each<[string, string[]]>([
    ['', ['alr_3', 'alr_2', 'alr_1']],
    ['?open=true', ['alr_3']],
    ['?open=false', ['alr_2', 'alr_1']],
  ])('are listed newest first%s', async (query, ids) => {
    const { data } = (await rig.app.inject({ url: `/api/v1/alerts${query}`, headers: AUTH })).json();
    expect(data.map((one: { id: string }) => one.id)).toEqual(ids);
  });

  test('come page by page', async () => {
    const list = async (query: string) =>
      (await rig.app.inject({ url: `/api/v1/alerts?${query}`, headers: AUTH })).json();
    const first = await list('limit=2');
    expect((await list(`limit=2&after=${first.next}`)).data).toEqual([
      {
        id: 'alr_1',
        kind: 'channel_paused',
        channelId: 'chn_1',
        detail: 'x',
        at: '2026-11-21T12:00:00.000Z',
        endedAt: '2026-11-21T13:00:00.000Z',
      },
    ]);
  });
});

test('a message is opened with its story', async () => {
  await rig.insert(
    'messages',
    toMessageRow({
      id: 'msg_s',
      direction: 'out',
      origin: 'api',
      state: 'read',
      whatsapp_id: 'wamid.S',
      trail: JSON.stringify([{ step: 'status', status: 'read', at: '2026-11-21T12:00:09Z', position: 44 }]),
      policy: { verdict: 'allow', reasons: [{ rule: 'window', effect: 'allow', text: 'open' }] },
    }),
  );
  await rig.insert('attempts', {
    message_id: 'msg_s',
    attempt: 1,
    workspace_id: 'main',
    started_at: '2026-11-21T12:00:01Z',
    finished_at: '2026-11-21T12:00:02Z',
    outcome: 'accepted',
  });
  const { story } = (await rig.app.inject({ url: '/api/v1/messages/msg_s', headers: AUTH })).json();
  expect(story.map((step: { step: string }) => step.step)).toEqual([
    'queued',
    'policy',
    'attempt',
    'outcome',
    'status',
  ]);
  expect((await rig.app.inject({ url: '/api/v1/messages/msg_none', headers: AUTH })).json()).toMatchObject({
    code: 'not_found',
  });
});

test('a message that is settled while it is read: its state and its story are of one moment', async () => {
  const id = 'msg_moment';
  await rig.insert('messages', toMessageRow({ id, direction: 'out', origin: 'api', state: 'sending' }));
  await rig.insert('attempts', {
    message_id: id,
    attempt: 1,
    workspace_id: 'main',
    started_at: '2026-11-21T12:00:01Z',
  });
  const settleOnce = async () => {
    await rig.query(`update messages set state = 'accepted' where id = $1 and state = 'sending'`, [id]);
    await rig.query(`update attempts set outcome = 'accepted', finished_at = now() where message_id = $1`, [id]);
  };
  const meddling = <D extends Database>(db: D): D => ({
    ...db,
    rows: async <T extends object>(asked: Statement, values?: readonly Value[]) => {
      const rows = await db.rows<T>(asked, values);
      await settleOnce();
      return rows;
    },
  });
  const { db } = rig.ports;
  const transaction: typeof db.transaction = (work) => db.transaction((tx) => work(meddling(tx)));
  const snapshot: typeof db.snapshot = (work) => db.snapshot((tx) => work(meddling(tx)));
  const app = await makeApi({ ...rig.ports, db: { ...meddling(db), transaction, snapshot } });
  const message = (await app.inject({ url: `/api/v1/messages/${id}`, headers: AUTH })).json();
  const steps = message.story.map((step: { step: string }) => step.step);
  expect([message.state, steps.includes('outcome')]).toEqual(['sending', false]);
});
