import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTH, CHANNEL, makeRig, type Rig, type Row } from './fixtures/rig.ts';
import type { Answered } from './ports/templates.ts';

let rig: Rig;
/** What the room was asked, and what it answers. */
const asked: unknown[] = [];
let answer: Answered<object> = { ok: true, replayed: false };

const answering = async (request: unknown) => {
  asked.push(request);
  return answer as never;
};

const AT = '2026-11-21T12:00:00.000Z';
const BODY = [{ type: 'BODY', text: 'Hi {{1}}' }];
const ROW: Row = { workspace_id: 'main', account_id: '202', status: 'APPROVED', category: 'UTILITY', created_at: AT };
const toRow = (id: string, name: string, language: string, more: Row = {}): Row => ({
  ...ROW,
  id,
  name,
  language,
  ...more,
});

const ROWS = [
  toRow('tpl_1', 'order_note', 'de', {
    template_id: '9007199254740993',
    components: JSON.stringify(BODY),
    quality: 'YELLOW',
    synced_at: AT,
    ttl_seconds: 60,
  }),
  toRow('tpl_2', 'order_note', 'en_US', {
    status: 'PAUSED',
    status_detail: 'FIRST_PAUSE',
    upcoming_category: 'MARKETING',
    upcoming_at: AT,
  }),
  toRow('tpl_3', 'order_note', 'fr', { status: 'DELETED', gone_at: AT }),
  toRow('tpl_4', 'promo', 'de', { account_id: '203', category: 'MARKETING' }),
  toRow('tpl_5', 'stub', 'de', { status: null, category: null }),
  toRow('tpl_6', 'order_note', 'de', { workspace_id: 'other' }),
];

beforeAll(async () => {
  const templates = {
    create: answering,
    edit: answering,
    remove: answering,
    createFromLibrary: answering,
    preview: answering,
    sync: answering,
    whyNot: ({ status }: { status: string | null }) => ({
      send: status === 'PAUSED' ? 'It is paused.' : null,
      edit: null,
    }),
  };
  rig = await makeRig({ templates });
  await rig.insert('workspaces', { id: 'other', name: 'Other' });
  await rig.insert('channels', { ...CHANNEL, account_id: '202' });
  await rig.insert('channels', { ...CHANNEL, id: 'chn_2', external_id: '333', account_id: '203' });
  await rig.insert('channels', { ...CHANNEL, id: 'chn_3', external_id: 'W', provider: 'whapi' });
  const account = { workspace_id: 'main', wanted: false, due_at: AT };
  await rig.insert('template_accounts', { ...account, account_id: '202', synced_at: AT, tried_at: AT });
  await rig.insert('template_accounts', {
    ...account,
    account_id: '203',
    wanted: true,
    error: 'Token expired',
    error_code: 190,
    retry_at: AT,
  });
  await rig.insert('template_accounts', { ...account, account_id: '999', workspace_id: 'other' });
  for (const row of ROWS) await rig.insert('templates', row);
  const change = { workspace_id: 'main', template: 'tpl_1', source: 'webhook', recorded_at: AT };
  await rig.insert('template_changes', {
    ...change,
    field: 'quality',
    at: '2026-11-21T11:00:00Z',
    from_value: '"GREEN"',
    to_value: '"YELLOW"',
    event_id: 't:1',
  });
  await rig.insert('template_changes', {
    ...change,
    field: 'status',
    at: AT,
    from_value: null,
    to_value: '"APPROVED"',
    source: 'sync',
  });
});
afterAll(() => rig.close());

const get = (url: string) => rig.app.inject({ url: `/api/v1${url}`, headers: AUTH });
const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  rig.app.inject({ method, url: `/api/v1${url}`, headers: AUTH, ...(payload ? { payload } : {}) });
const idsOf = async (url: string) => (await get(url)).json<{ data: { id: string }[] }>().data.map((one) => one.id);

