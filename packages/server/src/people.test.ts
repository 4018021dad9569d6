import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeApi } from '#api';
import { makeDirectory } from '#channels';
import { AUTH, CHANNEL, makeRig, type Rig } from './api/fixtures/rig.ts';
import { makePeople } from './people.ts';

let rig: Rig;
let app: FastifyInstance;
/** The rig's clock stands at 2026-11-21 12:00 UTC. */
beforeAll(async () => {
  rig = await makeRig();
  const { db, clock } = rig.ports;
  const directory = makeDirectory({ db, clock, workspaceId: 'main' });
  await rig.insert('channels', CHANNEL);
  await directory.refresh();
  app = await makeApi({ ...rig.ports, people: makePeople({ db, clock, directory }) });
});
afterAll(async () => {
  await app.close();
  await rig.close();
});
beforeEach(() => rig.query('truncate contacts, identities, consents, consent_log'));

type Method = 'GET' | 'POST' | 'PATCH';
async function ask(method: Method, url: string, more: { body?: object; headers?: Record<string, string> } = {}) {
  const { body, headers } = more;
  const payload = body === undefined ? {} : { payload: body };
  const response = await app.inject({ method, url: `/api/v1${url}`, headers: { ...AUTH, ...headers }, ...payload });
  return {
    status: response.statusCode,
    etag: response.headers['etag'],
    json: response.json<Record<string, unknown>>(),
  };
}

const OPT_IN = {
  to: '+49 170 1234567',
  purposes: ['marketing'],
  state: 'in',
  text: 'Yes, send me offers',
  at: '2026-11-20T10:00:00Z',
};

interface Result {
  readonly ok: boolean;
  readonly contactId: string;
  readonly problem: { readonly code: string; readonly detail: string; readonly next: string };
}
async function report(...consents: object[]): Promise<Result[]> {
  const { status, json } = await ask('POST', '/consents', { body: { consents } });
  expect(status).toBe(200);
  return json['data'] as Result[];
}

describe('POST /consents', () => {
  test('an opt-in with wording and time is recorded for a person who is not known yet, and again adds nothing', async () => {
    const [first] = await report(OPT_IN);
    expect(first).toMatchObject({
      ok: true,
      consents: [{ purpose: 'marketing', state: 'in', at: '2026-11-20T10:00:00.000Z', source: 'api' }],
    });
    const [again] = await report({ ...OPT_IN, to: '491701234567' });
    expect(again?.contactId).toBe(first?.contactId);
    expect(await rig.query('select count(*)::int as n from consent_log')).toEqual([{ n: 1 }]);
  });

  test.each<[string, object, string, RegExp]>([
    ['an opt-in without wording', { ...OPT_IN, text: undefined }, 'consent_evidence_missing', /^text .*wording/],
    ['… with an empty one', { ...OPT_IN, text: '  ' }, 'consent_evidence_missing', /^text/],
    ['… without its time', { ...OPT_IN, at: undefined }, 'consent_evidence_missing', /^at .*time at which/],
    [
      'a time in the future',
      { ...OPT_IN, at: '2026-11-21T12:05:01Z' },
      'invalid_request',
      /^at must not lie in the future/,
    ],
    ['nobody named', { ...OPT_IN, to: undefined }, 'invalid_request', /exactly one/],
    ['two named', { ...OPT_IN, contactId: 'con_1' }, 'invalid_request', /exactly one/],
    ['a number that is none', { ...OPT_IN, to: 'Mia' }, 'invalid_request', /^to /],
    ['a contact that is none', { ...OPT_IN, to: undefined, contactId: 'con_x' }, 'contact_unknown', /^contactId/],
    ['a channel that is none', { ...OPT_IN, channelId: 'chn_x' }, 'channel_unknown', /^channelId/],
  ])('refuses %s, and takes what stands beside it', async (_name, wrong, code, detail) => {
    const results = await report(OPT_IN, wrong, { ...OPT_IN, to: '4915112345678' });
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    expect(results[1]?.problem).toMatchObject({ code, next: expect.any(String) });
    expect(results[1]?.problem.detail).toMatch(detail);
    expect(JSON.stringify(results[1])).not.toMatch(/170|offers/);
  });

  test('five minutes of difference between clocks are allowed', async () => {
    expect(await report({ ...OPT_IN, at: '2026-11-21T12:05:00Z' })).toMatchObject([{ ok: true }]);
  });

  test('an opt-out needs no wording, by user id too', async () => {
    const [result] = await report({ recipient: 'DE.1001', purposes: ['marketing', 'utility'], state: 'out' });
    expect(result).toMatchObject({
      ok: true,
      consents: [
        { purpose: 'marketing', state: 'out' },
        { purpose: 'utility', state: 'out' },
      ],
    });
  });

  test('takes 1,000 at once and refuses 1,001', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => ({
      to: `4917${String(1e7 + n)}`,
      purposes: ['marketing'],
      state: 'out',
    }));
    expect((await report(...many.slice(1))).every((result) => result.ok)).toBe(true);
    expect(await rig.query('select count(*)::int as n from consents')).toEqual([{ n: 1000 }]);
    const refused = await ask('POST', '/consents', { body: { consents: many } });
    expect(refused).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', errors: [{ field: 'consents', limit: 1000 }] },
    });
  });
});

