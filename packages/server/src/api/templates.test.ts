import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, BODY, makeTemplateRig, type TemplateRig } from './fixtures/templates.ts';

let rig: TemplateRig;
beforeAll(async () => {
  rig = await makeTemplateRig();
});
afterAll(() => rig.close());

const idsOf = async (url: string) => (await rig.get(url)).json<{ data: { id: string }[] }>().data.map((one) => one.id);

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
      const page: { data: { id: string }[]; next: string | null } = (
        await rig.get(`/templates?limit=1${next ? `&after=${next}` : ''}`)
      ).json();
      seen.push(...page.data.map((one) => one.id));
      next = page.next;
    }
    expect(seen).toEqual(['tpl_1', 'tpl_2', 'tpl_4', 'tpl_5']);
    for (const made of ['nonsense', Buffer.from('["m","\\u0000","a","b"]').toString('base64url')])
      expect((await rig.get(`/templates?after=${made}`)).json()).toMatchObject({ code: 'bad_cursor' });
  });

  test('come with how far each account was read, and what went wrong', async () => {
    expect((await rig.get('/templates')).json().accounts).toEqual([
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
    expect((await rig.get('/templates?channelId=chn_2')).json().accounts).toHaveLength(1);
    expect((await rig.get('/templates?channelId=nobody')).json()).toMatchObject({ code: 'channel_unknown' });
  });

  test('one is shown with price, what can be done and why not', async () => {
    const [first, second] = (await rig.get('/templates')).json().data;
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
    const detail = (await rig.get('/templates/tpl_1')).json();
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
    expect((await rig.get('/templates/tpl_3')).json().variants.map((one: { id: string }) => one.id)).toEqual([
      'tpl_1',
      'tpl_2',
      'tpl_3',
    ]);
  });

  test.each(['tpl_6', 'nobody'])('%s of nobody here is not found', async (id) => {
    expect((await rig.get(`/templates/${id}`)).statusCode).toBe(404);
  });
});
