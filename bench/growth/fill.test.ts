import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../packages/server/src/kit/fixtures/rig.ts';
import { fillTables } from './fill.ts';

/** Two numbers, a thousand messages: a hundred blocks of ten, over three days. */
let store: Store;
let client: Client;
const count = async (sql: string): Promise<number> =>
  Number((await client.query<{ n: string }>(`select (${sql})::text as n`)).rows[0]?.n);

beforeAll(async () => {
  store = await openStore();
  client = await store.connect();
  await client.query(
    `insert into channels (id, workspace_id, provider, external_id, name) values ('chn_1', 'main', 'meta', '100', 'A'), ('chn_2', 'main', 'meta', '101', 'B')`,
  );
  const options = { messages: 1_000, days: 3, numbers: 2, say: () => undefined };
  await fillTables({ connectionString: store.url }, options);
});
afterAll(() => store.close());

describe('the tables that are filled for the growth measurement', () => {
  test.each([
    { what: 'messages, all different', sql: 'select count(distinct whatsapp_id) from messages', expected: 1_000 },
    { what: 'of them that came in', sql: `select count(*) from messages where direction = 'in'`, expected: 300 },
    { what: 'events: seven messages and 21 statuses of ten', sql: 'select count(*) from events', expected: 2_800 },
    { what: 'marks of all of them, as they are young', sql: 'select count(*) from event_marks', expected: 2_800 },
    { what: 'segments that hold them', sql: 'select count(*) from segments', expected: 28 },
    { what: 'sends that were tried', sql: 'select count(*) from attempts', expected: 300 },
    { what: 'reactions that ran', sql: 'select count(*) from reaction_runs', expected: 300 },
    { what: 'people, half of whom write', sql: 'select count(*) from contacts', expected: 50 },
    { what: 'ways to reach them', sql: 'select count(*) from identities', expected: 100 },
  ])('hold $what', async ({ sql, expected }) => {
    expect(await count(sql)).toBe(expected);
  });

  test.each([
    {
      what: 'every event lies in a segment of its day',
      sql: `select count(*) from events e where not exists (
              select from segments s where s.position = e.position / 100000 and s.received_at = e.received_at)`,
    },
    { what: 'no event lies outside of the days', sql: 'select count(*) from events_default' },
    {
      what: 'every message has its conversation, contact and channel',
      sql: `select count(*) from messages m left join conversations c on c.id = m.conversation_id and c.contact_id = m.contact_id
              and c.channel_id = m.channel_id where c.id is null`,
    },
    {
      what: 'every attempt is of a message',
      sql: 'select count(*) from attempts a where not exists (select from messages m where m.id = a.message_id)',
    },
    {
      what: 'every event of a message is about one that is stored',
      sql: `select count(*) from events e where kind <> 'message.status'
              and not exists (select from messages m where m.whatsapp_id = split_part(e.event_id, ':', 4) and m.position = e.position)`,
    },
    {
      what: 'nothing is left to be worked on',
      sql: `select max(journal_horizon() - cursor) from leases where name like 'shard/%'`,
    },
    { what: 'ids sort before those made from now on', sql: `select count(*) from messages where id >= 'msg_01'` },
  ])('$what', async ({ sql }) => {
    expect(await count(sql)).toBe(0);
  });

  test('have the indexes that they had before', async () => {
    await using fresh = await openStore();
    const indexes = 'select indexdef from pg_indexes where schemaname = $1 order by 1';
    const before = await (await fresh.connect()).query(indexes, ['public']);
    const after = await client.query(indexes, ['public']);
    const ofParents = (rows: readonly { indexdef: string }[]) =>
      rows.filter(({ indexdef }) => !/_\d{8}/.test(indexdef));
    expect(ofParents(after.rows)).toEqual(ofParents(before.rows));
  });
});
