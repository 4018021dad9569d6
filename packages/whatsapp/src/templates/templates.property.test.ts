import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { template } from '../outbound/build-template.ts';
import { checkTemplateDefinition } from './check-definition.ts';
import { checkTemplateUse } from './check-use.ts';
import type { TemplateDefinition } from './definition.ts';
import { renderTemplate } from './render.ts';

const word = fc.stringMatching(/^[a-z]{2,9}$/);
const value = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => !/[\n\r\t\u2028\u2029]| {5}/.test(text) && text.trim() !== '' && !/[{}]/.test(text));

/** A body of words with variables between them, its definition and as many values. */
const made = fc
  .tuple(
    fc.boolean(),
    fc.uniqueArray(word, { minLength: 1, maxLength: 6 }),
    fc.array(value, { minLength: 6, maxLength: 6 }),
  )
  .map(([isNamed, names, values]) => {
    const variables = names.map((name, index) => (isNamed ? name : String(index + 1)));
    const text = `${variables.map((variable) => `so much for {{${variable}}}`).join(' and ')} it is.`;
    const named = variables.map((param_name) => ({ param_name, example: 'x' }));
    const example = isNamed ? { body_text_named_params: named } : { body_text: [variables.map(() => 'x')] };
    const definition: TemplateDefinition = {
      name: 't',
      language: 'en',
      category: 'UTILITY',
      parameter_format: isNamed ? 'named' : 'positional',
      components: [{ type: 'body', text, example }],
    };
    const given = values.slice(0, variables.length);
    const body = isNamed ? Object.fromEntries(variables.map((name, index) => [name, given[index] ?? ''])) : given;
    return { definition, given, use: template('t', 'en', { body }).template };
  });

describe('templates of any kind', () => {
  test('one that is well made takes its values, and shows every one of them and no braces', () => {
    fc.assert(
      fc.property(made, ({ definition, given, use }) => {
        expect(checkTemplateDefinition(definition)).toEqual([]);
        expect(checkTemplateUse(definition, use)).toEqual([]);
        const { body } = renderTemplate(definition, use);
        expect(given.filter((each) => !body.includes(each))).toEqual([]);
        expect(body).not.toMatch(/[{}]/);
      }),
    );
  });

  test('one value less never fits', () => {
    fc.assert(
      fc.property(made, ({ definition, use }) => {
        const [body] = use.components ?? [];
        const components = body === undefined ? [] : [{ ...body, parameters: body.parameters?.slice(1) ?? [] }];
        expect(checkTemplateUse(definition, { ...use, components })).toMatchObject([{ reason: 'count' }]);
      }),
    );
  });

  const key = fc.constantFrom(
    'type',
    'format',
    'text',
    'components',
    'buttons',
    'cards',
    'parameters',
    'example',
    'index',
    'url',
  );
  const odd = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('body', 'HEADER', 'buttons', 'carousel', 'otp', 'url', 'image', '{{1}}', '{{'),
      fc.anything(),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any')),
    ),
  })).any;

  test('nothing makes the checks throw, report more than fifty problems, or the picture fail', () => {
    fc.assert(
      fc.property(odd, odd, (components, used) => {
        const definition = { name: 't', language: 'en', category: 'MARKETING', components } as TemplateDefinition;
        const use = { name: 't', language: { code: 'en' }, components: used } as never;
        expect(checkTemplateDefinition(definition).length).toBeLessThanOrEqual(50);
        expect(checkTemplateUse(definition, use).length).toBeLessThanOrEqual(50);
        expect(typeof renderTemplate(definition, use).body).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
