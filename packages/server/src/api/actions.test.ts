import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Statement, Value } from '#kit';
import { AUTH, CHANNEL, makeRig, type Rig, toMessageRow } from './fixtures/rig.ts';
import type { Refusal, SendingPort, Submitted, SubmitRequest } from './ports/sending.ts';
import { makeApi } from './server.ts';

let rig: Rig;
let submitted: Submitted = { ok: true, id: 'msg_1', replayed: false, judged: null };
const asked: SubmitRequest[] = [];
const modes: boolean[] = [];
let outcome: Awaited<ReturnType<SendingPort['cancel']>> = { ok: true };
const changes: object[] = [];

async function change(what: string, key: object) {
  changes.push({ what, ...key });
  return outcome;
}

async function settle(id: string, state: string): Promise<boolean> {
  const rows = await rig.query(`update quarantine set state = $2 where id = $1 and state = 'open' returning id`, [
    id,
    state,
  ]);
  return rows.length === 1;
}

beforeAll(async () => {
  rig = await makeRig({
    sending: {
      submit: async (requests, { isDry }) => {
        asked.push(...requests);
        modes.push(isDry);
        return requests.map(() => submitted);
      },
      cancel: (key) => change('cancel', key),
      edit: (edit) => change('edit', edit),
      retry: async (key) => (await change('retry', key), submitted),
    },
    replay: (id) => settle(id, 'replayed'),
    discard: (id) => settle(id, 'discarded'),
    resumeChannel: async (id) =>
      (await rig.query(`update channels set state = 'active', state_reason = null where id = $1 returning id`, [id]))
        .length === 1,
  });
  await rig.insert('channels', { ...CHANNEL, state: 'paused', state_reason: 'token expired' });
  await rig.insert('channels', { ...CHANNEL, id: 'chn_9', external_id: '999', workspace_id: 'main' });
  await rig.insert('messages', toMessageRow({ id: 'msg_1', direction: 'out', origin: 'api', state: 'queued' }));
});
afterAll(() => rig.close());

const post = (url: string, more: { payload?: object; headers?: Record<string, string> } = {}) =>
  rig.app.inject({ method: 'POST', url: `/api/v1${url}`, ...more, headers: { ...AUTH, ...more.headers } });

