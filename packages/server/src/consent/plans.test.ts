import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Statement } from '#kit';
import { NOW, openPeople, type People } from './fixtures/people.ts';
import { listConsents, listEvidence } from './lists.ts';
import { readWhereabouts } from './people.ts';
import { countMarketing } from './sends.ts';
import { appendEvidence, type Evidence, readConsents } from './store.ts';

const LARGE = ['contacts', 'identities', 'consents', 'consent_log', 'marketing_sends'];
const FILL = [
  `insert into contacts (id, workspace_id, merged_into)
   select 'con_' || n, 'main', case when n % 50 = 0 then 'con_' || (n - 1) end from generate_series(1, 40000) n`,
  `insert into identities select 'main', 'phone', n::text, 'con_' || n, now() from generate_series(1, 40000) n`,
  `insert into consent_log (workspace_id, contact_id, purpose, state, at, source, mark, recorded_at)
   select 'main', 'con_' || n, 'marketing', 'in', now(), 'api', n::text, now() from generate_series(1, 40000) n`,
  `insert into consents select 'main', 'con_' || n, 'marketing', case when n % 100 = 0 then 'out' else 'in' end, now(), 'api', n from generate_series(1, 40000) n`,
  `insert into marketing_sends select 'main', 'con_' || n, 'msg_' || n, now() from generate_series(1, 40000) n`,
];

let people: People;
beforeAll(async () => {
  people = await openPeople();
  for (const sql of FILL) await people.rows(sql);
  await people.rows('vacuum analyze');
});
afterAll(() => people.close());

test('nothing that is asked per message or per page reads a large table from end to end', async () => {
  const ran = new Map<string, Statement>();
  const noting = <D extends Database>(db: D): D => ({
    ...db,
    rows: (statement, values) => (ran.set(statement.name, statement), db.rows(statement, values)),
    run: (statement, values) => (ran.set(statement.name, statement), db.run(statement, values)),
  });
  const db = noting(people.db);
  const from = {
    eventId: null,
    keyId: null,
    channelId: null,
    conversationId: null,
    mark: 'm',
    text: null,
    language: null,
  };
  const said: Evidence = {
    ...from,
    workspaceId: 'main',
    contactId: 'con_7',
    purpose: 'marketing',
    state: 'resume',
    at: NOW,
    source: 'keyword',
  };
  await people.db.transaction((tx) => appendEvidence(noting(tx), [said], NOW));
  await readConsents(db, 'main', ['con_7']);
  await readWhereabouts(db, 'main', ['con_7']);
  await countMarketing(db, [{ contactId: 'con_7', messageId: 'msg_7', sinceMs: 0 }]);
  for (const filter of [{}, { purpose: 'marketing' }, { state: 'out' }, { contactId: 'con_7' }] as const) {
    await listConsents(db, 'main', { filter, after: ['con_3', 'marketing'], limit: 50 });
  }
  await listEvidence(db, 'main', { contactId: 'con_7', below: undefined, limit: 50 });
  expect(ran.size).toBe(10);
  for (const { name, text } of ran.values()) {
    const plan = await people.rows<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`);
    const scanned = plan.flatMap((row) => /Seq Scan on (\w+)/.exec(row['QUERY PLAN'])?.[1] ?? []);
    expect({ name, scanned: scanned.filter((table) => LARGE.includes(table)) }).toEqual({ name, scanned: [] });
  }
});
