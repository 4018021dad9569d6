import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandRig, definition, META, openCommands, problemOf, WHAPI } from './fixtures/commands.ts';
import { toError } from './fixtures/fake-meta.ts';
import { AT, BODY, status } from './fixtures/templates.ts';

let rig: CommandRig;
beforeAll(async () => {
  rig = await openCommands();
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(() => rig.reset());

describe('Making a template', () => {
  test('asks Meta, stores what it answers, and has the account read', async () => {
    const id = await rig.made();
    expect(rig.meta.seen).toEqual([
      { method: 'POST', path: '/202/message_templates', body: { ...definition, language: 'en_US' } },
    ]);
    expect(
      await rig.store.one(
        'select id, template_id, name, language, status, category, components, synced_at from templates',
      ),
    ).toEqual({
      id,
      template_id: expect.stringMatching(/^900719925474\d{4}$/),
      name: 'order_note',
      language: 'en_US',
      status: 'PENDING',
      category: 'UTILITY',
      components: BODY,
      synced_at: null,
    });
    expect(await rig.store.one('select wanted from template_accounts')).toEqual({ wanted: true });
    expect(await rig.history()).toEqual([
      { field: 'status', from: null, to: 'PENDING', source: 'api' },
      { field: 'category', from: null, to: 'UTILITY', source: 'api' },
    ]);
  });

  test('a review that is over within a minute, by a clock behind ours, counts', async () => {
    await rig.made();
    const { template_id: templateId } = await rig.store.one<{ template_id: string }>(
      'select template_id from templates',
    );
    await rig.store.fold(status('APPROVED', { templateId, at: AT - 30_000 }));
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('asked again answers with the same template and does not ask Meta', async () => {
    const id = await rig.made();
    expect(await rig.create({ language: 'en_US' })).toEqual({ ok: true, replayed: true, id });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('with other components under the name is a conflict', async () => {
    await rig.made();
    const components = [{ type: 'BODY', text: 'Something else entirely.' }];
    expect(problemOf(await rig.create({ components }))).toMatchObject({ status: 409, code: 'template_exists' });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('that Meta would refuse is refused before Meta is asked, field by field', async () => {
    const outcome = await rig.create({ name: 'Order Note', components: [{ type: 'BODY', text: '{{1}} starts' }] });
    expect(problemOf(outcome)).toMatchObject({
      status: 422,
      code: 'template_invalid',
      errors: expect.arrayContaining([expect.objectContaining({ field: 'definition.name' })]),
    });
    expect(problemOf(await rig.commands.create({ workspaceId: 'main', definition: null }))).toMatchObject({
      code: 'template_invalid',
    });
    expect(rig.meta.seen).toEqual([]);
  });

  test("that Meta refuses is told with Meta's words and code", async () => {
    rig.meta.answers.push(
      toError(100, 'Invalid parameter', {
        error_subcode: 2388024,
        error_user_title: 'Exists',
        error_user_msg: 'There is already English content',
      }),
    );
    const problem = problemOf(await rig.create());
    expect(problem).toMatchObject({ status: 422, code: 'meta_refused' });
    expect(problem?.detail).toMatch(/code 100.*Exists.*Invalid parameter.*There is already English content/);
    expect(await rig.store.rows('select 1 from templates')).toEqual([]);
  });

  test.each([
    ['whose answer is lost', { status: 0, body: 'hang up' as const }],
    ['that meets a broken server', { status: 500, body: { error: { code: 2, message: 'Down' } } }],
    ['that is throttled', toError(4, 'Too many calls')],
  ])('%s can be tried again: the account is read, and what is there by then is the answer', async (_name, answer) => {
    await rig.store.rows(
      `insert into template_accounts (workspace_id, account_id, wanted) values ('main', '202', false)`,
    );
    rig.meta.answers.push(answer);
    expect(problemOf(await rig.create())).toMatchObject({ status: 502, code: 'meta_unavailable' });
    expect(await rig.store.one('select wanted from template_accounts')).toEqual({ wanted: true });
    expect(await rig.create()).toMatchObject({ ok: true, replayed: false });
  });

  test('is for an account: the named one, the one of the channel, or the only one', async () => {
    rig.channels = [
      META,
      { ...META, id: 'chn_3', accountId: '203' },
      { ...META, id: 'chn_4', workspaceId: 'other', accountId: '204' },
      WHAPI,
    ];
    const ask = async (more: object) =>
      problemOf(await rig.commands.create({ workspaceId: 'main', definition, ...more }))?.code ?? null;
    expect(await ask({})).toBe('channel_needed');
    expect(await ask({ accountId: '204' })).toBe('account_unknown');
    expect(await ask({ channelId: 'chn_4' })).toBe('channel_unknown');
    expect(await ask({ channelId: 'chn_2' })).toBe('capability_missing');
    expect(await ask({ channelId: 'chn_3' })).toBeNull();
    expect(await ask({ accountId: '202' })).toBeNull();
    expect(rig.meta.seen.map((one) => one.path)).toEqual(['/203/message_templates', '/202/message_templates']);
    rig.channels = [WHAPI];
    expect(await ask({})).toBe('capability_missing');
    rig.channels = [{ ...META, accountId: null }];
    expect(await ask({})).toBe('channel_needed');
    expect(await ask({ channelId: 'chn_1' })).toBe('channel_needed');
  });
});

describe('The library', () => {
  const take = (languages: string[], more: object = {}) =>
    rig.commands.createFromLibrary({ workspaceId: 'main', library: 'order_update', languages, ...more });

  test('submits a ready template in each wanted language, and tells of each', async () => {
    rig.meta.answers.push(
      { status: 200, body: { id: '1', status: 'APPROVED', category: 'UTILITY' } },
      toError(100, 'No'),
    );
    const outcome = await take(['en-US', 'de', 'xx', 'es']);
    expect(
      outcome.ok && outcome.results.map(({ language, made: one }) => [language, one.ok ? 'made' : one.problem.code]),
    ).toEqual([
      ['en-US', 'made'],
      ['de', 'meta_refused'],
      ['xx', 'not_found'],
      ['es', 'made'],
    ]);
    expect(rig.meta.seen.map((one) => [one.body['name'], one.body['language']])).toEqual([
      ['order_update', 'en_US'],
      ['order_update', 'de'],
      ['order_update', 'es'],
    ]);
    expect(await take(['en_US', 'es'])).toMatchObject({ ok: true, replayed: true });
    expect(rig.meta.seen).toHaveLength(3);
  });

  test('takes another name, and has no templates it does not have', async () => {
    expect(await take(['de'], { name: 'my_update' })).toMatchObject({ ok: true });
    expect(rig.meta.seen[0]?.body['name']).toBe('my_update');
    expect(problemOf(await take(['de'], { library: 'nothing' }))).toMatchObject({ code: 'not_found' });
    expect(problemOf(await take(['de'], { channelId: 'nobody' }))).toMatchObject({ code: 'channel_unknown' });
  });
});
