import { describe, expect, test } from 'vitest';
import { checkTemplateDefinition } from './check-definition.ts';

type Component = { readonly type: string; readonly [key: string]: unknown };
const make = (components: unknown, more: object = {}): object => ({
  name: 'order_note',
  language: 'en_US',
  category: 'UTILITY',
  components,
  ...more,
});
const body: Component = { type: 'body', text: 'Your order has left today.' };
const said = (text: string, example?: object, more: object = {}): object =>
  make([{ type: 'body', text, ...(example === undefined ? {} : { example }) }], more);
const named = { parameter_format: 'named' };
const withButtons = (...buttons: readonly unknown[]): object => make([body, { type: 'buttons', buttons }]);
const quick = { type: 'quick_reply', text: 'Yes' };
const link = { type: 'url', text: 'Open', url: 'https://x.org/{{1}}', example: ['https://x.org/77'] };
const otp = { type: 'otp', otp_type: 'copy_code' };
const code = (...components: readonly object[]): object => make(components, { category: 'AUTHENTICATION' });
const codeButtons = (button: object): object => ({ type: 'buttons', buttons: [button] });
const picture = { type: 'header', format: 'image', example: { header_handle: ['4::aW'] } };
const carousel = (...cards: readonly (readonly object[])[]): object =>
  make([body, { type: 'carousel', cards: cards.map((components) => ({ components })) }], { category: 'MARKETING' });

const ACCEPTED: readonly [name: string, definition: object][] = [
  ['the plainest template', make([body])],
  [
    'words in capitals, as Meta answers',
    make(
      [
        { type: 'BODY', text: 'Hi {{1}}, it left.', example: { body_text: [['Ana']] } },
        { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] },
      ],
      { parameter_format: 'POSITIONAL' },
    ),
  ],
  [
    'named variables',
    said(
      'Hi {{first_name}}, it left.',
      { body_text_named_params: [{ param_name: 'first_name', example: 'Ana' }] },
      named,
    ),
  ],
  ['a flat list of examples', said('Hi {{1}}, it left.', { body_text: ['Ana'] })],
  ['a variable twice', said('Hi {{1}}, yes {{1}}, it left today.', { body_text: [['Ana']] })],
  ['a language with a hyphen', make([body], { language: 'pt-BR' })],
  ['a text without spaces, by its words', said('您好{{1}}，您的订单已发货。', { body_text: [['安娜']] })],
  ['every media header', make([body, { type: 'header', format: 'DOCUMENT', example: { header_handle: ['4::aW'] } }])],
  ['a location header', make([body, { type: 'header', format: 'location' }])],
  ['quick replies before the others', withButtons(quick, { ...quick, text: 'No' }, link)],
  ['quick replies after the others', withButtons(link, quick)],
  [
    'a form, a call, a catalogue',
    withButtons({ type: 'flow', text: 'Book', flow_id: '1' }, { type: 'voice_call', text: 'Call' }),
  ],
  ['a code with the least', code({ type: 'body' }, codeButtons(otp))],
  [
    'a one-tap code',
    code(
      { type: 'body' },
      codeButtons({
        type: 'otp',
        otp_type: 'ONE_TAP',
        supported_apps: [{ package_name: 'com.x', signature_hash: 'K8a/AINcGX7' }],
      }),
    ),
  ],
  ['a carousel', carousel([picture, codeButtons(quick)], [picture, codeButtons({ ...quick, text: 'Also' })])],
  [
    'a template of Meta’s own library',
    { name: 'a', language: 'en', category: 'UTILITY', library_template_name: 'delivery_1' },
  ],
  ['keys of tomorrow', make([{ ...body, tap_target: { a: 1 } }], { cta_url_link_tracking_opted_out: true })],
];