describe('Templates', () => {
  test.each([
    ['', ['tpl_1', 'tpl_2', 'tpl_4', 'tpl_5']],
    ['?gone=true', ['tpl_1', 'tpl_2', 'tpl_3', 'tpl_4', 'tpl_5']],
    ['?accountId=203', ['tpl_4']],
    ['?channelId=chn_1', ['tpl_1', 'tpl_2', 'tpl_5']],
    ['?channelId=chn_1&accountId=203', []],
    ['?channelId=chn_3', []],
    ['?status=paused', ['tpl_2']],
    ['?category=marketing', ['tpl_4']],
    ['?language=en-us', ['tpl_2']],
    ['?name=NOTE', ['tpl_1', 'tpl_2']],
    ['?name=100%25', []],
    ['?accountId=999', []],
  ])('listed with "%s" are those and no others', async (query, ids) => {
    expect(await idsOf(`/templates${query}`)).toEqual(ids);
  });

  test('page by page are all seen once', async () => {
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: { data: { id: string }[]; next: string | null } = (await get(`/templates?limit=1${next ? `&after=${next}` : ''}`)).json();
      seen.push(...page.data.map((one) => one.id));
      next = page.next;
    }
    expect(seen).toEqual(['tpl_1', 'tpl_2', 'tpl_4', 'tpl_5']);
    expect((await get('/templates?after=nonsense')).json()).toMatchObject({ code: 'bad_cursor' });
  });

  test('come with how far each account was read, and what went wrong', async () => {
    expect((await get('/templates')).json().accounts).toEqual([
      {
        accountId: '202',
        channelIds: ['chn_1'],
        syncedAt: AT,
        triedAt: AT,
        isReading: false,
        isWanted: false,
        error: null,
        errorCode: null,
        nextAt: AT,
      },
      {
        accountId: '203',
        channelIds: ['chn_2'],
        syncedAt: null,
        triedAt: null,
        isReading: false,
        isWanted: true,
        error: 'Token expired',
        errorCode: 190,
        nextAt: AT,
      },
    ]);
    expect((await get('/templates?channelId=chn_2')).json().accounts).toHaveLength(1);
    expect((await get('/templates?channelId=nobody')).json()).toMatchObject({ code: 'channel_unknown' });
  });

  test('one is shown with price, what can be done and why not', async () => {
    const [first, second] = (await get('/templates')).json().data;
    expect(first).toEqual({
      id: 'tpl_1',
      accountId: '202',
      templateId: '9007199254740993',
      name: 'order_note',
      language: 'de',
      status: 'APPROVED',
      rejectedReason: null,
      statusDetail: null,
      category: 'UTILITY',
      upcomingCategory: null,
      quality: 'YELLOW',
      price: { class: 'utility', billable: true, why: expect.any(String) },
      parameterFormat: null,
      components: BODY,
      ttlSeconds: 60,
      send: { allowed: true, reason: null },
      edit: { allowed: true, reason: null },
      syncedAt: AT,
      goneAt: null,
      createdAt: AT,
    });
    expect(second).toMatchObject({
      upcomingCategory: { category: 'MARKETING', at: AT },
      send: { allowed: false, reason: 'It is paused.' },
    });
  });

  test('one whole has its languages and its history, newest first', async () => {
    const detail = (await get('/templates/tpl_1')).json();
    expect(detail.variants.map((one: { id: string }) => one.id)).toEqual(['tpl_1', 'tpl_2']);
    expect(detail.history).toEqual([
      {
        at: AT,
        field: 'status',
        from: null,
        to: 'APPROVED',
        reason: null,
        effectiveAt: null,
        source: 'sync',
        eventId: null,
      },
      {
        at: '2026-11-21T11:00:00.000Z',
        field: 'quality',
        from: 'GREEN',
        to: 'YELLOW',
        reason: null,
        effectiveAt: null,
        source: 'webhook',
        eventId: 't:1',
      },
    ]);
    expect((await get('/templates/tpl_3')).json().variants.map((one: { id: string }) => one.id)).toEqual([
      'tpl_1',
      'tpl_2',
      'tpl_3',
    ]);
  });

  test.each(['tpl_6', 'nobody'])('%s of nobody here is not found', async (id) => {
    expect((await get(`/templates/${id}`)).statusCode).toBe(404);
  });
});

