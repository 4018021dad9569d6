import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatabasePool } from '#kit';
import { AUTH, CHANNEL, fakePorts, makeRig, poolOf, readEventsOf, type Rig, toMessageRow } from './fixtures/rig.ts';
import { makeApi } from './server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): Date => new Date(NOW - hours * HOUR_MS);
const body = (text: string) => [{ type: 'BODY', text }];

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await rig.insert('channels', { ...CHANNEL, account_id: '202' });
  await rig.insert('channels', { ...CHANNEL, id: 'chn_2', external_id: '333', account_id: '203' });
  await rig.insert('conversations', {
    id: 'cnv_1',
    workspace_id: 'main',
    channel_id: 'chn_1',
    contact_id: 'con_1',
    lane: 'l',
    address: '{}',
  });
});
afterAll(() => rig.close());
beforeEach(async () => {
  for (const table of ['template_changes', 'templates', 'messages']) await rig.query(`delete from ${table}`);
});

const template = (components: unknown, more: object = {}) => {
  const row = { id: 'tpl_1', workspace_id: 'main', account_id: '202', name: 'order_note', language: 'en_US' };
  return rig.insert('templates', {
    ...row,
    created_at: hoursAgo(99),
    components: components && JSON.stringify(components),
    ...more,
  });
};

/** What the components were until then. */
const changed = (atHoursAgo: number, from: unknown) =>
  rig.insert('template_changes', {
    workspace_id: 'main',
    template: 'tpl_1',
    field: 'components',
    source: 'sync',
    at: hoursAgo(atHoursAgo),
    from_value: from && JSON.stringify(from),
    recorded_at: hoursAgo(atHoursAgo),
  });

const values = (...texts: string[]) => [{ type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) }];
const use = (components: unknown, more: object = {}) => ({
  type: 'template',
  template: { name: 'order_note', language: { code: 'en-US' }, components, ...more },
});

const sent = (id: string, content: object, more: object = {}) => {
  const base = { id, direction: 'out', origin: 'api', type: 'template', state: 'sent', at: hoursAgo(5), body: content };
  return rig.insert('messages', toMessageRow({ ...base, ...more }));
};

const thread = async () => {
  const response = await rig.app.inject({ url: '/api/v1/conversations/cnv_1/messages', headers: AUTH });
  return response.json<{ data: { id: string; rendered: unknown; contactId: string }[] }>().data;
};
const renderedOf = async () => Object.fromEntries((await thread()).map(({ id, rendered }) => [id, rendered]));