describe('what a stranger may send', () => {
  const HOSTILE = ['con_\u0000', "con_1' or true", '\ud800', 'x'.repeat(201), '../con_1', '%00'];
  test.each(HOSTILE)('%j as a contact is refused, not failed on', async (id) => {
    const asked = [
      await ask('GET', `/contacts/${encodeURIComponent(id.toWellFormed())}`),
      await ask('GET', `/consents?contactId=${encodeURIComponent(id.toWellFormed())}`),
      await ask('POST', '/consents', {
        body: { consents: [{ contactId: id, purposes: ['marketing'], state: 'out' }] },
      }),
      await ask('GET', `/consents?after=${Buffer.from(JSON.stringify(['n', id, 'marketing'])).toString('base64url')}`),
    ];
    for (const { status } of asked) expect(status).toBe(400);
  });

  test('words with NUL and half a character are kept as well as they can be', async () => {
    const [result] = await report({ ...OPT_IN, text: 'Yes\u0000 \ud83d', language: 'de\u0000' });
    expect(result?.ok).toBe(true);
    expect(await rig.query('select text, language from consent_log')).toEqual([
      { text: 'Yes\ufffd \ufffd', language: 'de\ufffd' },
    ]);
    const headers = { 'if-match': '*' };
    expect(await ask('PATCH', `/contacts/${result?.contactId}`, { body: { name: 'a\u0000b' }, headers })).toMatchObject(
      { status: 400 },
    );
  });

  test('a user id without a channel is refused when it is not clear whose it is', async () => {
    const { db, clock } = rig.ports;
    const channel = {
      workspaceId: 'main',
      provider: 'meta',
      accountId: null,
      name: '',
      phone: null,
      state: 'active',
      stateReason: null,
      pausedBy: null,
      mps: null,
      tier: null,
      portfolioId: null,
      warmUp: null,
      learned: {},
    } as const;
    const list = () => ['chn_1', 'chn_2'].map((id) => ({ ...channel, id, externalId: id }));
    const directory = { ...makeDirectory({ db, clock, workspaceId: 'main' }), list };
    const people = makePeople({ db, clock, directory });
    const from = { workspaceId: 'main', keyId: 'key_1' };
    const out = { recipient: 'DE.1001', purposes: ['marketing'], state: 'out', source: 'api' } as const;
    const results = await people.report(from, [
      out,
      { ...out, channelId: 'chn_2' },
      { ...out, recipient: undefined, to: '491701234567' },
    ]);
    expect(results).toMatchObject([{ ok: false, problem: { code: 'channel_needed' } }, { ok: true }, { ok: true }]);
    expect(await rig.query('select channel_id from consent_log order by channel_id')).toEqual([
      { channel_id: 'chn_2' },
      { channel_id: null },
    ]);
  });
});

