import { describe, expect, test } from 'vitest';
import { checkTemplateDefinition } from './check-definition.ts';

/** Every limit of a template: n is accepted, n + 1 refused, with the field, the limit and the length given. */
type Component = { readonly type: string; readonly [key: string]: unknown };

const x = (length: number): string => 'x'.repeat(length);
const many = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const body: Component = { type: 'body', text: 'Your order has left today.' };
const make = (components: readonly Component[], more: object = {}): object => ({
  name: 'order_note',
  language: 'en_US',
  category: 'MARKETING',
  components,
  ...more,
});
const withPart = (part: Component, text = body): object => make([text, part]);
const withButtons = (...buttons: readonly Component[]): object => withPart({ type: 'buttons', buttons });
const quick = (text: string): Component => ({ type: 'quick_reply', text });
const link = (more: object = {}): Component => ({ type: 'url', text: 'Open', url: 'https://x.org/a', ...more });
const picture: Component = { type: 'header', format: 'image', example: { header_handle: ['4::aW'] } };
const cards = (
  length: number,
  parts: readonly Component[] = [picture, { type: 'buttons', buttons: [quick('Buy')] }],
): object => withPart({ type: 'carousel', cards: many(length, () => ({ components: parts })) });
const code = (more: { body?: object; footer?: object; button?: object } = {}, rest: object = {}): object =>
  make(
    [
      { type: 'body', add_security_recommendation: true, ...more.body },
      { type: 'footer', code_expiration_minutes: 10, ...more.footer },
      { type: 'buttons', buttons: [{ type: 'otp', otp_type: 'copy_code', text: 'Copy', ...more.button }] },
    ],
    { category: 'AUTHENTICATION', ...rest },
  );
const app = (name = 'com.example') => ({ package_name: name, signature_hash: 'K8a/AINcGX7' });
const ttl = (category: string, seconds: number): object =>
  category === 'AUTHENTICATION'
    ? code({}, { message_send_ttl_seconds: seconds })
    : make([body], { category, message_send_ttl_seconds: seconds });

interface Limit {
  readonly field: string;
  readonly limit: number;
  readonly at: (size: number) => object;
}
const at = (field: string, limit: number, of: (size: number) => object): Limit => ({ field, limit, at: of });

const LIMITS: readonly Limit[] = [
  at('name', 512, (n) => make([body], { name: x(n) })),
  at('components[1].text', 60, (n) => withPart({ type: 'header', format: 'text', text: x(n) })),
  at('components[0].text', 1024, (n) => make([{ type: 'body', text: x(n) }])),
  at('components[1].text', 60, (n) => withPart({ type: 'footer', text: x(n) })),
  at('components[1].limited_time_offer.text', 16, (n) =>
    withPart({ type: 'limited_time_offer', limited_time_offer: { text: x(n) } }),
  ),
  at('components[0].text', 600, (n) =>
    withPart({ type: 'limited_time_offer', limited_time_offer: { text: 'Ends' } }, { type: 'body', text: x(n) }),
  ),
  at('components[1].buttons', 10, (n) => withButtons(...many(n, (i) => quick(`B${i}`)))),
  at('components[1].buttons[0].text', 25, (n) => withButtons(quick(x(n)))),
  at('components[1].buttons[0].text', 25, (n) => withButtons(link({ text: x(n) }))),
  at('components[1].buttons[0].url', 2000, (n) => withButtons(link({ url: `https://x.org/${x(n - 14)}` }))),
  at('components[1].buttons', 2, (n) => withButtons(...many(n, () => link()))),
  at('components[1].buttons', 1, (n) =>
    withButtons(...many(n, () => ({ type: 'phone_number', text: 'Call', phone_number: '+5511999990000' }))),
  ),
  at('components[1].buttons[0].phone_number', 20, (n) =>
    withButtons({ type: 'phone_number', text: 'Call', phone_number: '1'.repeat(n) }),
  ),
  at('components[1].buttons', 1, (n) => withButtons(...many(n, () => ({ type: 'copy_code', example: 'SAVE' })))),
  at('components[1].buttons[0].example', 15, (n) => withButtons({ type: 'copy_code', example: x(n) })),
  at('components[1].cards', 10, (n) => cards(n)),
  at('components[1].cards[0].components[1].text', 160, (n) => cards(2, [picture, { type: 'body', text: x(n) }])),
  at('components[1].cards[0].components[1].buttons', 2, (n) =>
    cards(2, [picture, { type: 'buttons', buttons: many(n, (i) => quick(`B${i}`)) }]),
  ),
  at('components[1].code_expiration_minutes', 90, (n) => code({ footer: { code_expiration_minutes: n } })),
  at('components[2].buttons[0].text', 25, (n) => code({ button: { text: x(n) } })),
  at('components[2].buttons[0].autofill_text', 25, (n) =>
    code({ button: { otp_type: 'one_tap', autofill_text: x(n), supported_apps: [app()] } }),
  ),
  at('components[2].buttons[0].supported_apps', 5, (n) =>
    code({ button: { otp_type: 'one_tap', supported_apps: many(n, () => app()) } }),
  ),
  at('components[2].buttons[0].supported_apps[0].package_name', 224, (n) =>
    code({ button: { otp_type: 'one_tap', supported_apps: [app(`com.${x(n - 4)}`)] } }),
  ),
  at('message_send_ttl_seconds', 900, (n) => ttl('AUTHENTICATION', n)),
  at('message_send_ttl_seconds', 43_200, (n) => ttl('UTILITY', n)),
  at('message_send_ttl_seconds', 2_592_000, (n) => ttl('MARKETING', n)),
];