describe('sending a message', () => {
  const payload = { to: '+49 170 1234567', message: { type: 'text', text: { body: 'hi' } } };

  test('hands the body and the key on and answers with the queued message', async () => {
    const response = await post('/messages', { payload, headers: { 'idempotency-key': 'k-1' } });
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ id: 'msg_1', state: 'queued', direction: 'out' });
    expect(response.headers['location']).toBe('/api/v1/messages/msg_1');
    expect(response.headers['idempotent-replayed']).toBeUndefined();
    expect(asked.at(-1)).toEqual({ ...payload, workspaceId: 'main', idempotencyKey: 'k-1' });
  });

  test('without a key is allowed', async () => {
    expect((await post('/messages', { payload })).statusCode).toBe(201);
    expect(asked.at(-1)?.idempotencyKey).toBeNull();
  });

  test('again with the same key is answered by the same message, and says so', async () => {
    submitted = { ok: true, id: 'msg_1', replayed: true, judged: null };
    const response = await post('/messages', { payload, headers: { 'idempotency-key': 'k-1' } });
    expect([response.statusCode, response.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(response.json()).toMatchObject({ id: 'msg_1' });
  });

  test.each<[Refusal, object]>([
    [
      { code: 'idempotency_conflict', status: 409, detail: 'another body' },
      { status: 409, code: 'idempotency_conflict', detail: 'another body', next: expect.stringContaining('new key') },
    ],
    [
      {
        code: 'message_invalid',
        status: 422,
        detail: 'no',
        errors: [{ field: 'message.text.body', message: 'too long', limit: 4096, actual: 5000 }],
      },
      { status: 422, code: 'message_invalid', errors: [{ field: 'message.text.body', limit: 4096, actual: 5000 }] },
    ],
    [
      { code: 'something_new', status: 418, detail: 'why' },
      { status: 418, code: 'request_refused', detail: 'why' },
    ],
  ])('that is refused is a problem: %o', async (problem, expected) => {
    submitted = { ok: false, problem };
    const response = await post('/messages', { payload });
    expect(response.statusCode).toBe(problem.status);
    expect(response.json()).toMatchObject(expected);
  });

  test.each(['', ' ', 'a b', 'é', 'x'.repeat(201)])('takes no key like "%s"', async (key) => {
    const before = asked.length;
    const response = await post('/messages', { payload, headers: { 'idempotency-key': key } });
    expect(response.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'idempotency-key' }] });
    expect(asked).toHaveLength(before);
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
    const { data, next } = (await rig.app.inject({ url: '/api/v1/channels?limit=200', headers: AUTH })).json();
    expect(next).toBeNull();
    expect(data).toEqual([
      {
        id: 'chn_1',
        provider: 'meta',
        externalId: '222',
        accountId: null,
        name: 'WhatsApp 222',
        phone: '1555',
        state: 'paused',
        stateReason: 'token expired',
        queued: 1,
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

describe('what waits, and what ended badly', () => {
  const judged = {
    category: 'MARKETING',
    verdict: {
      verdict: 'defer',
      until: Date.UTC(2026, 10, 22),
      reasons: [{ rule: 'quiet_hours', effect: 'defer', text: 'Too late in the day', until: Date.UTC(2026, 10, 22) }],
    },
  } as const;
  const payload = { to: '+49 170 1234567', message: { type: 'text', text: { body: 'hi' } } };

  test('a dry run says what the policy would decide', async () => {
    submitted = { ok: true, id: 'msg_none', replayed: false, judged };
    const response = await post('/messages?dry_run=true', { payload });
    expect([response.statusCode, modes.at(-1)]).toEqual([200, true]);
    expect(response.json()).toEqual({
      dryRun: true,
      verdict: 'defer',
      until: '2026-11-22T00:00:00.000Z',
      category: 'MARKETING',
      reasons: judged.verdict.reasons,
    });
  });

  test('many at once have an answer each; a key for all stands for one of each', async () => {
    submitted = { ok: true, id: 'msg_1', replayed: false, judged };
    const response = await post('/messages', {
      payload: { messages: [payload, { ...payload, idempotencyKey: 'own', priority: 'campaign' }] },
      headers: { 'idempotency-key': 'k' },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      data: [{ ok: true, id: 'msg_1', verdict: { verdict: 'defer' } }, { ok: true }],
    });
    expect(asked.slice(-2)).toMatchObject([{ idempotencyKey: 'k#0' }, { idempotencyKey: 'own', priority: 'campaign' }]);
    submitted = { ok: false, problem: { code: 'policy_denied', status: 422, detail: 'no' } };
    const refused = await post('/messages', { payload: { messages: [payload] } });
    expect(refused.json()).toMatchObject({
      data: [{ ok: false, problem: { code: 'policy_denied', status: 422, detail: 'no', next: expect.any(String) } }],
    });
  });

  test.each<[string, object, string]>([
    ['neither one nor many', { to: '+49 170 1234567' }, 'message'],
    ['one beside many', { ...payload, messages: [payload] }, 'to'],
    ['none at all', { messages: [] }, 'messages'],
    ['1,001', { messages: Array.from({ length: 1_001 }, () => payload) }, 'messages'],
    ['a field that does not exist', { messages: [{ ...payload, colour: 'red' }] }, 'messages.0.colour'],
    ['an unknown priority', { ...payload, priority: 'urgent' }, 'priority'],
  ])('%s is refused by its field', async (_name, body, field) => {
    const before = asked.length;
    const response = await post('/messages', { payload: body });
    expect(response.json()).toMatchObject({ code: 'invalid_request' });
    expect(response.json().errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(asked).toHaveLength(before);
  });

  test('1,000 are taken', async () => {
    submitted = { ok: true, id: 'msg_1', replayed: false, judged: null };
    const response = await post('/messages', { payload: { messages: Array.from({ length: 1_000 }, () => payload) } });
    expect(response.json().data).toHaveLength(1_000);
  });

  test('can be cancelled, changed and sent again, and is answered as it is then', async () => {
    outcome = { ok: true };
    submitted = { ok: true, id: 'msg_1', replayed: false, judged: null };
    const patch = (body: object) =>
      rig.app.inject({ method: 'PATCH', url: '/api/v1/messages/msg_1', headers: AUTH, payload: body });
    expect((await post('/messages/msg_1/cancel')).json()).toMatchObject({ id: 'msg_1' });
    expect((await patch({ sendAt: '2026-12-01T09:00:00Z' })).json()).toMatchObject({ id: 'msg_1' });
    expect((await post('/messages/msg_1/retry')).statusCode).toBe(201);
    const key = { workspaceId: 'main', id: 'msg_1' };
    expect(changes).toEqual([
      { what: 'cancel', ...key },
      { what: 'edit', ...key, sendAt: '2026-12-01T09:00:00Z' },
      { what: 'retry', ...key },
    ]);
    expect((await patch({})).json()).toMatchObject({ code: 'invalid_request' });
    outcome = { ok: false, problem: { code: 'message_not_waiting', status: 409, detail: 'It is sent' } };
    expect((await post('/messages/msg_1/cancel')).json()).toMatchObject({ status: 409, code: 'message_not_waiting' });
    expect((await patch({ message: payload.message })).statusCode).toBe(409);
  });
});
