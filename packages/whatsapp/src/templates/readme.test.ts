import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { template } from '../outbound.ts';
import {
  TEMPLATE_LIBRARY,
  checkTemplateDefinition,
  checkTemplateUse,
  renderTemplate,
  toPriceClass,
} from '../templates.ts';
import type { TemplateDefinition } from '../templates.ts';

/**
 * The examples of README's section "Templates", compiled and run. The test below holds the README to exactly this code:
 * change both together.
 */
const print = (line: string): void => void lines.push(line);
const lines: string[] = [];

// example: definition
const orderNote: TemplateDefinition = {
  name: 'order_note',
  language: 'en_US',
  category: 'UTILITY',
  parameter_format: 'named',
  components: [
    {
      type: 'body',
      text: 'Hi {{first_name}}, your order left today.',
      example: { body_text_named_params: [{ param_name: 'first_name', example: 'Ana' }] },
    },
    {
      type: 'buttons',
      buttons: [{ type: 'url', text: 'Track', url: 'https://x.org/{{1}}', example: ['https://x.org/77'] }],
    },
  ],
};
// end

// example: use
const sent = template('order_note', 'en_US', { body: { first_name: 'Ana' } }).template;
for (const { field, message } of checkTemplateUse(orderNote, sent)) print(`${field} ${message}`);
// template.components needs a component for the url button "Track": { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", … }] }
print(renderTemplate(orderNote, sent).body);
// Hi Ana, your order left today.
// end

// example: library
const unready = TEMPLATE_LIBRARY.flatMap(({ definitions }) => definitions.flatMap(checkTemplateDefinition));
const price = toPriceClass({ kind: 'template', category: 'UTILITY', windowOpen: true, freeEntryPoint: false });
print(`${unready.length} problems; ${price.why}`);
// 0 problems; utility templates inside the customer service window are free
// end

const source = readFileSync(new URL(import.meta.url), 'utf8');
const examples = [...source.matchAll(/^\/\/ example: \w+\n([\s\S]*?)^\/\/ end$/gm)].map(([, code = '']) => code);

describe('README, section Templates', () => {
  test('shows exactly the examples that compile here', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const section = readme.split(/^## Templates$/m)[1]?.split(/^## /m)[0] ?? '';
    const blocks = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(blocks.filter((block) => !block.startsWith('import'))).toEqual(examples);
  });

  test('says what it prints', () => {
    const said = [...examples.join('').matchAll(/^\/\/ (.*)$/gm)].map(([, line = '']) => line);
    expect(lines).toEqual(said);
  });

  test('shows a definition that Meta would take', () => {
    expect(checkTemplateDefinition(orderNote)).toEqual([]);
  });
});