describe('a template message', () => {
  test('says what the person reads: header, words with their values, footer and buttons', async () => {
    await template([
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Hi {{1}}, order {{2}} left.' },
      { type: 'FOOTER', text: 'The shop' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' },
          { type: 'QUICK_REPLY', text: 'Thanks' },
        ],
      },
    ]);
    const header = { type: 'header', parameters: [{ type: 'image', image: { id: 'med_1' } }] };
    const button = { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '77' }] };
    await sent('msg_1', use([header, ...values('Ana', '77'), button]));
    expect(await thread()).toMatchObject([
      {
        contactId: 'con_1',
        rendered: {
          header: { format: 'image', media: { id: 'med_1' } },
          body: 'Hi Ana, order 77 left.',
          footer: 'The shop',
          buttons: [
            { type: 'url', text: 'Track', url: 'https://shop.example/77' },
            { type: 'quick_reply', text: 'Thanks' },
          ],
        },
      },
    ]);
  });

  test('is read the same in the list, by itself and in its conversation', async () => {
    await template(body('Hello {{1}}'));
    await sent('msg_1', use(values('Ana')));
    const rendered = { body: 'Hello Ana', buttons: [] };
    const one = await rig.app.inject({ url: '/api/v1/messages/msg_1', headers: AUTH });
    const list = await rig.app.inject({ url: '/api/v1/messages?since=2026-11-01T00:00:00Z', headers: AUTH });
    expect([one.json().rendered, (await renderedOf())['msg_1']]).toEqual([rendered, rendered]);
    expect(list.json().data.map((message: { rendered: unknown }) => message.rendered)).toEqual([rendered]);
  });

  test('shows the template as it was when it was sent, one that waits as it is now', async () => {
    await template(body('Third {{1}}'));
    await changed(8, body('First {{1}}'));
    await changed(2, body('Second {{1}}'));
    await sent('msg_a', use(values('a')), { at: hoursAgo(9) });
    await sent('msg_b', use(values('b')), { at: hoursAgo(5) });
    await sent('msg_late', use(values('late')), { at: hoursAgo(9), sent_at: hoursAgo(1) });
    await sent('msg_c', use(values('c')), { at: hoursAgo(1) });
    await sent('msg_waits', use(values('w')), { at: hoursAgo(9), state: 'scheduled' });
    expect(await renderedOf()).toMatchObject({
      msg_a: { body: 'First a' },
      msg_b: { body: 'Second b' },
      msg_late: { body: 'Third late' },
      msg_c: { body: 'Third c' },
      msg_waits: { body: 'Third w' },
    });
  });

  test('whose words of then are not known shows the oldest that are', async () => {
    await template(body('Now'));
    await changed(4, null);
    await changed(3, body('Known'));
    await sent('msg_1', use([]));
    expect(await renderedOf()).toMatchObject({ msg_1: { body: 'Known' } });
  });

  test('of a template that Meta does not have any more is still shown', async () => {
    await template(body('Good bye'), { gone_at: hoursAgo(1) });
    await sent('msg_1', use([]));
    expect(await renderedOf()).toMatchObject({ msg_1: { body: 'Good bye' } });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['that is not stored', async () => undefined],
    ['whose words were never read', () => template(null)],
    ['of another account', () => template(body('Not ours'), { account_id: '203' })],
    ['of another language', () => template(body('Nein'), { language: 'de' })],
    [
      'of another workspace',
      async () => {
        await rig.query(`insert into workspaces (id, name) values ('other', 'Other') on conflict do nothing`);
        await template(body('Theirs'), { workspace_id: 'other' });
      },
    ],
  ])('of a template %s has nothing to show', async (_name, make) => {
    await make();
    await sent('msg_1', use(values('Ana')));
    expect(await renderedOf()).toEqual({ msg_1: null });
  });

  test.each<[string, object, object]>([
    ['a text', { type: 'text', text: { body: 'hi' } }, { type: 'text' }],
    ['a template without a name', { type: 'template', template: { language: { code: 'en_US' } } }, {}],
    ['a template without a language', { type: 'template', template: { name: 'order_note' } }, {}],
    ['something else under its name', { type: 'template', template: ['order_note'] }, {}],
    [
      'what came in',
      { type: 'template', template: { name: 'order_note', language: { code: 'en_US' } } },
      { direction: 'in', origin: 'customer' },
    ],
  ])('is not %s', async (_name, content, more) => {
    await template(body('Hello'));
    await sent('msg_1', content, more);
    expect(await renderedOf()).toEqual({ msg_1: null });
  });
});

test('a page of 200 asks once for all its templates, and a page without templates does not ask', async () => {
  const pool = poolOf(rig.url);
  const names: string[] = [];
  const db: DatabasePool = {
    ...pool,
    rows: (statement, given) => (names.push(statement.name), pool.rows(statement, given)),
  };
  const app = await makeApi({ ...fakePorts, db, readEvents: readEventsOf(db) });
  const read = async () => {
    names.length = 0;
    const response = await app.inject({ url: '/api/v1/conversations/cnv_1/messages?limit=200', headers: AUTH });
    return response.json<{ data: { rendered: { body: string } | null }[] }>().data;
  };
  await template(body('Number {{1}}'));
  await template(body('Nummer {{1}}'), { id: 'tpl_2', language: 'de' });
  for (let n = 0; n < 200; n++) {
    const language = { code: n % 2 === 0 ? 'en_US' : 'de' };
    await sent(`msg_${String(n).padStart(3, '0')}`, use(values(String(n)), { language }), { at: hoursAgo(n / 10) });
  }
  const shown = (await read()).map(({ rendered }) => rendered?.body);
  expect([shown[0], shown[1], shown[199], new Set(shown).size]).toEqual(['Number 0', 'Nummer 1', 'Nummer 199', 200]);
  expect(names.filter((name) => name === 'api_sent_templates')).toHaveLength(1);
  await rig.query(`update messages set type = 'text', body = '{"type": "text"}'`);
  await read();
  expect(names).not.toContain('api_sent_templates');
  await app.close();
  await pool.close();
});