describe('lists', () => {
  test('consents are paged in order, and filtered by contact, purpose and state', async () => {
    await report(OPT_IN, { ...OPT_IN, to: '4915112345678', purposes: ['marketing', 'utility'] });
    const [out] = await report({ to: '4915112345679', purposes: ['marketing'], state: 'out' });
    const list = async (query: string) =>
      (await ask('GET', `/consents?${query}`)).json as { data: Record<string, unknown>[]; next: string | null };
    const first = await list('limit=3');
    const second = await list(`limit=3&after=${first.next}`);
    expect([first.data.length, second.data.length, second.next]).toEqual([3, 1, null]);
    expect((await list('purpose=utility')).data).toMatchObject([{ purpose: 'utility', state: 'in' }]);
    expect((await list('state=out')).data).toMatchObject([{ contactId: out?.contactId, mergedInto: null }]);
    expect((await list(`contactId=${out?.contactId}`)).data).toHaveLength(1);
    expect((await list(`contactId=${out?.contactId}&state=in`)).data).toEqual([]);
    expect((await ask('GET', '/consents?after=nonsense')).json).toMatchObject({ code: 'bad_cursor' });
  });

  test('the evidence of one person is shown with what it comes to, also what a merged contact said', async () => {
    const [old] = await report(OPT_IN);
    const [kept] = await report({
      to: '4915112345678',
      purposes: ['marketing'],
      state: 'out',
      at: '2026-11-20T09:00:00Z',
    });
    await rig.query('update contacts set merged_into = $1 where id = $2', [kept?.contactId, old?.contactId]);
    for (const id of [kept?.contactId, old?.contactId]) {
      const { json } = await ask('GET', `/contacts/${id}/consents?limit=1`);
      expect(json).toMatchObject({
        contactId: kept?.contactId,
        consents: [{ purpose: 'marketing', state: 'in' }],
        data: [{ state: 'out', text: null, keyId: 'key_1' }],
      });
      const more = await ask('GET', `/contacts/${id}/consents?limit=1&after=${String(json['next'])}`);
      expect(more.json).toMatchObject({
        data: [{ contactId: old?.contactId, text: 'Yes, send me offers' }],
        next: null,
      });
    }
    expect((await ask('GET', '/contacts/con_x/consents')).json).toMatchObject({ code: 'contact_unknown' });
  });
});

describe('a contact', () => {
  let id: string;
  beforeEach(async () => void (id = (await report(OPT_IN))[0]?.contactId ?? ''));

  test('says who, where, and what they agreed to', async () => {
    expect(await ask('GET', `/contacts/${id}`)).toMatchObject({
      status: 200,
      etag: '"0"',
      json: {
        id,
        kind: 'person',
        name: null,
        identities: [{ kind: 'phone', value: '491701234567' }],
        timeZone: null,
        place: { country: 'DE', zones: ['Europe/Berlin'], from: 'phone' },
        consents: [{ purpose: 'marketing', state: 'in' }],
      },
    });
    expect(await ask('GET', '/contacts/con_x')).toMatchObject({ status: 404, json: { code: 'contact_unknown' } });
  });

  test('its zone and name are changed by whoever saw the last state, and nobody else', async () => {
    const body = { timeZone: 'Asia/Tokyo', name: 'Mia from the shop' };
    const patch = (etag: string | undefined, change: object = body) =>
      ask('PATCH', `/contacts/${id}`, { body: change, headers: etag === undefined ? {} : { 'if-match': etag } });
    expect(await patch(undefined)).toMatchObject({ status: 428, json: { code: 'precondition_needed' } });
    expect(await patch('"0"')).toMatchObject({
      status: 200,
      etag: '"1"',
      json: {
        name: 'Mia from the shop',
        profileName: null,
        timeZone: 'Asia/Tokyo',
        place: { zones: ['Asia/Tokyo'], from: 'contact' },
      },
    });
    expect(await patch('"0"')).toMatchObject({ status: 412, json: { code: 'changed_meanwhile' } });
    expect(await patch('soup')).toMatchObject({ status: 412 });
    expect(await patch('"1"', { name: null })).toMatchObject({
      etag: '"2"',
      json: { name: null, timeZone: 'Asia/Tokyo' },
    });
    expect(await patch('*', { timeZone: null })).toMatchObject({
      etag: '"3"',
      json: { timeZone: null, place: { from: 'phone' } },
    });
    expect(await patch('*', { timeZone: 'Mars/Olympus' })).toMatchObject({
      status: 400,
      json: { code: 'invalid_request', errors: [{ field: 'timeZone' }] },
    });
    expect(await ask('PATCH', '/contacts/con_x', { body, headers: { 'if-match': '*' } })).toMatchObject({
      status: 404,
    });
  });

  test('of another workspace is not there', async () => {
    await rig.query("update contacts set workspace_id = 'other'");
    expect((await ask('GET', `/contacts/${id}`)).status).toBe(404);
    expect(await report({ contactId: id, purposes: ['marketing'], state: 'out' })).toMatchObject([{ ok: false }]);
  });
});
