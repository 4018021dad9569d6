import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUTH, CHANNEL, makeRig, type Rig, toMessageRow } from './fixtures/rig.ts';
import { BULK_BYTES } from './routes/sending.ts';
import type { Refusal, SendingPort, Submitted, SubmitRequest } from './ports/sending.ts';

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
  });
  await rig.insert('channels', CHANNEL);
  await rig.insert('messages', toMessageRow({ id: 'msg_1', direction: 'out', origin: 'api', state: 'queued' }));
});
afterAll(() => rig.close());
beforeEach(() => void (submitted = { ok: true, id: 'msg_1', replayed: false, judged: null }));

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

  test('a dry run names the code of a rule and what is wrong with the message, by field', async () => {
    const problems = [{ field: 'template.components', message: 'one parameter is missing' }];
    const reason = { rule: 'template', effect: 'note', text: 'Look', code: 'template_unsynced', problems } as const;
    const verdict = { verdict: 'allow', until: null, reasons: [reason] } as const;
    submitted = { ok: true, id: 'msg_none', replayed: false, judged: { category: null, verdict } };
    expect((await post('/messages?dry_run=true', { payload })).json()).toMatchObject({ reasons: [reason] });
  });

  test.each<[string, Submitted, object]>([
    [
      'allowed',
      {
        ok: true,
        id: 'msg_none',
        replayed: false,
        judged: { category: null, verdict: { verdict: 'allow', until: null, reasons: [] } },
      },
      { ok: true, dryRun: true, verdict: { verdict: 'allow', until: null, category: null, reasons: [] } },
    ],
    [
      'put off',
      { ok: true, id: 'msg_none', replayed: false, judged },
      {
        ok: true,
        dryRun: true,
        verdict: {
          verdict: 'defer',
          until: '2026-11-22T00:00:00.000Z',
          category: 'MARKETING',
          reasons: judged.verdict.reasons,
        },
      },
    ],
    [
      'sent earlier with the same key',
      { ok: true, id: 'msg_1', replayed: true, judged: null },
      { ok: true, id: 'msg_1', replayed: true, verdict: null },
    ],
  ])(
    'a dry run of many has the verdict of each, and no id of a message that never is: %s',
    async (_name, said, item) => {
      submitted = said;
      const response = await post('/messages?dry_run=true', { payload: { messages: [payload] } });
      expect([response.statusCode, response.json()]).toEqual([200, { data: [item] }]);
    },
  );

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
    expect(asked.slice(-2)).toMatchObject([{ idempotencyKey: 'k 0' }, { idempotencyKey: 'own', priority: 'campaign' }]);
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

describe('the size of a bulk', () => {
  const long = '\u{1f600}'.repeat(4_096);
  const item = (n: number) => ({
    to: '+49 170 1234567',
    message: { type: 'text', text: { body: long } },
    idempotencyKey: `${n}`.padStart(200, 'k'),
    callbackData: 'c'.repeat(512),
  });
  const whole = Buffer.from(JSON.stringify({ messages: Array.from({ length: 1_000 }, (_, n) => item(n)) }));
  const send = (bytes: Buffer) =>
    rig.app.inject({
      method: 'POST',
      url: '/api/v1/messages',
      headers: { ...AUTH, 'content-type': 'application/json' },
      payload: bytes,
    });
  /** White space is JSON too. */
  const padTo = (length: number) => Buffer.concat([whole, Buffer.alloc(length - whole.length, ' ')]);

  test('has room for a thousand of the longest texts, to the last byte of the limit', async () => {
    expect(whole.length).toBeGreaterThan(16_384_000);
    const response = await send(padTo(BULK_BYTES));
    expect(response.statusCode).toBe(200);
    expect(response.json().data).toHaveLength(1_000);
  });

  test('one byte more is refused whole, with the way out', async () => {
    const before = asked.length;
    const response = await send(padTo(BULK_BYTES + 1));
    expect(response.json()).toMatchObject({
      status: 413,
      code: 'too_large',
      next: expect.stringMatching(/18 MB.*fewer messages in one request/),
    });
    expect(asked).toHaveLength(before);
  });
});
