import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandRig, definition, openCommands, problemOf, WHAPI } from './fixtures/commands.ts';
import { toError } from './fixtures/fake-meta.ts';
import { AT } from './fixtures/templates.ts';

let rig: CommandRig;
beforeAll(async () => {
  rig = await openCommands();
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(() => rig.reset());

describe('Deleting a template', () => {
  const remove = (id: string, allLanguages = false) => rig.commands.remove({ workspaceId: 'main', id, allLanguages });

  test('in one language names its id, so that the others stay', async () => {
    const [id, other] = [await rig.made(), await rig.made({ language: 'de' })];
    expect(await remove(id)).toEqual({ ok: true, replayed: false, ids: [id] });
    const asked = new URL(rig.meta.seen.at(-1)?.path ?? '', rig.meta.url);
    expect([rig.meta.seen.at(-1)?.method, asked.pathname, asked.searchParams.get('name')]).toEqual([
      'DELETE',
      '/202/message_templates',
      'order_note',
    ]);
    expect(asked.searchParams.get('hsm_id')).toMatch(/^900719925474\d{4}$/);
    expect(await rig.store.rows('select id, status, gone_at from templates order by language')).toEqual([
      { id: other, status: 'PENDING', gone_at: null },
      { id, status: 'DELETED', gone_at: new Date(AT) },
    ]);
  });

  test('in all languages is one call', async () => {
    const [id, other] = [await rig.made(), await rig.made({ language: 'de' })];
    const removed = await remove(id, true);
    expect(removed.ok && removed.ids.toSorted()).toEqual([id, other].toSorted());
    expect(new URL(rig.meta.seen.at(-1)?.path ?? '', rig.meta.url).search).toBe('?name=order_note');
    expect(await rig.store.one('select count(*)::int as gone from templates where gone_at is not null')).toEqual({
      gone: 2,
    });
  });

  test('again does not ask Meta', async () => {
    const id = await rig.made();
    await remove(id);
    const asked = rig.meta.seen.length;
    expect(await remove(id)).toEqual({ ok: true, replayed: true, ids: [] });
    expect(rig.meta.seen).toHaveLength(asked);
  });

  test('of which no id is known is refused: Meta would delete every language', async () => {
    const id = await rig.made();
    await rig.set('template_id = null');
    expect(problemOf(await remove(id))).toMatchObject({ code: 'template_unread' });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('of another workspace is not found; one that Meta refuses stays', async () => {
    const id = await rig.made();
    expect(problemOf(await rig.commands.remove({ workspaceId: 'other', id, allLanguages: true }))).toMatchObject({
      code: 'not_found',
    });
    rig.meta.answers.push(toError(100, 'No'));
    expect(problemOf(await remove(id))).toMatchObject({ code: 'meta_refused' });
    expect(await rig.store.one('select gone_at from templates')).toEqual({ gone_at: null });
  });
});

describe('A preview', () => {
  const components = [{ type: 'body' as const, parameters: [{ type: 'text', text: 'Ana' }] }];

  test('shows a stored template filled in, or as it is', async () => {
    const id = await rig.made();
    expect(await rig.commands.preview({ workspaceId: 'main', id, components })).toMatchObject({
      ok: true,
      rendered: { body: 'Hi Ana, it left today.' },
      problems: [],
    });
    expect(await rig.commands.preview({ workspaceId: 'main', id })).toMatchObject({
      ok: true,
      rendered: { body: 'Hi {{1}}, it left today.' },
      problems: [],
    });
  });

  test('names what a message lacks, and what is wrong with a template that is being written', async () => {
    const id = await rig.made();
    const lacking = await rig.commands.preview({ workspaceId: 'main', id, components: [] });
    expect(lacking.ok && lacking.problems.map((problem) => problem.field)).toEqual([
      expect.stringContaining('template.components'),
    ]);
    const half = await rig.commands.preview({ workspaceId: 'main', definition: { ...definition, name: 'Not Yet' } });
    expect(half).toMatchObject({
      ok: true,
      rendered: { body: 'Hi {{1}}, it left today.' },
      problems: [{ field: 'definition.name' }],
    });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('of a stub, or of another workspace, says why not', async () => {
    const id = await rig.made();
    expect(problemOf(await rig.commands.preview({ workspaceId: 'other', id }))).toMatchObject({ code: 'not_found' });
    await rig.set('components = null');
    expect(problemOf(await rig.commands.preview({ workspaceId: 'main', id }))).toMatchObject({
      code: 'template_unread',
    });
  });
});

describe('Asking for a sync', () => {
  test('is for one account or for all', async () => {
    await rig.store.rows(
      `insert into template_accounts (workspace_id, account_id, wanted) values ('main', '202', false), ('main', '203', false)`,
    );
    expect(await rig.commands.sync({ workspaceId: 'main', channelId: 'chn_1' })).toMatchObject({ ok: true, count: 1 });
    expect(await rig.store.rows('select account_id from template_accounts where wanted')).toEqual([
      { account_id: '202' },
    ]);
    expect(await rig.commands.sync({ workspaceId: 'main' })).toMatchObject({ ok: true, count: 2 });
    rig.channels = [WHAPI];
    expect(problemOf(await rig.commands.sync({ workspaceId: 'main', channelId: 'chn_2' }))).toMatchObject({
      code: 'capability_missing',
    });
  });
});

describe('Unpausing a template', () => {
  const unpause = (id: string, workspaceId = 'main') => rig.commands.unpause({ workspaceId, id });

  test('asks Meta, and reads what it made of it', async () => {
    const id = await rig.made();
    await rig.set(`status = 'PAUSED'`);
    rig.meta.template = { id: '1', name: 'order_note', language: 'en_US', status: 'APPROVED', components: [] };
    expect(await unpause(id)).toEqual({ ok: true, replayed: false, id });
    expect(rig.meta.seen.slice(-2)).toMatchObject([
      { method: 'POST', path: expect.stringMatching(/^\/900719925474\d{4}\/unpause$/) },
      { method: 'GET' },
    ]);
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'APPROVED' });
    expect(await unpause(id)).toEqual({ ok: true, replayed: true, id });
  });

  test('is Meta’s to refuse; then it stays paused', async () => {
    const id = await rig.made();
    await rig.set(`status = 'PAUSED'`);
    rig.meta.answers.push(toError(100, 'Paused for its quality'));
    expect(problemOf(await unpause(id))).toMatchObject({
      code: 'meta_refused',
      detail: expect.stringContaining('quality'),
    });
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'PAUSED' });
  });

  test.each([
    ['that is not paused', `status = 'REJECTED'`, 'main', 'template_locked'],
    ['of another workspace', `status = 'PAUSED'`, 'other', 'not_found'],
  ])('%s does not ask Meta', async (_name, columns, workspaceId, code) => {
    const id = await rig.made();
    await rig.set(columns);
    const asked = rig.meta.seen.length;
    expect(problemOf(await unpause(id, workspaceId))).toMatchObject({ code });
    expect(rig.meta.seen).toHaveLength(asked);
  });
});
