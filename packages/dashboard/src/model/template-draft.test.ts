import { describe, expect, test } from 'vitest';
import { codes, draft, named, whole } from './fixtures/drafts.ts';
import { toFieldErrors } from './field-errors.ts';
import { parseDraft } from './parse-draft.ts';
import { toNextVariable, toSampled } from './template-draft.ts';
import { toDefinition } from './to-definition.ts';

describe('a draft', () => {
  test.each([
    ['with every part', whole],
    ['with named variables', named],
    ['of a login code', codes],
  ])('%s that was stored is read into the same form', (_, given) => {
    const { definition } = toDefinition(given);
    const { name, language, category } = given;
    const read = parseDraft({ name, language, category, components: definition.components });
    expect(toDefinition(read).definition).toEqual(definition);
  });

  test('keeps parts and buttons it has no fields for', () => {
    const components = [
      { type: 'HEADER', format: 'GIF', example: { header_handle: ['x'] } },
      { type: 'BODY', text: 'A form for you.' },
      { type: 'BUTTONS', buttons: [{ type: 'FLOW', text: 'Open', flow_id: '1' }] },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Soon over' } },
    ];
    const read = parseDraft({ name: 'a', language: 'de', category: 'MARKETING', components });
    const sent = toDefinition(read).definition.components;
    expect(sent).toContainEqual(components[0]);
    expect(sent).toContainEqual(components[3]);
    expect(sent).toContainEqual({ type: 'buttons', buttons: [{ type: 'FLOW', text: 'Open', flow_id: '1' }] });
  });

  test('needs one example per variable, however often it stands there', () => {
    expect(toSampled(draft({ body: '{{1}} {{2}} {{1}}' }))).toEqual(['1', '2']);
    expect(toSampled(whole)).toEqual(['1', '2']);
  });

  test.each([
    ['Hello', '{{1}}'],
    ['{{2}} {{1}}', '{{3}}'],
    ['{{first_name}}', '{{name_2}}'],
  ])('after %s comes %s', (body, next) => {
    expect(toNextVariable(body)).toBe(next);
  });
});

test('a message becomes a sentence, and a path that no field has stays', () => {
  const errors = [
    { field: 'definition.name', message: 'must be short' },
    { field: 'definition.names', message: 'is unknown' },
  ];
  const { fields, others } = toFieldErrors(errors, [['definition.name', 'name']]);
  expect([...fields]).toEqual([['name', 'Must be short.']]);
  expect(others).toEqual([errors[1]]);
});
