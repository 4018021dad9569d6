import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../kit/fixtures/rig.ts';
import { RECENT } from './store.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
  await store.rows(`insert into attempts (message_id, attempt, workspace_id, channel_id, lane, started_at)
    select 'msg_' || n, 1, 'main', 'chn_1', 'l' || n % 100, now() - (100000 - n) * interval '10 milliseconds' from generate_series(1, 100000) n`);
  await store.rows('analyze attempts');
  // What autosummarize asks for; the test does not wait for the worker that does it.
  await store.rows(`select brin_summarize_new_values('attempts_recent')`);
});
afterAll(() => store.close());

test('pages of attempts are summarised as they fill, not at the next vacuum', async () => {
  expect(await store.rows(`select reloptions from pg_class where relname = 'attempts_recent'`)).toEqual([
    { reloptions: expect.arrayContaining(['autosummarize=on']) },
  ]);
});

test.each(RECENT.map((statement) => [statement.name, statement.text] as const))(
  '%s reads the last pages of the attempts, not all of them',
  async (_name, text) => {
    const plan = (await store.rows<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`)).map(
      (row) => row['QUERY PLAN'],
    );
    expect(plan.join('\n')).toContain('Bitmap Index Scan on attempts_recent');
  },
);