const REFUSED: readonly [name: string, definition: unknown, field: string, says: RegExp][] = [
  ['nothing', undefined, '', /must be a template/],
  ['no parts', { name: 'a', language: 'en', category: 'UTILITY' }, 'components', /required/],
  ['parts that are none', make('body'), 'components', /list/],
  ['an empty list of parts', make([]), 'components', /at least 1/],
  ['a name in capitals', make([body], { name: 'Order' }), 'name', /a–z/],
  ['a language that is none', make([body], { language: 'English' }), 'language', /language code/],
  ['another category', make([body], { category: 'TRANSACTIONAL' }), 'category', /"utility"/],
  ['another parameter format', make([body], { parameter_format: 'both' }), 'parameter_format', /"named"/],
  ['an unknown part', make([body, { type: 'button' }]), 'components[1].type', /"buttons"/],
  ['no body', make([picture]), 'components', /needs a body/],
  ['two bodies', make([body, body]), 'components[1].type', /one body only/],
  ['an empty body', said(' '), 'components[0].text', /empty/],
  [
    'a variable at the beginning',
    said('{{1}}, your order left.', { body_text: [['Ana']] }),
    'components[0].text',
    /begin/,
  ],
  [
    'a variable at the end',
    said('Your order left, dear {{1}} ', { body_text: [['Ana']] }),
    'components[0].text',
    /end/,
  ],
  [
    'two variables side by side',
    said('Hi {{1}} {{2}}, your order left today.', { body_text: [['a', 'b']] }),
    'components[0].text',
    /side by side/,
  ],
  [
    'a header on two lines',
    make([body, { type: 'header', format: 'text', text: 'a\nb' }]),
    'components[1].text',
    /line breaks/,
  ],
  ['a header in bold', make([body, { type: 'header', format: 'text', text: '*a*' }]), 'components[1].text', /bold/],
  [
    'a header with emoji',
    make([body, { type: 'header', format: 'text', text: 'a 🚀' }]),
    'components[1].text',
    /emoji/,
  ],
  ['a footer on two lines', make([body, { type: 'footer', text: 'a\nb' }]), 'components[1].text', /line breaks/],
  [
    'a gap in the numbers',
    said('Hi {{1}}, your order {{3}} left today.', { body_text: [['a', 'b']] }),
    'components[0].text',
    /\{\{2\}\} is missing/,
  ],
  [
    'numbers that begin with 2',
    said('Hi {{2}}, it left today.', { body_text: [['a']] }),
    'components[0].text',
    /\{\{1\}\} is missing/,
  ],
  [
    'a name in a positional template',
    said('Hi {{name}}, it left today.', { body_text: [['a']] }),
    'components[0].text',
    /parameter_format to named/,
  ],
  [
    'a number in a named template',
    said('Hi {{1}}, it left today.', {}, named),
    'components[0].text',
    /\{\{first_name\}\}/,
  ],
  ['a name in capitals among variables', said('Hi {{Name}}, it left today.', {}, named), 'components[0].text', /a–z/],
  ['a broken variable', said('Hi {{1}, it left today.'), 'components[0].text', /braces/],
  ['too few words', said('Hi {{1}} and {{2}} now.', { body_text: [['a', 'b']] }), 'components[0].text', /5 words/],
  ['no example', said('Hi {{1}}, it left.'), 'components[0].example.body_text', /one example for each/],
  [
    'an example too many',
    said('Hi {{1}}, it left.', { body_text: [['a', 'b']] }),
    'components[0].example.body_text',
    /1 in all/,
  ],
  [
    'an empty example',
    said('Hi {{1}}, it left.', { body_text: [['']] }),
    'components[0].example.body_text[0]',
    /empty/,
  ],
  [
    'a named example missing',
    said('Hi {{a}}, it left.', {}, named),
    'components[0].example.body_text_named_params',
    /a is missing/,
  ],
  [
    'a named example too many',
    said(
      'Hi {{a}}, it left.',
      {
        body_text_named_params: [
          { param_name: 'a', example: 'x' },
          { param_name: 'b', example: 'x' },
        ],
      },
      named,
    ),
    'components[0].example.body_text_named_params[1].param_name',
    /no variable/,
  ],
  ['an unknown header', make([body, { type: 'header', format: 'audio' }]), 'components[1].format', /"text", "image"/],
  [
    'a header variable without example',
    make([body, { type: 'header', format: 'text', text: 'Order {{1}}' }]),
    'components[1].example.header_text',
    /one example/,
  ],
  [
    'a picture without example',
    make([body, { type: 'header', format: 'image' }]),
    'components[1].example',
    /uploadHandle/,
  ],
  [
    'a picture with two examples',
    make([body, { ...picture, example: { header_handle: ['a', 'b'] } }]),
    'components[1].example.header_handle',
    /at most 1/,
  ],
  [
    'text in a location header',
    make([body, { type: 'header', format: 'location', text: 'Here' }]),
    'components[1].text',
    /absent/,
  ],
  [
    'a variable in the footer',
    make([body, { type: 'footer', text: 'For {{1}}' }]),
    'components[1].text',
    /no variables/,
  ],
];

describe('checkTemplateDefinition', () => {
  test.each(ACCEPTED)('accepts %s', (_name, definition) => {
    expect(checkTemplateDefinition(definition)).toEqual([]);
  });

  test.each(REFUSED)('refuses %s', (_name, definition, field, says) => {
    expect(checkTemplateDefinition(definition)).toContainEqual(
      expect.objectContaining({ field, message: expect.stringMatching(says) }),
    );
  });

  test('names at most fifty problems, however much is wrong', () => {
    const buttons = Array.from({ length: 100_000 }, () => ({ type: 'x' }));
    const components = Array.from({ length: 100_000 }, () => ({ type: 'buttons', buttons }));
    expect(checkTemplateDefinition(make(components)).length).toBeLessThanOrEqual(50);
  });
});
