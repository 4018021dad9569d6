import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConsents } from '#consent';
import { openStore, type Store } from './kit/fixtures/rig.ts';
import { recordOptOuts } from './opt-outs.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
let store: Store;
beforeAll(async () => {
  store = await openStore();
  await store.rows(`insert into contacts (id, workspace_id) values ('con_1', 'main')`);
});
afterAll(() => store.close());

test('what Meta refuses because the person stopped marketing is an objection, with its evidence, once', async () => {
  const person = { workspaceId: 'main', channelId: 'chn_1', contactId: 'con_1', messageId: 'msg_1', at: NOW };
  for (let time = 0; time < 2; time++) await store.db.transaction((tx) => recordOptOuts(tx, [person], NOW));
  expect((await readConsents(store.db, 'main', ['con_1'])).get('con_1')).toEqual({
    marketing: { state: 'out', at: NOW, source: 'meta_preference' },
  });
  expect(await store.rows('select text from consent_log')).toEqual([{ text: expect.stringContaining('131050') }]);
});
