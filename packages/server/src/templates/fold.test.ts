import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AT,
  category,
  components,
  META_ID,
  misclassified,
  openTemplateStore,
  quality,
  status,
  type TemplateStore,
} from './fixtures/templates.ts';
import { foldTemplates } from './fold.ts';

let store: TemplateStore;
beforeAll(async () => {
  store = await openTemplateStore();
});
afterAll(() => store.close());
beforeEach(() => store.clear());

const history = () =>
  store.rows(
    'select field, from_value as from, to_value as to, reason, source, event_id is not null as known from template_changes order by at, id',
  );

const unnamed = ({ name: _name, language: _language, ...bare }: ReturnType<typeof quality>) => bare;

describe('Template events', () => {
  test('of a template nobody knows make a stub, and its account is to be read', async () => {
    await store.fold(status('APPROVED', { category: 'UTILITY' }));
    expect(await store.one('select * from templates')).toMatchObject({
      workspace_id: 'main',
      account_id: '202',
      template_id: META_ID,
      name: 'order_note',
      language: 'en_US',
      status: 'APPROVED',
      category: 'UTILITY',
      components: null,
      synced_at: null,
    });
    expect(await store.one('select wanted, synced_at from template_accounts')).toEqual({
      wanted: true,
      synced_at: null,
    });
  });

  test('change the row that is there, found by id or by name and language in either spelling', async () => {
    await store.fold(status('PENDING', { at: AT }));
    await store.fold(
      unnamed(quality('RED', { at: AT + 1_000 })),
      status('PAUSED', {
        at: AT + 2_000,
        language: 'en_US',
        raw: { other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } },
      }),
    );
    expect(await store.one('select status, status_detail, quality from templates')).toEqual({
      status: 'PAUSED',
      status_detail: 'FIRST_PAUSE · Low quality',
      quality: 'RED',
    });
    expect(await history()).toEqual([
      { field: 'status', from: null, to: 'PENDING', reason: null, source: 'webhook', known: true },
      { field: 'quality', from: null, to: 'RED', reason: null, source: 'webhook', known: true },
      {
        field: 'status',
        from: 'PENDING',
        to: 'PAUSED',
        reason: 'FIRST_PAUSE · Low quality',
        source: 'webhook',
        known: true,
      },
    ]);
  });

  test('without a name, of an id nobody knows, only ask for a reading', async () => {
    await store.fold(unnamed(quality('RED')));
    expect(await store.rows('select 1 from templates')).toEqual([]);
    expect(await store.one('select wanted from template_accounts')).toEqual({ wanted: true });
  });

  test('that come late are history, and the row stays as the newer ones left it', async () => {
    await store.fold(status('APPROVED', { at: AT + 10_000 }));
    await store.fold(status('PENDING', { at: AT }));
    expect(await store.one('select status from templates')).toEqual({ status: 'APPROVED' });
    expect((await history()).map((line) => line['to'])).toEqual(['PENDING', 'APPROVED']);
  });

  test('delivered twice add nothing', async () => {
    const event = category('MARKETING', { upcoming: true, from: 'UTILITY', effectiveAt: AT + 86_400_000 });
    await store.fold(event, event);
    await store.fold(event);
    expect(await store.rows('select field, to_value, effective_at from template_changes order by id')).toEqual([
      { field: 'category', to_value: 'UTILITY', effective_at: null },
      { field: 'upcoming_category', to_value: 'MARKETING', effective_at: new Date(AT + 86_400_000) },
    ]);
  });

  test('of new components tell the texts in history and ask for a reading', async () => {
    await store.fold(status('APPROVED'));
    await store.rows('update template_accounts set wanted = false');
    await store.rows('update templates set synced_at = $1', [new Date(AT)]);
    await store.fold(
      components({
        at: AT + 1_000,
        raw: { message_template_element: 'New', message_template_buttons: [{ message_template_button_text: 'Track' }] },
      }),
    );
    expect((await history()).at(-1)).toMatchObject({ field: 'components', to: { body: 'New', buttons: ['Track'] } });
    expect(await store.one('select wanted from template_accounts')).toEqual({ wanted: true });
  });

  test('of a judged category are an announcement without a time', async () => {
    await store.fold(misclassified('MARKETING', { category: 'UTILITY' }));
    expect(await store.one('select category, upcoming_category, upcoming_at from templates')).toEqual({
      category: 'UTILITY',
      upcoming_category: 'MARKETING',
      upcoming_at: null,
    });
  });

  test('do not ask for a reading of a template that was read and whose news is whole', async () => {
    await store.fold(status('APPROVED'));
    await store.rows('update template_accounts set wanted = false');
    await store.rows('update templates set synced_at = $1', [new Date(AT)]);
    await store.fold(quality('YELLOW', { at: AT + 1_000 }));
    expect(await store.one('select wanted from template_accounts')).toEqual({ wanted: false });
  });

  test('that contradict a later reading ask for another one', async () => {
    await store.fold(status('APPROVED'));
    await store.rows('update template_accounts set wanted = false');
    await store.rows('update templates set synced_at = $1', [new Date(AT + 2_000)]);
    await store.fold(status('PAUSED', { at: AT + 1_999 }));
    expect(await store.one('select wanted from template_accounts')).toEqual({ wanted: true });
    await store.rows('update template_accounts set wanted = false');
    await store.fold(status('APPROVED', { at: AT + 2_000 }));
    expect(await store.one('select wanted from template_accounts')).toEqual({ wanted: false });
  });

  test('of the same name in two accounts and two workspaces are different templates', async () => {
    await store.rows(`insert into workspaces (id, name) values ('other', 'Other') on conflict do nothing`);
    const arrivedAt = AT;
    await store.fold(status('APPROVED'), status('REJECTED', { account: '203' }), {
      event: status('PAUSED'),
      workspaceId: 'other',
      arrivedAt,
    });
    expect(await store.rows('select workspace_id, account_id, status from templates order by 1, 2')).toEqual([
      { workspace_id: 'main', account_id: '202', status: 'APPROVED' },
      { workspace_id: 'main', account_id: '203', status: 'REJECTED' },
      { workspace_id: 'other', account_id: '202', status: 'PAUSED' },
    ]);
  });

  test('whose text no column can hold are stored all the same', async () => {
    await store.fold(
      status('REJECTED', { name: 'a\u0000b', reason: 'x\ud800', raw: { rejection_info: { reason: '\u0000' } } }),
    );
    await store.fold(quality('RED', { name: 'a\u0000b', at: AT + 1_000 }));
    expect(await store.one('select name, rejected_reason, quality from templates')).toEqual({
      name: 'a\ufffdb',
      rejected_reason: 'x\ufffd',
      quality: 'RED',
    });
  });

  test.each([Number.MAX_VALUE, 8.64e15 + 1, -1, Number.NaN, null])(
    'with the time %s count as of their arrival',
    async (at) => {
      await store.fold(status('APPROVED', { at }));
      const { ahead } = await store.one<{ ahead: number }>(
        'select extract(epoch from status_at)::float8 * 1000 as ahead from templates',
      );
      expect(ahead - (AT + 60_000)).toBeGreaterThanOrEqual(0);
      expect(ahead - (AT + 60_000)).toBeLessThanOrEqual(300_000);
    },
  );

  test('600 in one batch are stored in pieces', async () => {
    await store.fold(
      ...Array.from({ length: 600 }, (_, n) => status('APPROVED', { templateId: String(n), name: `t_${n}` })),
    );
    expect(await store.one('select count(*)::int as templates from templates')).toEqual({ templates: 600 });
    expect(await store.one('select count(*)::int as changes from template_changes')).toEqual({ changes: 600 });
  });

  test('cost a batch that holds none no statement', async () => {
    const nobody = {
      kind: 'transaction',
      rows: () => Promise.reject(new Error('asked')),
      run: () => Promise.reject(new Error('asked')),
    } as const;
    const event = {
      id: 'x',
      provider: 'meta',
      channel: null,
      account: null,
      lane: 'l',
      at: AT,
      pointer: '',
      kind: 'unreadable',
      reason: 'r',
    } as const;
    await expect(foldTemplates(nobody, [{ event, workspaceId: 'main', arrivedAt: AT }], AT)).resolves.toBeUndefined();
  });

  test('of two workers at once, in opposite orders over accounts, both commit', async () => {
    const batch = (names: readonly string[]) =>
      names.map((account) => status('APPROVED', { account, name: `of_${account}` }));
    const pools = [store.pool(1), store.pool(1)];
    for (let n = 0; n < 10; n++) {
      const fold = (pool: (typeof pools)[number], accounts: readonly string[]) =>
        pool.transaction((tx) =>
          foldTemplates(
            tx,
            batch(accounts).map((event) => ({ event, workspaceId: 'main', arrivedAt: AT })),
            AT,
          ),
        );
      await Promise.all(pools.map((pool, k) => fold(pool, k === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a'])));
    }
    expect(await store.one('select count(*)::int as templates from templates')).toEqual({ templates: 3 });
  });
});
