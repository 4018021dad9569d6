import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, DatabasePool, Statement } from '#kit';
import { AUTH, CHANNEL, fakePorts, makeRig, poolOf, readEventsOf, type Rig, toText } from './fixtures/rig.ts';
import { makeApi } from './server.ts';

let rig: Rig;
/** Every statement that was run. */
const ran = new Map<string, Statement>();

const FILL = [
  `insert into segments (received_at, position, workspace_id, bytes, content)
   select now() - n * interval '1 second', 20100 - n, 'main', 2, 'x' from generate_series(0, 19999) n`,
  `insert into events (received_at, position, workspace_id, delivery, provider, channel, lane, event_id, kind, pointer)
   select now() - n * interval '1 second', (30100 - n) * 100000::bigint, 'main', 0, 'meta', '222', 'l', 'e' || n,
     case when n % 1000 = 0 then 'call.connect' when n % 10 = 0 then 'message.received' else 'message.status' end, ''
   from generate_series(0, 29999) n`,
  `insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, last_message_at)
   select 'cnv_' || n, 'main', 'chn_1', 'con_' || n, 'l', '{}', case when n % 50 > 0 then now() - n * interval '1 minute' end from generate_series(1, 20000) n`,
  `insert into contacts (id, workspace_id) select 'con_' || n, 'main' from generate_series(1, 20000) n`,
  `insert into identities (workspace_id, kind, value, contact_id, seen_at) select 'main', 'phone', n::text, 'con_' || n, now() from generate_series(1, 20000) n`,
  `insert into messages (id, workspace_id, channel_id, conversation_id, direction, origin, type, preview, body, at, state, whatsapp_id, position)
   select 'msg_' || n, 'main', 'chn_1', 'cnv_' || n % 2000, 'in', 'customer', 'text', '', '{}', now() - n * interval '1 second', 'received', 'w' || n, n from generate_series(1, 100000) n`,
  `insert into messages (id, workspace_id, channel_id, conversation_id, direction, origin, type, preview, body, at, state)
   values ('msg_t', 'main', 'chn_1', 'cnv_7', 'out', 'api', 'template', '', '{"template": {"name": "name_7", "language": {"code": "l0"}}}', now(), 'sent')`,
  `insert into quarantine (id, workspace_id, position, event_id, kind, stage, reason, attempts, state)
   select 'qua_' || n, 'main', n, 'e', 'call.connect', 'fold', 'r', 1, case when n % 500 = 0 then 'open' else 'replayed' end from generate_series(1, 20000) n`,
  `insert into templates (id, workspace_id, account_id, template_id, name, language, created_at)
   select 'tpl_' || n, 'main', '202', n::text, 'name_' || n % 5000, 'l' || n % 7, now() from generate_series(1, 20000) n on conflict do nothing`,
  `insert into template_changes (workspace_id, template, field, at, source, recorded_at)
   select 'main', 'tpl_' || n, 'status', now(), 'sync', now() from generate_series(1, 4000) n, generate_series(1, 5) m where exists (select 1 from templates t where t.id = 'tpl_' || n)`,
  `insert into event_marks select gen_random_uuid(), 'main', n, now() from generate_series(1, 20000) n`,
  `insert into attempts (message_id, attempt, workspace_id, started_at) select 'msg_' || n, 1, 'main', now() from generate_series(1, 20000) n`,
];

beforeAll(async () => {
  rig = await makeRig();
  await rig.insert('channels', CHANNEL);
  await rig.deliver(toText('w7', 'hello'), { receivedAt: '2026-01-01T00:00:00Z' });
  for (const sql of FILL) await rig.query(sql);
  await rig.query('vacuum analyze');
});
afterAll(() => rig.close());