describe('What is done with templates', () => {
  const definition = { name: 'order_note', language: 'de', category: 'UTILITY', components: BODY };

  test('making one answers with it and where it is', async () => {
    answer = { ok: true, replayed: false, id: 'tpl_1' } as typeof answer;
    const made = await send('POST', '/templates', { channelId: 'chn_1', definition });
    expect([made.statusCode, made.headers['location'], made.json().id]).toEqual([
      201,
      '/api/v1/templates/tpl_1',
      'tpl_1',
    ]);
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', channelId: 'chn_1', definition });
    answer = { ok: true, replayed: true, id: 'tpl_1' } as typeof answer;
    const again = await send('POST', '/templates', { definition });
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
  });

  test('changing one hands over what to change', async () => {
    answer = { ok: true, replayed: false, id: 'tpl_1' } as typeof answer;
    expect((await send('PATCH', '/templates/tpl_1', { components: BODY })).json()).toMatchObject({ id: 'tpl_1' });
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_1', change: { components: BODY } });
  });

  test('deleting one or all its languages answers with what is gone', async () => {
    answer = { ok: true, replayed: false, ids: ['tpl_3', 'tpl_6'] } as typeof answer;
    expect((await send('DELETE', '/templates/tpl_3?languages=all')).json().data).toMatchObject([
      { id: 'tpl_3', goneAt: AT },
    ]);
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_3', allLanguages: true });
    await send('DELETE', '/templates/tpl_3');
    expect(asked.at(-1)).toMatchObject({ allLanguages: false });
  });

  test('a sync is asked for and answered at once', async () => {
    answer = { ok: true, replayed: false, count: 2 } as typeof answer;
    const response = await send('POST', '/templates/sync', { accountId: '202' });
    expect([response.statusCode, response.json().accounts.length]).toEqual([202, 2]);
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', accountId: '202' });
    expect((await rig.app.inject({ method: 'POST', url: '/api/v1/templates/sync', headers: AUTH })).statusCode).toBe(
      202,
    );
  });

  test('a preview hands over a definition or an id', async () => {
    answer = {
      ok: true,
      replayed: false,
      rendered: { body: 'Hi Ana', buttons: [] },
      problems: [{ field: 'x', message: 'y' }],
    } as typeof answer;
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }];
    expect((await send('POST', '/templates/preview', { id: 'tpl_1', components })).json()).toEqual({
      rendered: { body: 'Hi Ana', buttons: [] },
      problems: [{ field: 'x', message: 'y' }],
    });
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_1', components });
  });

  test('the library shows each ready template in its languages, as a person would see it', async () => {
    const { data } = (await get('/template-library')).json();
    expect(data.map((one: { name: string }) => one.name)).toEqual([
      'appointment_reminder',
      'order_update',
      'payment_received',
      'delivery_update',
      'feedback_request',
    ]);
    expect(data[0]).toMatchObject({ category: 'UTILITY', price: { class: 'utility' }, variants: expect.any(Array) });
    expect(data[0].variants[0]).toMatchObject({
      language: 'en_US',
      definition: { name: 'appointment_reminder' },
      rendered: { body: expect.any(String) },
    });
  });

  test('taking one from the library tells of each language', async () => {
    const problem = {
      code: 'meta_refused',
      status: 422,
      detail: 'Meta says (code 100): no',
      errors: [{ field: 'a', message: 'b' }],
    };
    const results = [
      { language: 'de', made: { ok: true, replayed: false, id: 'tpl_1' } },
      { language: 'fr', made: { ok: false, problem } },
    ];
    answer = { ok: true, replayed: false, results } as typeof answer;
    const { data } = (await send('POST', '/template-library/order_update', { languages: ['de', 'fr'] })).json();
    expect(data).toMatchObject([
      { language: 'de', created: true, template: { id: 'tpl_1' }, problem: null },
      {
        language: 'fr',
        created: false,
        template: null,
        problem: {
          code: 'meta_refused',
          status: 422,
          detail: 'Meta says (code 100): no',
          next: expect.any(String),
          errors: problem.errors,
        },
      },
    ]);
    expect(asked.at(-1)).toEqual({ workspaceId: 'main', library: 'order_update', languages: ['de', 'fr'] });
  });

  test.each([
    ['POST', '/templates', { definition }],
    ['PATCH', '/templates/tpl_1', { category: 'MARKETING' }],
    ['DELETE', '/templates/tpl_1', undefined],
    ['POST', '/templates/sync', {}],
    ['POST', '/templates/preview', { id: 'tpl_1' }],
    ['POST', '/template-library/x', { languages: ['de'] }],
  ] as const)('what the room refuses is a problem: %s %s', async (method, url, payload) => {
    answer = { ok: false, problem: { code: 'template_locked', status: 409, detail: 'Once in 24 h.' } };
    const refused = await send(method, url, payload);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      code: 'template_locked',
      detail: 'Once in 24 h.',
      next: expect.any(String),
    });
  });

  test.each([
    ['DELETE', '/templates/a%00', undefined, 'id'],
    ['DELETE', '/templates/tpl_1?languages=%00', undefined, 'languages'],
    ['POST', '/templates/sync', { accountId: 'a\u0000' }, 'accountId'],
    ['POST', '/templates', {}, 'definition'],
    [
      'POST',
      '/templates',
      { definition: { ...definition, components: Array(51).fill({ type: 'BODY' }) } },
      'definition.components',
    ],
    ['POST', '/templates', { definition, other: 1 }, 'other'],
    ['PATCH', '/templates/tpl_1', {}, '(whole)'],
    ['PATCH', '/templates/tpl_1', { name: 'x' }, 'name'],
    ['DELETE', '/templates/tpl_1?languages=some', undefined, 'languages'],
    ['POST', '/templates/preview', { id: 'tpl_1', definition }, '(whole)'],
    ['POST', '/templates/preview', {}, '(whole)'],
    ['POST', '/template-library/order_update', { languages: [] }, 'languages'],
    ['POST', '/template-library/order_update', { languages: Array(21).fill('de') }, 'languages'],
  ] as const)('a request that is not as documented never reaches it: %s %s %o', async (method, url, payload, field) => {
    const before = asked.length;
    const refused = await send(method, url, payload);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(asked).toHaveLength(before);
  });
});
