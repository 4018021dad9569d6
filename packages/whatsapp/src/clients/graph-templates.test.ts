import { describe, expect, test } from 'vitest';
import { TEMPLATE_LIBRARY, checkTemplateUse, toTemplateDefinition } from '../templates.ts';
import type { TemplateDefinition } from '../templates.ts';
import { makeGraphClient } from './graph.ts';
import { json, withServer } from './test-server.ts';

const client = (baseUrl: string) => makeGraphClient({ baseUrl, accessToken: 'EAAG-token', timeoutMs: 5000 });
const definition = TEMPLATE_LIBRARY[0]?.definitions[0] as TemplateDefinition;
const answer = {
  id: '1689556908129832',
  name: 'order_note',
  language: 'en_US',
  category: 'MARKETING',
  previous_category: 'UTILITY',
  correct_category: 'MARKETING',
  status: 'APPROVED',
  parameter_format: 'POSITIONAL',
  quality_score: { score: 'YELLOW', date: 1763683200 },
  rejected_reason: 'NONE',
  message_send_ttl_seconds: '43200',
  components: [{ type: 'BODY', text: 'Hi {{1}}, it left.' }, 'odd'],
};

describe('templates', () => {
  test('creates one and tells what Meta made of it', async () => {
    await using server = await withServer(json({ id: '1689', status: 'PENDING', category: 'MARKETING' }));
    const outcome = await client(server.origin).createTemplate('waba', { ...definition, language: 'en-us' });
    expect(outcome).toEqual({ kind: 'ok', value: { id: '1689', status: 'PENDING', category: 'MARKETING' } });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/v26.0/waba/message_templates' });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual(JSON.parse(JSON.stringify(definition)));
  });

  test('names the reason when Meta refuses one, by its subcode', async () => {
    const error = { code: 100, error_subcode: 2388024, message: 'Invalid parameter', error_user_msg: 'There is one' };
    await using server = await withServer(json({ error }, 400));
    const outcome = await client(server.origin).createTemplate('waba', definition);
    expect(outcome).toMatchObject({ kind: 'permanent', advice: expect.stringContaining('exists in this language') });
  });

  test('reads everything Meta tells of one, upper case included', async () => {
    await using server = await withServer(json(answer));
    const outcome = await client(server.origin).template('1689556908129832');
    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        id: '1689556908129832',
        name: 'order_note',
        language: 'en_US',
        category: 'MARKETING',
        previousCategory: 'UTILITY',
        correctCategory: 'MARKETING',
        status: 'APPROVED',
        parameterFormat: 'POSITIONAL',
        rejectedReason: 'NONE',
        qualityScore: 'YELLOW',
        ttlSeconds: 43_200,
        components: [{ type: 'BODY', text: 'Hi {{1}}, it left.' }],
        raw: answer,
      },
    });
    expect(server.seen[0]?.url).toMatch(/quality_score.*message_send_ttl_seconds/);
  });

  test('gives a definition that sends can be checked against', async () => {
    await using server = await withServer(json(answer));
    const outcome = await client(server.origin).template('1');
    if (outcome.kind !== 'ok') throw new Error('expected a template');
    const made = toTemplateDefinition(outcome.value);
    expect(made).toMatchObject({ name: 'order_note', category: 'MARKETING', message_send_ttl_seconds: 43_200 });
    expect(checkTemplateUse(made, { name: 'order_note', language: { code: 'en_US' } })).toMatchObject([
      { field: 'template.components', limit: 1, actual: 0 },
    ]);
  });

  test('does not pause the channel because one template is gone', async () => {
    await using server = await withServer(json({ error: { code: 100, error_subcode: 33, message: 'gone' } }, 400));
    expect(await client(server.origin).template('1')).toMatchObject({ kind: 'permanent' });
    expect(await client(server.origin).editTemplate('1', { category: 'UTILITY' })).toMatchObject({ kind: 'permanent' });
  });

  test('edits one', async () => {
    await using server = await withServer(json({ success: true }));
    const change = { message_send_ttl_seconds: 60 };
    expect(await client(server.origin).editTemplate('1689', change)).toEqual({ kind: 'ok', value: true });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/v26.0/1689' });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual(change);
  });

  test.each([
    [{ name: 'order_note' }, '/v26.0/waba/message_templates?name=order_note'],
    [{ name: 'order_note', id: '77' }, '/v26.0/waba/message_templates?name=order_note&hsm_id=77'],
  ])('deletes all languages or one: %j', async (which, url) => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).deleteTemplate('waba', which)).toEqual({ kind: 'ok', value: true });
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', url });
  });

  test('ends the pause of one', async () => {
    await using server = await withServer(json({ success: true }));
    expect(await client(server.origin).unpauseTemplate('77')).toEqual({ kind: 'ok', value: true });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/v26.0/77/unpause' });
  });

  test('refuses what cannot be written as JSON, and an id that leads elsewhere, without asking', async () => {
    const loop: { [key: string]: unknown } = { type: 'body' };
    loop['self'] = loop;
    await using server = await withServer(json({ success: true }));
    const graph = client(server.origin);
    const components = [loop as { type: string }];
    expect(await graph.createTemplate('w', { ...definition, components })).toMatchObject({ kind: 'permanent' });
    expect(await graph.editTemplate('1', { components })).toMatchObject({ kind: 'permanent' });
    expect(await graph.template('..')).toMatchObject({ kind: 'permanent' });
    expect(await graph.deleteTemplate('', { name: 'a' })).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(0);
  });

  test('can be asked again after a lost answer', async () => {
    await using server = await withServer((_response, _seen, socket) => socket.destroy());
    expect(await client(server.origin).createTemplate('waba', definition)).toMatchObject({ kind: 'transient' });
  });
});