describe('limits of a template', () => {
  test.each(LIMITS.map((each, index) => [index, each] as const))('%i: $field', (_index, { field, limit, at: of }) => {
    expect(checkTemplateDefinition(of(limit))).toEqual([]);
    expect(checkTemplateDefinition(of(limit + 1))).toContainEqual(
      expect.objectContaining({ field, limit, actual: limit + 1 }),
    );
  });

  test.each([
    ['AUTHENTICATION', 30],
    ['UTILITY', 30],
    ['MARKETING', 43_200],
  ])('%s is tried for at least %d seconds, or −1', (category, limit) => {
    expect(checkTemplateDefinition(ttl(category, limit))).toEqual([]);
    expect(checkTemplateDefinition(ttl(category, -1))).toEqual([]);
    expect(checkTemplateDefinition(ttl(category, limit - 1))).toMatchObject([{ limit, actual: limit - 1 }]);
  });

  test('a carousel has at least two cards', () => {
    expect(checkTemplateDefinition(cards(2))).toEqual([]);
    expect(checkTemplateDefinition(cards(1))).toMatchObject([{ field: 'components[1].cards', limit: 2, actual: 1 }]);
  });

  test('a code lasts at least a minute', () => {
    expect(checkTemplateDefinition(code({ footer: { code_expiration_minutes: 1 } }))).toEqual([]);
    expect(checkTemplateDefinition(code({ footer: { code_expiration_minutes: 0 } }))).toMatchObject([{ limit: 1 }]);
  });

  test('each variable needs two words, and one more', () => {
    const text = (words: number): object =>
      make([
        { type: 'body', text: `${many(words - 1, () => 'so').join(' ')} {{1}} x`, example: { body_text: [['Ana']] } },
      ]);
    expect(checkTemplateDefinition(text(3))).toEqual([]);
    expect(checkTemplateDefinition(text(2))).toMatchObject([{ field: 'components[0].text', limit: 3, actual: 2 }]);
  });

  test('a header has one variable at most', () => {
    const header = (text: string, ...examples: string[]): object =>
      withPart({ type: 'header', format: 'text', text, example: { header_text: examples } });
    expect(checkTemplateDefinition(header('Order {{1}}', '77'))).toEqual([]);
    expect(checkTemplateDefinition(header('Order {{1}} of {{2}}', '77', 'Ana'))).toMatchObject([
      { limit: 1, actual: 2 },
    ]);
  });
});
