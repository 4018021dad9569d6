/** The dashboard's forms against the checks of the wire: what they write is taken, and what is wrong is said at its field. */
import { describe, expect, test } from 'vitest';
import { checkTemplateDefinition, renderTemplate } from '@wharf/whatsapp';
import { toFieldErrors } from '../../packages/dashboard/src/model/field-errors.ts';
import { parseRendered } from '../../packages/dashboard/src/model/rendered.ts';
import { EMPTY_DRAFT, type TemplateDraft, toNewButton } from '../../packages/dashboard/src/model/template-draft.ts';
import { toDefinition } from '../../packages/dashboard/src/model/to-definition.ts';

const draft = (more: Partial<TemplateDraft> = {}): TemplateDraft => ({
  ...EMPTY_DRAFT,
  name: 'order_update',
  body: 'Hello {{1}}, your order {{2}} is on its way to you now.',
  samples: { 1: 'Ana', 2: 'A-7' },
  ...more,
});

const whole = draft({
  header: { kind: 'text', text: 'News for {{1}}', handle: '' },
  footer: 'Bright Shoes',
  buttons: [
    { ...toNewButton('a', 'quick_reply'), text: 'Thanks' },
    { ...toNewButton('b', 'url'), text: 'Track', value: 'https://a.example/{{1}}', sample: 'https://a.example/7' },
    { ...toNewButton('c', 'phone_number'), text: 'Call', value: '+5511999990000' },
    { ...toNewButton('d', 'copy_code'), value: 'SAVE20' },
  ],
});

const named = draft({ body: 'Hello {{first_name}}, we are glad to see you.', samples: { first_name: 'Ana' } });
const codes = draft({ category: 'AUTHENTICATION', name: 'login', body: '' });

test.each([
  ['with every part', whole],
  ['with named variables', named],
  ['of a login code', codes],
  ['with a place above the text', draft({ header: { kind: 'location', text: '', handle: '' } })],
  ['with an example picture', draft({ header: { kind: 'image', text: '', handle: '4::aW' } })],
])('a template %s can be submitted as the form writes it', (_, given) => {
  expect(checkTemplateDefinition(toDefinition(given).definition)).toEqual([]);
});

describe('what is wrong with a template is said at its field', () => {
  const fieldsOf = (wrong: TemplateDraft): string[] => {
    const { definition, places } = toDefinition(wrong);
    const errors = checkTemplateDefinition(definition).map((one) => ({ ...one, field: `definition.${one.field}` }));
    const { fields, others } = toFieldErrors(errors, places);
    expect(others).toEqual([]);
    return [...fields.keys()];
  };

  test.each([
    ['the name', draft({ name: 'Order Update' }), 'name'],
    ['the language', draft({ language: 'english' }), 'language'],
    ['no text', draft({ body: '', samples: {} }), 'body'],
    ['a second example that is missing', draft({ samples: { 1: 'Ana' } }), 'samples.2'],
    ['a named example', { ...named, samples: {} }, 'samples.first_name'],
    ['a header’s text', draft({ header: { kind: 'text', text: '', handle: '' } }), 'header.text'],
    ['a header without its file', draft({ header: { kind: 'image', text: '', handle: '' } }), 'header.handle'],
    ['a long footer', draft({ footer: 'x'.repeat(61) }), 'footer'],
    ['a button without words', draft({ buttons: [toNewButton('k', 'quick_reply')] }), 'k.text'],
    ['an address', draft({ buttons: [{ ...toNewButton('k', 'url'), text: 'Go', value: 'nowhere' }] }), 'k.value'],
    [
      'an address without its example',
      draft({ buttons: [{ ...toNewButton('k', 'url'), text: 'Go', value: 'https://a.example/{{1}}' }] }),
      'k.sample',
    ],
    ['minutes', { ...codes, code: { ...codes.code, minutes: '91' } }, 'code.minutes'],
    ['minutes in words', { ...codes, code: { ...codes.code, minutes: 'ten' } }, 'code.minutes'],
  ])('%s', (_, wrong, field) => {
    expect(fieldsOf(wrong)).toContain(field);
  });
});

test('what the API renders is read whole', () => {
  const components = [
    { type: 'header', format: 'image' },
    { type: 'body', text: 'Hello {{1}}' },
    { type: 'buttons', buttons: [{ type: 'url', text: 'Go', url: 'https://a.example/{{1}}' }] },
  ];
  const rendered = renderTemplate({ name: 'a', language: 'de', category: 'UTILITY', components });
  expect(parseRendered(rendered)).toEqual({
    header: { format: 'image', text: null, link: null },
    body: 'Hello {{1}}',
    footer: null,
    buttons: [{ type: 'url', text: 'Go', detail: 'https://a.example/{{1}}' }],
    cards: [],
    offer: null,
  });
});
