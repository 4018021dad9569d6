import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { FOREIGN, OTHER, OTHER_KEY, OTHER_PHONE, OTHER_WAMID, plantOther } from './fixtures/other-workspace.ts';
import { toDelivery, toText } from './rig/deliveries.ts';
import { MARK, SECRETS, toPhone } from './rig/secrets.ts';
import type { Siege } from './rig/siege.ts';
import { SENT, toReceived } from './rig/stored.ts';

const attack = attacks({
  async prepare(siege) {
    await siege.receive(toText(`quiet ${MARK}`));
    await plantOther(siege);
  },
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>>;
}

async function listOperations(siege: Siege): Promise<{ method: string; path: string; isPublic: boolean }[]> {
  const { paths } = JSON.parse((await siege.ask('/api/v1/openapi.json')).text) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path,
      isPublic: security?.length === 0,
    })),
  );
}

/** What a route with an id asks for beside it. */
const BODIES: Readonly<Record<string, unknown>> = {
  'PATCH /api/v1/contacts/{id}': { name: 'mine now' },
  'PATCH /api/v1/channels/{id}': { name: 'mine now' },
  'PATCH /api/v1/messages/{id}': { message: { type: 'text', text: { body: 'mine now' } } },
  'PATCH /api/v1/templates/{id}': { components: [{ type: 'BODY', text: 'mine now' }] },
};

/** Which of the other workspace's ids belongs into a path. */
function toForeignIds(path: string): string[] {
  const [, , , list = ''] = path.split('/');
  const { channel, contact, conversation, message, waiting, failed, media, template, quarantine, event } = OTHER;
  const ids: Readonly<Record<string, readonly string[]>> = {
    channels: [channel],
    contacts: [contact],
    conversations: [conversation],
    messages: [message, waiting, failed],
    media: [media],
    templates: [template],
    quarantine: [quarantine],
    events: [event],
  };
  return [...(ids[list] ?? [])];
}

/** What an id in an answer stands for must not show. */
const toShape = (text: string, id: string): string => text.replaceAll(id, '{id}');

attack(
  33,
  'an id of another workspace is answered in every route exactly as one that does not exist',
  async (siege) => {
    const operations = (await listOperations(siege)).filter(({ path }) => path.includes('{id}'));
    expect(operations.length).toBeGreaterThan(15);
    for (const { method, path } of operations) {
      const ids = toForeignIds(path);
      expect(ids, `${path} has an id of the other workspace in this test`).not.toEqual([]);
      const ask = (id: string) =>
        siege.api(method, path.replace('{id}', id), BODIES[`${method} ${path}`], { 'if-match': '*' });
      for (const id of ids) {
        const absent = path.includes('/events/') ? '88888888800001' : `${id.slice(0, -5)}nobdy`;
        const [foreign, nobody] = [await ask(id), await ask(absent)];
        expect([method, path, foreign.status]).toEqual([method, path, 404]);
        expect(toShape(foreign.text, id)).toBe(toShape(nobody.text, absent));
        expect(foreign.text).not.toContain(FOREIGN);
      }
    }
  },
);

