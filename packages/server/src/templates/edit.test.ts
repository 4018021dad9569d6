import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandRig, openCommands, problemOf } from './fixtures/commands.ts';
import { toError } from './fixtures/fake-meta.ts';
import { AT, BODY, status } from './fixtures/templates.ts';

const DAY = 24 * 3_600_000;

let rig: CommandRig;
beforeAll(async () => {
  rig = await openCommands();
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(() => rig.reset());

describe('Changing a template', () => {
  const other = [{ type: 'BODY', text: 'Hi {{1}}, it arrives today.', example: { body_text: [['Ana']] } }];
  const edit = (id: string, components: object[] = other) =>
    rig.commands.edit({ workspaceId: 'main', id, change: { components: components as typeof other } });

  test('asks Meta by its id, makes history of it, and has the account read', async () => {
    const id = await rig.made();
    await rig.set(`status = 'APPROVED'`);
    await rig.store.rows('update template_accounts set wanted = false');
    expect(await edit(id)).toEqual({ ok: true, replayed: false, id });
    const { template_id: templateId } = await rig.store.one<{ template_id: string }>(
      'select template_id from templates',
    );
    expect(rig.meta.seen.findLast((one) => one.method === 'POST')).toEqual({
      method: 'POST',
      path: `/${templateId}`,
      body: { components: other },
    });
    expect(await rig.store.one('select components, status from templates')).toEqual({
      components: other,
      status: 'APPROVED',
    });
    expect((await rig.history()).slice(2)).toEqual([
      { field: 'components', from: BODY, to: other, source: 'api' },
      { field: 'edit', from: 'APPROVED', to: ['components'], source: 'api' },
    ]);
    expect(await rig.store.one('select wanted from template_accounts')).toEqual({ wanted: true });
  });

  test('stores at once what Meta made of its state, also when its clock is behind ours', async () => {
    const id = await rig.made();
    await rig.set(`status = 'REJECTED', rejected_reason = 'SCAM', template_id = '5'`);
    rig.meta.template = { id: '5', name: 'order_note', language: 'en_US', status: 'PENDING' };
    await edit(id);
    expect(await rig.store.one('select status, rejected_reason from templates')).toEqual({
      status: 'PENDING',
      rejected_reason: null,
    });
    await rig.store.fold(status('APPROVED', { templateId: '5', at: AT - 30_000 }));
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('to what it is already does not ask Meta', async () => {
    const id = await rig.made();
    expect(await edit(id, BODY)).toEqual({ ok: true, replayed: true, id });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('that is approved is possible once in 24 h, and ten times in 30 days', async () => {
    const id = await rig.made();
    await rig.set(`status = 'APPROVED'`);
    const tryAt = async (n: number) =>
      problemOf(await edit(id, [{ ...other[0], text: `Hi {{1}}, number ${n} left.` }]));
    expect(await tryAt(0)).toBeNull();
    rig.clock.advance(DAY - 1);
    expect(await tryAt(1)).toMatchObject({
      status: 409,
      code: 'template_locked',
      detail: expect.stringContaining(new Date(AT + DAY).toISOString()),
    });
    rig.clock.advance(1);
    for (let n = 1; n < 10; n++) {
      expect(await tryAt(n)).toBeNull();
      rig.clock.advance(DAY);
    }
    expect(await tryAt(10)).toMatchObject({
      code: 'template_locked',
      detail: expect.stringContaining('10 times in 30 days'),
    });
    rig.clock.advance(30 * DAY - 10 * DAY);
    expect(await tryAt(10)).toBeNull();
  });

  test('that is rejected or paused is possible at any time', async () => {
    const id = await rig.made();
    for (const word of ['REJECTED', 'PAUSED', 'REJECTED']) {
      await rig.set(`status = '${word}'`);
      expect(problemOf(await edit(id, [{ ...other[0], text: `Hi {{1}}, ${rig.meta.seen.length} left.` }]))).toBeNull();
    }
  });

  test.each(['PENDING', 'IN_APPEAL', 'DISABLED', 'DELETED'])(
    'that is %s is refused without asking Meta',
    async (word) => {
      const id = await rig.made();
      await rig.set(`status = '${word}'`);
      expect(problemOf(await edit(id))).toMatchObject({ status: 409, code: 'template_locked' });
      expect(rig.meta.seen).toHaveLength(1);
    },
  );

  test('cannot move an approved template to another category', async () => {
    const id = await rig.made();
    await rig.set(`status = 'APPROVED'`);
    const change = { category: 'MARKETING' };
    expect(problemOf(await rig.commands.edit({ workspaceId: 'main', id, change }))).toMatchObject({
      code: 'template_locked',
    });
    await rig.set(`status = 'REJECTED'`);
    expect(await rig.commands.edit({ workspaceId: 'main', id, change })).toMatchObject({ ok: true });
    expect(rig.meta.seen.findLast((one) => one.method === 'POST')?.body).toEqual(change);
  });

  test('to something that Meta would refuse, of a stub, or of another workspace is refused', async () => {
    const id = await rig.made();
    await rig.set(`status = 'REJECTED'`);
    expect(problemOf(await edit(id, [{ type: 'BODY', text: '{{1}}' }]))).toMatchObject({ code: 'template_invalid' });
    expect(
      problemOf(await rig.commands.edit({ workspaceId: 'other', id, change: { category: 'MARKETING' } })),
    ).toMatchObject({ code: 'not_found' });
    await rig.set('components = null');
    expect(problemOf(await edit(id))).toMatchObject({ code: 'template_unread' });
    expect(rig.meta.seen).toHaveLength(1);
  });

  test('that Meta refuses changes nothing here', async () => {
    const id = await rig.made();
    await rig.set(`status = 'APPROVED'`);
    rig.meta.answers.push(toError(100, 'Invalid parameter'));
    expect(problemOf(await edit(id))).toMatchObject({ code: 'meta_refused' });
    expect(await rig.store.one('select components from templates')).toEqual({ components: BODY });
  });
});