/** The requests of a dashboard, their statements written down. */
async function ask(urls: readonly string[]): Promise<void> {
  const pool = poolOf(rig.url);
  const noting = <D extends Database>(asked: D): D => ({
    ...asked,
    rows: (statement, values) => {
      ran.set(statement.name, statement);
      return asked.rows(statement, values);
    },
  });
  const db: DatabasePool = { ...noting(pool), snapshot: (work) => pool.snapshot((tx) => work(noting(tx))) };
  const app = await makeApi({ ...fakePorts, db, readEvents: readEventsOf(db) });
  const statuses: number[] = [];
  for (const url of urls) {
    const response = await app.inject({ url: `/api/v1${url}`, headers: AUTH });
    statuses.push(response.statusCode);
    const { next } = response.json<{ next?: string | null }>();
    if (next) statuses.push((await app.inject({ url: `/api/v1${url}&after=${next}`, headers: AUTH })).statusCode);
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
  await app.close();
  await pool.close();
}

test('no list and no story reads a large table from end to end, whatever the filter', async () => {
  await ask([
    '/events?limit=50',
    '/events?kind=call.connect',
    '/events?kind=message.received&channelId=chn_1',
    '/events?state=quarantined',
    '/events?state=waiting',
    '/events?state=done&channelId=chn_1',
    '/events/2900000000?',
    '/events/100000?',
    '/conversations?limit=50',
    '/conversations/cnv_7?',
    '/conversations/cnv_7/messages?limit=5',
    '/messages/msg_7?',
    '/messages?state=failed&direction=out&channelId=chn_1&contactId=con_1&origin=api&type=text',
    '/messages?conversationId=cnv_7&since=2020-01-01T00:00:00Z&limit=5',
    '/messages?conversationId=cnv_7&state=received&direction=in&channelId=chn_1&contactId=con_1&origin=api&type=text',
    '/quarantine?limit=50',
    '/quarantine?state=open',
    '/channels?limit=50',
    '/templates?limit=50',
    '/templates?channelId=chn_1&status=PAUSED&name=note',
    '/templates/tpl_7?',
  ]);
  expect([...ran.keys()]).toEqual(
    expect.arrayContaining([
      'api_messages',
      'api_messages_of_conversation',
      'api_events',
      'api_event_links',
      'api_thread',
      'api_sent_templates',
      'api_story_replies',
      'journal_segments',
    ]),
  );
  expect(ran.size).toBeGreaterThan(18);
  const large = new Set(
    (await rig.query(`select relname from pg_class where relkind = 'r' and reltuples > 5000`)).map(
      (row) => row['relname'],
    ),
  );
  expect(large.size).toBeGreaterThan(8);
  for (const { name, text } of ran.values()) {
    const plan = (await rig.query(`explain (generic_plan) ${text}`)).map((row) => row['QUERY PLAN']).join('\n');
    const scanned = [...plan.matchAll(/Seq Scan on (\w+)/g)]
      .map((match) => match[1])
      .filter((table) => large.has(table));
    expect({ name, scanned }).toEqual({ name, scanned: [] });
  }
});

test.each([
  ['api_messages', 'messages_pkey'],
  ['api_messages_of_conversation', 'messages_thread'],
])('the list of messages (%s) walks along an index (%s), whatever is filtered', async (name, index) => {
  const text = ran.get(name)?.text ?? '';
  const plan = (await rig.query(`explain (generic_plan) ${text}`)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(new RegExp(`\\n {2}->  Index Scan (Backward )?using ${index} on messages m `));
  expect(plan).not.toContain('Seq Scan on messages');
});

test('a rare kind is found by its index among all events', async () => {
  const rare = ran.get('api_events_rare')?.text ?? '';
  const plan = (await rig.query(`explain (generic_plan) ${rare}`)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index (Only )?Scan.*_kind_position_idx/);
});

test.each([
  ['channelId=chn_none', 0],
  ['state=waiting', 0],
  ['kind=message.received&state=done', 2_971],
])(
  'a filter that no index answers (%s) looks at 10,000 events a page, however far apart they lie',
  async (filter, found) => {
    let [pages, rows, after] = [0, 0, ''];
    for (; pages < 100; pages++) {
      const response = await rig.app.inject({ url: `/api/v1/events?limit=200&${filter}${after}`, headers: AUTH });
      const { data, next } = response.json<{ data: object[]; next: string | null }>();
      rows += data.length;
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(rows).toBe(found);
    expect(pages).toBeLessThanOrEqual(3 + found / 200 + 1);
  },
);
