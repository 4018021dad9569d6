import { describe, expect, test } from 'vitest';
import { checkTemplateDefinition } from './check-definition.ts';
import { toLanguageCode } from './language.ts';
import { TEMPLATE_LIBRARY } from './library.ts';
import { renderTemplate } from './render.ts';
import { variablesOf } from './variables.ts';

const LANGUAGES = ['en_US', 'es', 'pt_BR', 'de', 'fr', 'id', 'ar', 'hi'];
const all = TEMPLATE_LIBRARY.flatMap(({ definitions }) => definitions);
const bodyOf = (components: (typeof all)[number]['components']): string =>
  components.find((each) => each.type === 'body')?.text ?? '';

describe('the template library', () => {
  test('has the templates people ask for first', () => {
    expect(TEMPLATE_LIBRARY.map(({ name }) => name)).toEqual([
      'appointment_reminder',
      'order_update',
      'payment_received',
      'delivery_update',
      'feedback_request',
    ]);
    expect(TEMPLATE_LIBRARY.filter(({ title, description }) => title === '' || !description.endsWith('.'))).toEqual([]);
  });

  test.each(TEMPLATE_LIBRARY)('$name is there in each language, under its own name', ({ name, definitions }) => {
    expect(definitions.map(({ language }) => language)).toEqual(LANGUAGES);
    expect(definitions.map((each) => [each.name, each.category])).toEqual(LANGUAGES.map(() => [name, 'UTILITY']));
    expect(definitions.map(({ language }) => toLanguageCode(language))).toEqual(LANGUAGES);
  });

  test.each(all.map((each) => [each.name, each.language, each] as const))(
    '%s in %s passes the check',
    (...[, , each]) => {
      expect(checkTemplateDefinition(each)).toEqual([]);
    },
  );

  test.each(TEMPLATE_LIBRARY)('$name takes the same values in every language', ({ definitions }) => {
    const sets = definitions.map(({ components }) => variablesOf(bodyOf(components)).sort().join());
    expect(new Set(sets).size).toBe(1);
  });

  test.each(TEMPLATE_LIBRARY)(
    '$name gives a real example for each variable, never its bare name',
    ({ definitions }) => {
      for (const { components } of definitions) {
        const examples = components[0]?.example?.body_text_named_params ?? [];
        expect(examples.map((each) => each.param_name)).toEqual(variablesOf(bodyOf(components)));
        expect(examples.filter((each) => each.example === each.param_name || each.example === '')).toEqual([]);
      }
    },
  );

  test('shows its variables when rendered without values', () => {
    const [first] = all;
    expect(first === undefined ? '' : renderTemplate(first).body).toMatch(/^Hello \{\{first_name\}\}, /);
  });
});
