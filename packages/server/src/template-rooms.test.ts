import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeApi } from '#api';
import { ensureChannel, makeDirectory } from '#channels';
import { makeStarted, silentLog } from '#kit';
import { AUTH, fakePorts, readEventsOf } from './api/fixtures/rig.ts';
import { NUMBER, openWorks, type Works } from './fixtures/workers.ts';
import { drive } from './journal/fixtures/deliveries.ts';
import { makeTemplatesPort, startTemplateSync } from './template-rooms.ts';
import { type FakeMeta, startFakeMeta } from './templates/fixtures/fake-meta.ts';

const ACCOUNT = '102290129340398';
const definition = {
  name: 'order_note',
  language: 'en-US',
  category: 'UTILITY',
  components: [{ type: 'body', text: 'Hi {{1}}, it left today.', example: { body_text: [['Ana']] } }],
};

let works: Works;
let meta: FakeMeta;
let api: FastifyInstance;
const started = makeStarted(silentLog);

beforeAll(async () => {
  [works, meta] = await Promise.all([openWorks(), startFakeMeta()]);
  const { store, clock } = works;
  const db = store.pool();
  const directory = makeDirectory({ db, clock, workspaceId: 'main' });
  const channel = {
    id: 'chn_1',
    workspaceId: 'main',
    externalId: NUMBER,
    accountId: ACCOUNT,
    name: 'Shop',
    phone: null,
  };
  await ensureChannel(db, { ...channel, provider: 'meta' });
  await directory.refresh();
  const credentials = { graphUrl: meta.url, accessToken: 'token' };
  startTemplateSync({ db, clock, directory, log: silentLog, started, settings: { meta: credentials } });
  const templates = makeTemplatesPort({ db, clock, directory, meta: credentials, readFile: async () => null });
  api = await makeApi({ ...fakePorts, clock, db, readEvents: readEventsOf(db), templates });
});
afterAll(async () => {
  await drive(works.clock, () => started.stopAll().then(() => true));
  await api.close();
  await works.close();
  await meta[Symbol.asyncDispose]();
});

const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  (await api.inject({ method, url: `/api/v1${url}`, headers: AUTH, ...(payload ? { payload } : {}) })).json();

/** A webhook of Meta's, as `wire` has it. */
const toWebhook = (field: string, at: number, value: object): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: ACCOUNT, time: Math.floor(at / 1000), changes: [{ field, value }] }],
  });

const listed = (more: object) => ({
  ...definition,
  language: 'en_US',
  rejected_reason: 'NONE',
  quality_score: { score: 'GREEN' },
  ...more,
});

test('A template lives from its making over review, pause and change to its end, and its history tells all of it', async () => {
  const { clock } = works;
  works.employ();
  const { id, templateId, status } = await ask('POST', '/templates', { definition });
  expect([status, templateId]).toEqual(['PENDING', expect.stringMatching(/^\d{16}$/)]);
  const detail = () => ask('GET', `/templates/${id}`);
  const hasStatus = (word: string) => works.until(async () => (await detail()).status === word);

  // Ids are JSON numbers above 2^53 on the wire.
  const ref = `"message_template_id":${templateId},"message_template_name":"order_note","message_template_language":"en-US"`;
  const told = (field: string, rest: object): string =>
    toWebhook(field, clock.now(), { ref: 0, ...rest }).replace('"ref":0', ref);
  await works.deliver([told('message_template_status_update', { event: 'APPROVED' })]);
  await hasStatus('APPROVED');
  meta.templates = [listed({ id: templateId, status: 'APPROVED', category: 'UTILITY' })];
  await works.until(async () => (await detail()).syncedAt !== null);
  expect((await ask('GET', '/templates')).accounts).toMatchObject([
    { accountId: ACCOUNT, channelIds: ['chn_1'], error: null, syncedAt: expect.any(String) },
  ]);

  clock.advance(3_600_000);
  const pause = { event: 'PAUSED', other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } };
  await works.deliver([told('message_template_status_update', pause), told('message_template_status_update', pause)]);
  await hasStatus('PAUSED');
  expect((await detail()).send).toEqual({
    allowed: false,
    reason: expect.stringMatching(/paused.*FIRST_PAUSE · Low quality/),
  });

  const components = [{ ...definition.components[0], text: 'Hi {{1}}, it is on its way.' }];
  expect(await ask('PATCH', `/templates/${id}`, { components })).toMatchObject({ components });
  expect(
    await ask('POST', '/templates/preview', {
      id,
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
    }),
  ).toMatchObject({ rendered: { body: 'Hi Ana, it is on its way.' }, problems: [] });
  expect((await ask('DELETE', `/templates/${id}`)).data).toMatchObject([
    { id, status: 'DELETED', send: { allowed: false } },
  ]);

  const lines = (await detail()).history
    .toReversed()
    .map((one: Record<string, unknown>) => [one['source'], one['field'], one['to'], one['eventId'] !== null]);
  expect(lines).toEqual([
    ['api', 'status', 'PENDING', false],
    ['api', 'category', 'UTILITY', false],
    ['webhook', 'status', 'APPROVED', true],
    ['sync', 'quality', 'GREEN', false],
    ['webhook', 'status', 'PAUSED', true],
    ['api', 'components', components, false],
    ['api', 'edit', ['components'], false],
    ['api', 'status', 'DELETED', false],
  ]);
});

test('Without an access token a command says what to set', async () => {
  const { store, clock } = works;
  const directory = makeDirectory({ db: store.db, clock, workspaceId: 'main' });
  const port = makeTemplatesPort({ db: store.db, clock, directory, meta: null, readFile: async () => null });
  const refused = await port.create({ workspaceId: 'main', definition: { ...definition, name: 'another' } });
  expect(refused).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('WHATSAPP_ACCESS_TOKEN') } });
});
