import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Door, HELLO, json, KEY, NUMBER, openDoor } from './fixtures/door.ts';

let door: Door;
beforeAll(async () => void (door = await openDoor()));
afterEach(() => door.reset());
afterAll(() => door.close());

const PATH = `/graph/v26.0/${NUMBER}/messages`;
const errorOf = ({ body }: { body: { readonly [key: string]: unknown } }) =>
  body['error'] as { readonly [key: string]: unknown };
const down = Object.assign(new Error('terminated'), { code: '57P01' });

describe('The caller', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${KEY}` }],
    ['a browser’s session', { cookie: 'wharf_session=token' }],
    ['two tokens in one header', { authorization: `Bearer ${KEY} ${KEY}` }],
  ])('is refused with 190: %s', async (_what, headers) => {
    const response = await fetch(door.url + PATH, {
      ...json(HELLO),
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { code: 190, type: 'OAuthException', fbtrace_id: expect.stringMatching(/^trc_/) },
    });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="wharf"');
    expect(door.requests).toEqual([]);
  });

  test('who names a number that is not theirs hears Meta’s words for it', async () => {
    const answer = await door.ask('/graph/v26.0/999/messages', json(HELLO));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      expect.objectContaining({
        code: 100,
        error_subcode: 33,
        type: 'GraphMethodException',
        message: expect.stringContaining("Object with ID '999' does not exist"),
      }),
    ]);
  });

  test.each([
    ['GET', '/graph/v26.0/me'],
    ['GET', PATH],
    ['PUT', PATH],
    ['POST', `/graph/v26.0/${NUMBER}/register`],
    ['DELETE', '/graph/v26.0/1234'],
    ['GET', '/graph'],
    ['PATCH', '/graph/v26.0/1234'],
  ])('who asks for what Wharf has not hears what it has: %s %s', async (method, path) => {
    const answer = await door.ask(path, { method });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({
      code: 100,
      message: expect.stringContaining(`Unsupported ${method.toLowerCase()} request`),
      error_data: { details: expect.stringContaining('Wharf offers') },
    });
  });

  test('who asks for another path is another’s', async () => {
    expect((await fetch(`${door.url}/graphs`)).status).toBe(418);
  });
});

describe('A message', () => {
  test('goes out as the caller wrote it, once, under a key of ours', async () => {
    const answer = await door.ask(PATH, json({ ...HELLO, recipient: 'BR.1', biz_opaque_callback_data: 'mine' }));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '+49 170 0000001', wa_id: '491700000001' }],
        messages: [{ id: 'wamid.OUT' }],
      },
    });
    expect(answer.headers.get('x-wharf-message-id')).toBe('msg_1');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(door.requests).toEqual([
      {
        workspaceId: 'main',
        channelId: 'chn_1',
        to: '+49 170 0000001',
        message: { type: 'text', text: { body: 'hi' } },
        callbackData: 'mine',
        priority: 'reply',
        idempotencyKey: expect.stringMatching(/^graph-[\w-]{36}$/),
      },
    ]);
  });

  test('that is a template is transactional, and says that it is accepted', async () => {
    const answer = await door.ask(
      PATH,
      json({ ...HELLO, type: 'template', template: { name: 'a', language: { code: 'en' } } }),
    );
    expect(answer.body).toMatchObject({ messages: [{ id: 'wamid.OUT', message_status: 'accepted' }] });
    expect(door.requests).toMatchObject([{ priority: 'transactional' }]);
  });

  test('is waited for, and is answered with our own id when the wait is over', async () => {
    door.outcomes.set('msg_1', { state: 'queued', whatsappId: null });
    door.ports = { db: { rows: async () => [], run: async () => 0 } };
    const startedAt = door.clock.elapsed();
    const answer = await door.ask(PATH, json(HELLO));
    expect(answer).toMatchObject({ status: 200, body: { messages: [{ id: 'msg_1', message_status: 'accepted' }] } });
    expect(door.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(20_000);
  });

  test.each([
    ['for longer than the wait', { until: Date.UTC(2027, 0, 1) }],
    ['until nobody knows when', { until: null }],
  ])('that is put off %s is not waited for', async (_how, deferred) => {
    door.ports = {
      submit: async () => ({ ok: true, id: 'msg_9', deferred }),
      db: { rows: () => Promise.reject(new Error('not looked for')), run: async () => 0 },
    };
    expect(await door.ask(PATH, json(HELLO))).toMatchObject({
      status: 200,
      body: { messages: [{ id: 'msg_9', message_status: 'accepted' }] },
    });
    expect(door.log.lines).toEqual([]);
  });

  test('that is put off for a moment is waited for', async () => {
    door.outcomes.set('msg_9', { state: 'accepted', whatsappId: 'wamid.9' });
    door.ports = { submit: async () => ({ ok: true, id: 'msg_9', deferred: { until: door.clock.now() + 1_000 } }) };
    expect((await door.ask(PATH, json(HELLO))).body).toMatchObject({ messages: [{ id: 'wamid.9' }] });
  });

  test('that the policy puts off while it waits is not waited for any longer', async () => {
    door.outcomes.set('msg_1', { state: 'scheduled', whatsappId: null });
    expect((await door.ask(PATH, json(HELLO))).body).toMatchObject({ messages: [{ id: 'msg_1' }] });
  });

  test('that has failed since it was accepted was accepted: Meta says the rest by webhook', async () => {
    door.outcomes.set('msg_1', { state: 'failed', whatsappId: 'wamid.1', error: { code: 131026 } });
    expect(await door.ask(PATH, json(HELLO))).toMatchObject({ status: 200, body: { messages: [{ id: 'wamid.1' }] } });
  });

  test.each([[131000], [131016], [133004], [2], [131026]])(
    'that ended with Meta’s %i is no 5xx, as it was queued',
    async (code) => {
      door.outcomes.set('msg_1', {
        state: 'failed',
        whatsappId: null,
        error: { code },
        code,
        reason: 'No.',
        policy: null,
      });
      const answer = await door.ask(PATH, json(HELLO));
      expect(answer.status).toBeLessThan(500);
      expect(errorOf(answer)).toMatchObject({ code, is_transient: false });
      expect(answer.headers.get('x-wharf-message-id')).toBe('msg_1');
    },
  );

  test('to a group that nobody has heard of is refused, as is an identity hash', async () => {
    expect(errorOf(await door.ask(PATH, json({ ...HELLO, recipient_type: 'group', to: 'G1' })))).toMatchObject({
      code: 131041,
    });
    expect(errorOf(await door.ask(PATH, json({ ...HELLO, recipient_identity_key_hash: 'abc' })))).toMatchObject({
      code: 100,
      message: expect.stringContaining('recipient_identity_key_hash'),
    });
    expect(door.requests).toEqual([]);
  });

  test('that stops with the process is answered with our own id', async () => {
    const other = await openDoor();
    other.ports = { db: { rows: async () => [], run: async () => 0 } };
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const pending = fetch(other.url + PATH, { method: 'POST', headers, body: JSON.stringify(HELLO) });
    while (other.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    other.stop();
    const response = await pending;
    expect(await response.json()).toMatchObject({ messages: [{ id: 'msg_1' }] });
    expect(response.headers.get('connection')).toBe('close');
    await other.close();
  });
});

describe('A key', () => {
  test('of the caller is theirs', async () => {
    await door.ask(PATH, json(HELLO, { 'idempotency-key': 'order-77' }));
    expect(door.requests).toMatchObject([{ idempotencyKey: 'order-77' }]);
  });

  test.each([['x'.repeat(201)], ['a b'], ['é']])('of the wrong form is refused: %s', async (key) => {
    expect(errorOf(await door.ask(PATH, json(HELLO, { 'idempotency-key': key })))).toMatchObject({
      code: 100,
      message: expect.stringContaining('Idempotency-Key'),
    });
    expect(door.requests).toEqual([]);
  });

  test('of 200 characters is taken', async () => {
    expect((await door.ask(PATH, json(HELLO, { 'idempotency-key': 'x'.repeat(200) }))).status).toBe(200);
  });
});

describe('A database that goes away', () => {
  test('is known of before anything is read', async () => {
    door.ports = { isReady: () => false };
    const answer = await door.ask(PATH, json(HELLO));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(errorOf(answer)).toMatchObject({ code: 2 });
  });

  test('in the moment of the commit is asked again under the same key: what was queued is never called a failure', async () => {
    const keys: string[] = [];
    door.outcomes.set('msg_1', { state: 'accepted', whatsappId: 'wamid.1' });
    door.ports = {
      async submit({ idempotencyKey }) {
        keys.push(idempotencyKey);
        if (keys.length < 3) throw down;
        return { ok: true, id: 'msg_1', deferred: null };
      },
    };
    expect(await door.ask(PATH, json(HELLO))).toMatchObject({ status: 200, body: { messages: [{ id: 'wamid.1' }] } });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  test('for all of the wait is said at its end', async () => {
    const keys: string[] = [];
    door.ports = { submit: ({ idempotencyKey }) => (keys.push(idempotencyKey), Promise.reject(down)) };
    const answer = await door.ask(PATH, json(HELLO));
    const key = answer.headers.get('idempotency-key') ?? '';
    expect(answer).toMatchObject({
      status: 503,
      body: {
        error: {
          code: 2,
          is_transient: true,
          error_data: { details: expect.stringMatching(`not known whether .* was queued.*Idempotency-Key: ${key}`) },
        },
      },
    });
    expect(door.log.said('graph.unavailable')).toBe(1);
    // Whoever repeats it with that key means the same message.
    door.ports = {};
    expect((await door.ask(PATH, json(HELLO, { 'idempotency-key': key }))).status).toBe(200);
    expect(new Set([...keys, door.requests[0]?.idempotencyKey])).toEqual(new Set([key]));
  });

  test('and a bug are told apart: a bug is in the log by its trace id, and not in the answer', async () => {
    door.ports = { submit: () => Promise.reject(new TypeError('the words of a customer')) };
    const answer = await door.ask(PATH, json(HELLO));
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('customer');
    expect(door.log.lines).toMatchObject([{ message: 'graph.failed', trace: errorOf(answer)['fbtrace_id'] }]);
  });
});

describe('A read mark', () => {
  const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.IN1' };
  test('is queued, with the typing dots', async () => {
    expect((await door.ask(PATH, json({ ...read, typing_indicator: { type: 'text' } }))).body).toEqual({
      success: true,
    });
    expect(door.marks).toMatchObject([{ messageId: 'wamid.IN1', typing: true, channel: { id: 'chn_1' } }]);
  });

  test.each([
    ['another word', { status: 'unread' }],
    ['no id', { message_id: undefined }],
    ['a list', { message_id: ['wamid.1'] }],
    ['NUL', { message_id: 'wamid.\0' }],
    ['251 characters', { message_id: 'x'.repeat(251) }],
    ['another indicator', { typing_indicator: { type: 'audio' } }],
  ])('with %s is refused', async (_what, more) => {
    expect((await door.ask(PATH, json({ ...read, ...more }))).status).toBe(400);
    expect(door.marks).toEqual([]);
  });

  test('in a conversation of another app is refused', async () => {
    door.ports = { markRead: async () => 'standby' };
    expect(await door.ask(PATH, json(read))).toMatchObject({ status: 403, body: { error: { code: 131005 } } });
  });
});

describe('Our own ids', () => {
  const OWN = `msg_${'a'.repeat(26)}`;
  const naming = { ...HELLO, context: { message_id: OWN } };
  test('stand for WhatsApp’s, in quotes, reactions and read marks', async () => {
    door.outcomes.set(OWN, { state: 'accepted', whatsappId: 'wamid.OURS' });
    await door.ask(PATH, json(naming));
    await door.ask(PATH, json({ ...HELLO, type: 'reaction', reaction: { message_id: OWN, emoji: '' } }));
    await door.ask(PATH, json({ messaging_product: 'whatsapp', status: 'read', message_id: OWN }));
    expect(door.requests.map(({ message }) => message)).toMatchObject([
      { context: { message_id: 'wamid.OURS' } },
      { reaction: { message_id: 'wamid.OURS', emoji: '' } },
    ]);
    expect(door.marks).toMatchObject([{ messageId: 'wamid.OURS' }]);
  });

  test.each([
    ['are not sent yet', { state: 'queued', whatsappId: null }, 'it is queued'],
    ['nobody has', null, 'never had'],
  ])('that %s are refused', async (_what, outcome, words) => {
    if (outcome) door.outcomes.set(OWN, outcome);
    expect(errorOf(await door.ask(PATH, json(naming)))).toMatchObject({
      code: 100,
      message: expect.stringContaining(words),
    });
    expect(door.requests).toEqual([]);
  });
});
