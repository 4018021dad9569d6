import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, BODY, makeTemplateRig, type TemplateRig } from './fixtures/templates.ts';

let rig: TemplateRig;
beforeAll(async () => {
  rig = await makeTemplateRig();
});
afterAll(() => rig.close());

describe('What is done with templates', () => {
  const definition = { name: 'order_note', language: 'de', category: 'UTILITY', components: BODY };

  test('making one answers with it and where it is', async () => {
    rig.answer = { ok: true, replayed: false, id: 'tpl_1' } as TemplateRig['answer'];
    const made = await rig.send('POST', '/templates', { channelId: 'chn_1', definition });
    expect([made.statusCode, made.headers['location'], made.json().id]).toEqual([
      201,
      '/api/v1/templates/tpl_1',
      'tpl_1',
    ]);
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', channelId: 'chn_1', definition });
    rig.answer = { ok: true, replayed: true, id: 'tpl_1' } as TemplateRig['answer'];
    const again = await rig.send('POST', '/templates', { definition });
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
  });

  test('changing one hands over what to change', async () => {
    rig.answer = { ok: true, replayed: false, id: 'tpl_1' } as TemplateRig['answer'];
    expect((await rig.send('PATCH', '/templates/tpl_1', { components: BODY })).json()).toMatchObject({ id: 'tpl_1' });
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_1', change: { components: BODY } });
  });

  test('deleting one or all its languages answers with what is gone', async () => {
    rig.answer = { ok: true, replayed: false, ids: ['tpl_3', 'tpl_6'] } as TemplateRig['answer'];
    expect((await rig.send('DELETE', '/templates/tpl_3?languages=all')).json().data).toMatchObject([
      { id: 'tpl_3', goneAt: AT },
    ]);
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_3', allLanguages: true });
    await rig.send('DELETE', '/templates/tpl_3');
    expect(rig.asked.at(-1)).toMatchObject({ allLanguages: false });
  });

  test('unpausing one answers with it', async () => {
    rig.answer = { ok: true, replayed: false, id: 'tpl_1' } as TemplateRig['answer'];
    expect((await rig.send('POST', '/templates/tpl_1/unpause', {})).json()).toMatchObject({ id: 'tpl_1' });
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_1' });
  });

  test('a sync is asked for and answered at once', async () => {
    rig.answer = { ok: true, replayed: false, count: 2 } as TemplateRig['answer'];
    const response = await rig.send('POST', '/templates/sync', { accountId: '202' });
    expect([response.statusCode, response.json().accounts.length]).toEqual([202, 2]);
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', accountId: '202' });
    expect((await rig.send('POST', '/templates/sync')).statusCode).toBe(202);
  });

  test('a preview hands over a definition or an id', async () => {
    rig.answer = {
      ok: true,
      replayed: false,
      rendered: { body: 'Hi Ana', buttons: [] },
      problems: [{ field: 'x', message: 'y' }],
    } as TemplateRig['answer'];
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }];
    expect((await rig.send('POST', '/templates/preview', { id: 'tpl_1', components })).json()).toEqual({
      rendered: { body: 'Hi Ana', buttons: [] },
      problems: [{ field: 'x', message: 'y' }],
    });
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', id: 'tpl_1', components });
  });

  test('an example file is named by our id and answered with Meta’s handle', async () => {
    rig.answer = { ok: true, replayed: false, handle: '4::x' } as TemplateRig['answer'];
    const made = await rig.send('POST', '/templates/samples', { mediaId: 'med_1' });
    expect([made.statusCode, made.json()]).toEqual([201, { handle: '4::x' }]);
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', mediaId: 'med_1' });
    const errors = [{ field: 'mediaId', message: 'is image/webp' }];
    rig.answer = {
      ok: false,
      problem: { status: 422, code: 'media_invalid', detail: 'The file is image/webp.', errors },
    };
    const refused = await rig.send('POST', '/templates/samples', { mediaId: 'med_1' });
    expect([refused.statusCode, refused.json()]).toMatchObject([422, { code: 'media_invalid', errors }]);
    expect((await rig.send('POST', '/templates/samples', {})).statusCode).toBe(400);
  });

  test('the library shows each ready template in its languages, as a person would see it', async () => {
    const { data } = (await rig.get('/template-library')).json();
    expect(data.map((one: { name: string }) => one.name)).toEqual([
      'appointment_reminder',
      'order_update',
      'payment_received',
      'delivery_update',
      'feedback_request',
    ]);
    expect(data[0]).toMatchObject({ category: 'UTILITY', price: { class: 'utility' }, variants: expect.any(Array) });
    expect(data[0].variants[0]).toMatchObject({
      language: 'en_US',
      definition: { name: 'appointment_reminder' },
      rendered: { body: expect.any(String) },
    });
  });

  test('taking one from the library tells of each language', async () => {
    const problem = {
      code: 'meta_refused',
      status: 422,
      detail: 'Meta says (code 100): no',
      errors: [{ field: 'a', message: 'b' }],
    };
    const results = [
      { language: 'de', made: { ok: true, replayed: false, id: 'tpl_1' } },
      { language: 'fr', made: { ok: false, problem } },
    ];
    rig.answer = { ok: true, replayed: false, results } as TemplateRig['answer'];
    const { data } = (await rig.send('POST', '/template-library/order_update', { languages: ['de', 'fr'] })).json();
    expect(data).toMatchObject([
      { language: 'de', created: true, template: { id: 'tpl_1' }, problem: null },
      {
        language: 'fr',
        created: false,
        template: null,
        problem: {
          code: 'meta_refused',
          status: 422,
          detail: 'Meta says (code 100): no',
          next: expect.any(String),
          errors: problem.errors,
        },
      },
    ]);
    expect(rig.asked.at(-1)).toEqual({ workspaceId: 'main', library: 'order_update', languages: ['de', 'fr'] });
  });

  test.each([
    ['POST', '/templates', { definition }],
    ['PATCH', '/templates/tpl_1', { category: 'MARKETING' }],
    ['DELETE', '/templates/tpl_1', undefined],
    ['POST', '/templates/sync', {}],
    ['POST', '/templates/preview', { id: 'tpl_1' }],
    ['POST', '/template-library/x', { languages: ['de'] }],
  ] as const)('what the room refuses is a problem: %s %s', async (method, url, payload) => {
    rig.answer = { ok: false, problem: { code: 'template_locked', status: 409, detail: 'Once in 24 h.' } };
    const refused = await rig.send(method, url, payload);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      code: 'template_locked',
      detail: 'Once in 24 h.',
      next: expect.any(String),
    });
  });

  test.each([
    ['DELETE', '/templates/a%00', undefined, 'id'],
    ['DELETE', '/templates/tpl_1?languages=%00', undefined, 'languages'],
    ['POST', '/templates/sync', { accountId: 'a\u0000' }, 'accountId'],
    ['POST', '/templates', {}, 'definition'],
    [
      'POST',
      '/templates',
      { definition: { ...definition, components: Array.from({ length: 51 }, () => ({ type: 'BODY' })) } },
      'definition.components',
    ],
    ['POST', '/templates', { definition, other: 1 }, 'other'],
    ['PATCH', '/templates/tpl_1', {}, '(whole)'],
    ['PATCH', '/templates/tpl_1', { name: 'x' }, 'name'],
    ['DELETE', '/templates/tpl_1?languages=some', undefined, 'languages'],
    ['POST', '/templates/preview', { id: 'tpl_1', definition }, '(whole)'],
    ['POST', '/templates/preview', {}, '(whole)'],
    ['POST', '/template-library/order_update', { languages: [] }, 'languages'],
    ['POST', '/template-library/order_update', { languages: Array(21).fill('de') }, 'languages'],
  ] as const)('a request that is not as documented never reaches it: %s %s %o', async (method, url, payload, field) => {
    const before = rig.asked.length;
    const refused = await rig.send(method, url, payload);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(rig.asked).toHaveLength(before);
  });
});
