import { afterAll, beforeAll, expect, test } from 'vitest';
import { findTemplates, toTemplateKey } from './find.ts';
import { ACCOUNT, openTemplateStore, status, type TemplateStore } from './fixtures/templates.ts';

let store: TemplateStore;
beforeAll(async () => {
  store = await openTemplateStore();
  await store.fold(
    status('REJECTED', { category: 'UTILITY', reason: 'SCAM', raw: { rejection_info: { reason: 'It lies' } } }),
    status('APPROVED', { language: 'de', templateId: '2' }),
    status('DELETED', { language: 'fr', templateId: '3' }),
  );
  await store.rows(
    `update templates set components = '[{"type":"BODY","text":"Hi"}, {"no":"type"}]', parameter_format = 'NAMED', ttl_seconds = 60 where language = 'en_US'`,
  );
});
afterAll(() => store.close());

const ref = (language: string, more: object = {}) => ({ ...ACCOUNT, name: 'order_note', language, ...more });

test('Templates are found by name and language in either spelling, with one statement', async () => {
  let asked = 0;
  const db = {
    ...store.db,
    rows: (...args: Parameters<typeof store.db.rows>) => ((asked += 1), store.db.rows(...args)),
  };
  const refs = [
    ref('en-US'),
    ref('en_US'),
    ref('de'),
    ref('it'),
    ref('de', { accountId: '203' }),
    ref('de', { workspaceId: 'other' }),
  ];
  const found = await findTemplates(db as typeof store.db, refs);
  expect(asked).toBe(1);
  expect(found.size).toBe(5);
  expect(refs.map((one) => found.get(toTemplateKey(one))?.fact?.status ?? null)).toEqual([
    'REJECTED',
    'REJECTED',
    'APPROVED',
    null,
    null,
    null,
  ]);
  expect(found.get(toTemplateKey(ref('en_US')))).toEqual({
    isSynced: false,
    languages: ['de', 'en_US'],
    fact: {
      id: expect.stringMatching(/^tpl_/),
      category: 'UTILITY',
      status: 'REJECTED',
      statusReason: 'SCAM: It lies',
      quality: null,
      ttlSeconds: 60,
      definition: {
        name: 'order_note',
        language: 'en_US',
        category: 'UTILITY',
        parameter_format: 'NAMED',
        message_send_ttl_seconds: 60,
        components: [{ type: 'BODY', text: 'Hi' }],
      },
    },
  });
});

test('What is not there says whether that means anything', async () => {
  const missing = ref('it');
  expect((await findTemplates(store.db, [missing])).get(toTemplateKey(missing))).toEqual({
    isSynced: false,
    fact: null,
    languages: ['de', 'en_US'],
  });
  await store.rows('update template_accounts set synced_at = now()');
  expect((await findTemplates(store.db, [missing])).get(toTemplateKey(missing))?.isSynced).toBe(true);
});

test('Nothing asked for is not asked', async () => {
  const nobody = { rows: () => Promise.reject(new Error('asked')), run: () => Promise.reject(new Error('asked')) };
  expect((await findTemplates(nobody, [])).size).toBe(0);
});
