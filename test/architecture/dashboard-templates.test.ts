/** The dashboard's forms against the checks of the wire: what they write is taken, and what is wrong is said at its field. */
import { describe, expect, test } from 'vitest';
import {
  checkMessage,
  checkTemplateDefinition,
  checkTemplateUse,
  renderTemplate,
  type TemplateDefinition,
} from '@wharf/whatsapp';
import { codes, draft, named, whole } from '../../packages/dashboard/src/model/fixtures/drafts.ts';
import { toFieldErrors } from '../../packages/dashboard/src/model/field-errors.ts';
import { parseRendered } from '../../packages/dashboard/src/model/rendered.ts';
import { type TemplateDraft, toNewButton } from '../../packages/dashboard/src/model/template-draft.ts';
import {
  type Slot,
  toComponents,
  toSlots,
  toUse,
  toUsePlaces,
} from '../../packages/dashboard/src/model/template-use.ts';
import { toDefinition } from '../../packages/dashboard/src/model/to-definition.ts';

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
    header: { format: 'image', text: null, mediaId: null, link: null },
    body: 'Hello {{1}}',
    footer: null,
    buttons: [{ type: 'url', text: 'Go', detail: 'https://a.example/{{1}}' }],
    cards: [],
    offer: null,
  });
});

describe('a template that is filled in', () => {
  const base = { name: 'a', language: 'de' };
  const card = (n: number) => ({
    components: [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: `Card ${n} for {{1}}` },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'See', url: 'https://a.example/{{1}}' }] },
    ],
  });
  const fill = (definition: TemplateDefinition, value: (slot: Slot) => string) => {
    const use = toUse({ category: definition.category, components: definition.components });
    const answers = Object.fromEntries(toSlots(use).map((slot) => [slot.key, value(slot)]));
    const template = { name: 'a', language: { code: 'de' }, components: toComponents(use, answers) };
    const problems = checkTemplateUse(definition, template as unknown as Parameters<typeof checkTemplateUse>[1]);
    return { keys: Object.keys(answers), problems, errors: toFieldErrors(problems, toUsePlaces(use)) };
  };
  const VALUES: Partial<Record<Slot['kind'], string>> = { location: '52.5, 13.4', time: '2026-12-01T10:00' };
  const answer = ({ kind }: Slot): string =>
    VALUES[kind] ?? (kind === 'text' || kind === 'coupon_code' ? 'A7' : 'https://a.example/x');
  const body = { type: 'BODY', text: 'Hello {{2}} and {{1}}' };

  test.each<[string, TemplateDefinition, string[]]>([
    ['by numbers', { ...base, category: 'UTILITY', components: [body] }, ['body 1', 'body 2']],
    [
      'by names, in header and body',
      {
        ...base,
        category: 'UTILITY',
        parameter_format: 'NAMED',
        components: [
          { type: 'HEADER', format: 'TEXT', text: 'For {{who}}' },
          { type: 'BODY', text: 'Hello {{first_name}}' },
        ],
      },
      ['header who', 'body first_name'],
    ],
    ...(['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF'] as const).map((format): [string, TemplateDefinition, string[]] => [
      `with a ${format} above it`,
      {
        ...base,
        category: 'MARKETING',
        components: [
          { type: 'HEADER', format },
          { type: 'BODY', text: 'Look' },
        ],
      },
      ['header'],
    ]),
    [
      'with buttons of every kind that can be asked for',
      {
        ...base,
        category: 'MARKETING',
        components: [
          { type: 'BODY', text: 'Look' },
          {
            type: 'BUTTONS',
            buttons: [
              { type: 'QUICK_REPLY', text: 'Yes' },
              { type: 'URL', text: 'Go', url: 'https://a.example/{{1}}' },
              { type: 'URL', text: 'Home', url: 'https://a.example/' },
              { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+1555' },
              { type: 'COPY_CODE', text: 'Copy' },
              { type: 'FLOW', text: 'Form' },
            ],
          },
        ],
      },
      ['button 1', 'button 4'],
    ],
    [
      'of a login code, which is asked for once',
      {
        ...base,
        category: 'AUTHENTICATION',
        components: [
          { type: 'BODY', text: '*{{1}}* is your code.' },
          { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Copy', url: 'https://a.example/{{1}}' }] },
        ],
      },
      ['code'],
    ],
    [
      'with an offer that ends',
      {
        ...base,
        category: 'MARKETING',
        components: [
          { type: 'BODY', text: 'Look' },
          { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Soon', has_expiration: true } },
        ],
      },
      ['offer'],
    ],
    [
      'with cards',
      {
        ...base,
        category: 'MARKETING',
        components: [body, { type: 'CAROUSEL', cards: [card(1), card(2)] }],
      },
      [1, 2]
        .flatMap((n) => [`card ${n} header`, `card ${n} body 1`, `card ${n} button 0`])
        .toSpliced(0, 0, 'body 1', 'body 2'),
    ],
  ])('%s is taken, and nothing else is asked for', (_, definition, keys) => {
    const filled = fill(definition, answer);
    expect(filled.problems).toEqual([]);
    expect(filled.keys).toEqual(keys);
    const empty = fill(definition, () => '');
    expect(empty.errors.others).toEqual([]);
    expect([...empty.errors.fields.keys()].filter((key) => !keys.includes(key))).toEqual([]);
    expect(empty.errors.fields.size).toBeGreaterThan(0);
  });

  test('a file of ours goes by its id, a document with its name', () => {
    const filled = (format: string) => {
      const definition = { ...base, category: 'UTILITY', components: [{ type: 'HEADER', format }, body] };
      const use = toUse(definition);
      const components = toComponents(use, {
        header: { id: 'med_1', filename: 'a.pdf' },
        'body 1': 'x',
        'body 2': 'y',
      });
      const template = { name: 'a', language: { code: 'de' }, components };
      expect(checkTemplateUse(definition, template as unknown as Parameters<typeof checkTemplateUse>[1])).toEqual([]);
      return components[0];
    };
    expect(filled('DOCUMENT')).toMatchObject({ parameters: [{ document: { id: 'med_1', filename: 'a.pdf' } }] });
    expect(filled('IMAGE')).toEqual({ type: 'header', parameters: [{ type: 'image', image: { id: 'med_1' } }] });
  });

  test('a place is two numbers', () => {
    const components = [
      { type: 'HEADER', format: 'LOCATION' },
      { type: 'BODY', text: 'Look' },
    ];
    const definition = { ...base, category: 'UTILITY', components };
    expect(fill(definition, answer)).toMatchObject({ keys: ['header'], problems: [] });
    const [header] = toComponents(toUse(definition), { header: '52.5, 13.4' });
    const template = { name: 'a', language: { code: 'de' }, components: [header] };
    expect(checkMessage({ type: 'template', template })).toEqual([]);
  });

  test('what cannot be asked for is named', () => {
    const components = [
      { type: 'HEADER', format: 'PRODUCT' },
      { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View' }] },
    ];
    expect(toUse({ category: 'MARKETING', components }).unsupported).toEqual(['product', 'mpm']);
  });
});