attack(33, 'ids of another workspace inside bodies and filters lead nowhere', async (siege) => {
  const text = { type: 'text', text: { body: MARK } };
  const send = (body: object) => siege.api('POST', '/api/v1/messages', body);
  const report = { purposes: ['marketing'], state: 'out' };
  const refused = [
    await send({ channelId: OTHER.channel, to: toPhone(1), message: text }),
    await send({ conversationId: OTHER.conversation, message: text }),
    await send({ to: toPhone(1), message: { type: 'image', image: { id: OTHER.media } } }),
    await siege.api('POST', '/api/v1/templates/samples', { mediaId: OTHER.media }),
    await siege.api('POST', '/api/v1/templates/preview', { id: OTHER.template }),
    await siege.api('POST', '/api/v1/templates/sync', { accountId: '777000777' }),
    await siege.api('GET', `/api/v1/templates?channelId=${OTHER.channel}`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([404, 404, 422, 404, 404, 404, 404]);
  const { data } = JSON.parse(
    (
      await siege.api('POST', '/api/v1/consents', {
        consents: [
          { ...report, contactId: OTHER.contact },
          { ...report, contactId: OTHER.contact, channelId: OTHER.channel },
          { ...report, recipient: 'X.1', channelId: OTHER.channel },
        ],
      })
    ).text,
  ) as { data: { ok: boolean }[] };
  expect(data.map(({ ok }) => ok)).toEqual([false, false, false]);
  for (const path of [
    `/messages?channelId=${OTHER.channel}`,
    `/messages?contactId=${OTHER.contact}`,
    `/messages?conversationId=${OTHER.conversation}`,
    `/events?channelId=${OTHER.channel}`,
    `/consents?contactId=${OTHER.contact}`,
    '/templates?accountId=777000777',
  ])
    expect([path, JSON.parse((await siege.api('GET', `/api/v1${path}`)).text)]).toMatchObject([path, { data: [] }]);
});

attack(33, 'no list shows a row of another workspace, and the other key sees none of ours', async (siege) => {
  const operations = (await listOperations(siege)).filter(
    ({ method, path }) => method === 'GET' && !path.includes('{'),
  );
  for (const { path } of operations) {
    const mine = await siege.api('GET', path);
    expect([path, mine.status]).toEqual([path, 200]);
    expect(mine.text, path).not.toContain(FOREIGN);
    const theirs = await siege.api('GET', path, undefined, { authorization: `Bearer ${OTHER_KEY}` });
    expect(theirs.text, path).not.toMatch(new RegExp(`${MARK}|${toPhone(1)}`));
  }
});

attack(33, 'Meta’s send API and its media answer for their own workspace only', async (siege) => {
  const authorization = `Bearer ${SECRETS.apiKey}`;
  const message = { messaging_product: 'whatsapp', to: toPhone(1), type: 'text', text: { body: MARK } };
  const headers = { authorization, 'content-type': 'application/json' };
  const send = (number: string) =>
    siege.ask(`/graph/v26.0/${number}/messages`, { method: 'POST', headers, body: JSON.stringify(message) });
  for (const number of [FOREIGN, OTHER.channel, '777000777']) expect((await send(number)).status, number).toBe(400);
  for (const method of ['GET', 'DELETE']) {
    const answer = await siege.ask(`/graph/v26.0/${OTHER.media}`, { method, headers: { authorization } });
    expect([method, answer.status, answer.text.includes(FOREIGN)]).toEqual([method, 400, false]);
  }
});

attack(
  33,
  'an idempotency key that another workspace has used is a new one here',
  { stores: SENT, sends: 1 },
  async (siege) => {
    const body = { to: toPhone(1), message: { type: 'text', text: { body: `${MARK} mine` } } };
    const answer = await siege.api('POST', '/api/v1/messages', body, { 'idempotency-key': `key-${OTHER.message}` });
    expect([answer.status, answer.text.includes(FOREIGN)]).toEqual([201, false]);
  },
);

attack(
  34,
  'every operation that is not public is refused without a key, with a wrong one and with a header that names a tenant',
  async (siege) => {
    const operations = (await listOperations(siege)).filter(({ isPublic }) => !isPublic);
    expect(operations.length).toBeGreaterThan(35);
    const claims: Readonly<Record<string, string>>[] = [
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer undefined' },
      { authorization: 'Bearer null' },
      { authorization: `Basic ${Buffer.from(`:${SECRETS.apiKey}`).toString('base64')}` },
      { authorization: `Bearer ${SECRETS.apiKey.slice(0, -1)}` },
      { authorization: `Bearer ${SECRETS.apiKey} ${SECRETS.apiKey}` },
      { cookie: `wharf_session=${SECRETS.apiKey}` },
      { 'x-workspace-id': 'main', 'x-tenant-id': 'main', 'x-api-key': SECRETS.apiKey, 'x-user': 'admin' },
    ];
    for (const { method, path } of operations)
      for (const headers of claims) {
        const body = method === 'GET' ? {} : { body: '{}' };
        const type = { 'content-type': 'application/json' };
        const answer = await siege.ask(path.replace(/\{\w+\}/g, 'x'), {
          method,
          headers: { ...type, ...headers },
          ...body,
        });
        expect([method, path, answer.status]).toEqual([method, path, 401]);
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'unauthorized' });
      }
  },
);

attack(34, 'a key in the address counts for nothing in the API', async (siege) => {
  for (const name of ['key', 'api_key', 'token', 'access_token'])
    expect((await siege.ask(`/api/v1/me?${name}=${SECRETS.apiKey}`)).status).toBe(401);
});

attack(35, 'fields that are not the caller’s to set are refused or change nothing', async (siege) => {
  const { rows } = siege;
  const [{ id } = { id: '' }] = await rows<{ id: string }>(
    `select id from contacts where workspace_id = 'main' limit 1`,
  );
  const [{ channel } = { channel: '' }] = await rows<{ channel: string }>(
    `select id as channel from channels where workspace_id = 'main'`,
  );
  const extra: readonly object[] = [
    { workspace_id: 'other' },
    { workspaceId: 'other' },
    { tenant_id: 'other' },
    { role: 'admin' },
    { verified: true },
    { id: 'x' },
    { origin: 'customer' },
    { state: 'sent' },
    { retryOf: OTHER.message },
    { __proto__: { a: 1 }, constructor: {} },
  ];
  const text = { to: toPhone(1), message: { type: 'text', text: { body: MARK } } };
  for (const more of extra) {
    const statuses = [
      (await siege.api('POST', '/api/v1/messages', { ...text, ...more })).status,
      (await siege.api('POST', '/api/v1/messages', { messages: [{ ...text, ...more }] })).status,
      (await siege.api('PATCH', `/api/v1/contacts/${id}`, { name: 'x', ...more }, { 'if-match': '*' })).status,
      (await siege.api('PATCH', `/api/v1/channels/${channel}`, { name: 'x', ...more })).status,
      (
        await siege.api('POST', '/api/v1/consents', {
          consents: [{ to: toPhone(1), purposes: ['marketing'], state: 'out', ...more }],
        })
      ).status,
    ];
    // A consent has a state of its own: this one is none of its words.
    expect([JSON.stringify(more), statuses]).toEqual([JSON.stringify(more), [400, 400, 400, 400, 400]]);
  }
});

const INJECTIONS = [
  `' or '1'='1`,
  `'; drop table messages; --`,
  `x' union select digest::text from api_keys --`,
  `\\'; select pg_sleep(5); --`,
  `$1`,
  `$$; select pg_sleep(5) $$`,
  `main' --`,
  `") or 1=1 --`,
  `{"$gt":""}`,
  `->>'a'`,
  `%' or workspace_id like '%`,
  `1e999`,
  `1;select 1`,
];

attack(
  40,
  'SQL in filters, sort words, cursors, ids and custom fields is text at most',
  { timeoutMs: 60_000 },
  async (siege) => {
    const names =
      'kind channelId state direction contactId conversationId origin type since until after limit open purpose status category language name gone accountId sort order'.split(
        ' ',
      );
    const lists = ['events', 'messages', 'conversations', 'channels', 'alerts', 'quarantine', 'templates', 'consents'];
    for (const text of INJECTIONS) {
      const word = encodeURIComponent(text);
      const cursor = Buffer.from(JSON.stringify(['m', text])).toString('base64url');
      const startedAt = performance.now();
      const answers = await Promise.all([
        ...lists.flatMap((list) => names.map((name) => siege.api('GET', `/api/v1/${list}?${name}=${word}`))),
        ...lists.map((list) => siege.api('GET', `/api/v1/${list}?after=${cursor}`)),
        ...lists.map((list) => siege.api('GET', `/api/v1/${list}/${word}`)),
        siege.api(
          'PATCH',
          `/api/v1/contacts/${word}`,
          { timeZone: text },
          { 'if-match': text.replaceAll(/[^\x20-\x7e]/g, '') },
        ),
        siege.api('POST', '/api/v1/messages', { to: text, message: {} }, { 'idempotency-key': 'x' }),
      ]);
      for (const { status, text: body } of answers) {
        expect([200, 400, 404, 405, 412, 422], body).toContain(status);
        expect(body).not.toContain(FOREIGN);
        expect(body).not.toMatch(/syntax error|relation \\"|SQLSTATE/);
      }
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    }
  },
);

attack(
  'B2',
  'a status for a message of another workspace’s number moves nothing of theirs',
  { stores: toReceived(1, { messages: 0, reaction_runs: 0, parked: 1 }) },
  async (siege) => {
    const status = {
      id: OTHER_WAMID,
      status: 'read',
      timestamp: String(Math.floor(Date.now() / 1000)),
      recipient_id: OTHER_PHONE,
    };
    await siege.receive(toDelivery({ value: { statuses: [status] } }));
    const [row] = await siege.rows<{ state: string }>('select state from messages where id = $1', [OTHER.message]);
    expect(row?.state).toBe('sent');
  },
);
