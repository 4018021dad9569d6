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
const withButtons = (...buttons: readonly unknown[]): object => make([body, { type: 'buttons', buttons }]);
const quick = { type: 'quick_reply', text: 'Yes' };
const link = { type: 'url', text: 'Open', url: 'https://x.org/{{1}}', example: ['https://x.org/77'] };
const otp = { type: 'otp', otp_type: 'copy_code' };
const code = (...components: readonly object[]): object => make(components, { category: 'AUTHENTICATION' });
const codeButtons = (button: object): object => ({ type: 'buttons', buttons: [button] });
const picture = { type: 'header', format: 'image', example: { header_handle: ['4::aW'] } };
const film = { ...picture, format: 'video' };
const carousel = (...cards: readonly (readonly object[])[]): object =>
  make([body, { type: 'carousel', cards: cards.map((components) => ({ components })) }], { category: 'MARKETING' });

const REFUSED: readonly [name: string, definition: unknown, field: string, says: RegExp][] = [
  ['no list of buttons', make([body, { type: 'buttons' }]), 'components[1].buttons', /required/],
  ['an empty list of buttons', withButtons(), 'components[1].buttons', /at least 1/],
  [
    'an unknown button',
    withButtons({ type: 'reply', text: 'a' }),
    'components[1].buttons[0].type',
    /"quick_reply", "url"/,
  ],
  ['a button without text', withButtons({ type: 'quick_reply' }), 'components[1].buttons[0].text', /required/],
  [
    'a variable on a button',
    withButtons({ ...quick, text: 'Yes, {{1}}' }),
    'components[1].buttons[0].text',
    /no variables/,
  ],
  ['an emoji on a button', withButtons({ ...quick, text: 'Yes ✅' }), 'components[1].buttons[0].text', /emoji/],
  ['quick replies among others', withButtons(quick, link, quick), 'components[1].buttons[1].type', /together/],
  ['a link that is none', withButtons({ ...link, url: 'javascript:x' }), 'components[1].buttons[0].url', /http/],
  [
    'a variable amid a link',
    withButtons({ ...link, url: 'https://x.org/{{1}}/a' }),
    'components[1].buttons[0].url',
    /at its end/,
  ],
  [
    'two variables in a link',
    withButtons({ ...link, url: 'https://x.org/{{1}}{{2}}' }),
    'components[1].buttons[0].url',
    /at its end/,
  ],
  [
    'a link with a variable and no example',
    withButtons({ ...link, example: [] }),
    'components[1].buttons[0].example',
    /whole address/,
  ],
  [
    'a number with letters',
    withButtons({ type: 'phone_number', text: 'Call', phone_number: 'CALL' }),
    'components[1].buttons[0].phone_number',
    /country code/,
  ],
  ['a coupon without example', withButtons({ type: 'copy_code' }), 'components[1].buttons[0].example', /required/],
  ['a form without id', withButtons({ type: 'flow', text: 'Book' }), 'components[1].buttons[0]', /exactly one/],
  ['a code button elsewhere', withButtons(otp), 'components[1].buttons[0].type', /AUTHENTICATION/],
  ['a code template without button', code({ type: 'body' }), 'components', /otp button/],
  [
    'a code template with another button',
    code({ type: 'body' }, codeButtons(quick)),
    'components[1].buttons[0].type',
    /one otp button/,
  ],
  [
    'a code template with own words',
    code({ type: 'body', text: 'Your code is {{1}} now' }, codeButtons(otp)),
    'components[0].text',
    /Meta writes/,
  ],
  ['a code template with a header', code({ type: 'body' }, codeButtons(otp), picture), 'components[2].type', /only/],
  [
    'a footer with own words on a code',
    code({ type: 'body' }, { type: 'footer', text: 'Bye' }, codeButtons(otp)),
    'components[1].code_expiration_minutes',
    /required/,
  ],
  [
    'a one-tap code without app',
    code({ type: 'body' }, codeButtons({ ...otp, otp_type: 'one_tap' })),
    'components[1].buttons[0].supported_apps',
    /copy_code/,
  ],
  [
    'a zero-tap code without terms',
    code(
      { type: 'body' },
      codeButtons({
        ...otp,
        otp_type: 'zero_tap',
        supported_apps: [{ package_name: 'com.x', signature_hash: 'K8a/AINcGX7' }],
      }),
    ),
    'components[1].buttons[0].zero_tap_terms_accepted',
    /true/,
  ],
  [
    'a hash of 10 characters',
    code(
      { type: 'body' },
      codeButtons({
        ...otp,
        otp_type: 'one_tap',
        supported_apps: [{ package_name: 'com.x', signature_hash: 'K8a/AINcGX' }],
      }),
    ),
    'components[1].buttons[0].supported_apps[0].signature_hash',
    /11/,
  ],
  [
    'an offer in a utility template',
    make([body, { type: 'limited_time_offer', limited_time_offer: { text: 'Now' } }]),
    'components[1].type',
    /MARKETING/,
  ],
  [
    'an offer with a footer',
    make([body, { type: 'limited_time_offer', limited_time_offer: { text: 'Now' } }, { type: 'footer', text: 'Bye' }], {
      category: 'MARKETING',
    }),
    'components[2]',
    /no footer/,
  ],
  [
    'a carousel in a utility template',
    make([body, { type: 'carousel', cards: [] }]),
    'components[1].type',
    /MARKETING/,
  ],
  [
    'a carousel with buttons of its own',
    make([body, { type: 'carousel', cards: [] }, codeButtons(quick)], { category: 'MARKETING' }),
    'components[2]',
    /into the cards/,
  ],
  [
    'cards that differ',
    carousel([picture, codeButtons(quick)], [film, codeButtons(quick)]),
    'components[1].cards[1]',
    /header image.*header video/,
  ],
  [
    'cards with other buttons',
    carousel([picture, codeButtons(quick)], [picture, codeButtons(link)]),
    'components[1].cards[1]',
    /quick_reply.*url/,
  ],
  ['cards without picture', carousel([body], [body]), 'components[1].cards[0].components', /needs a header/],
  [
    'a form on a card',
    carousel([picture, codeButtons({ type: 'flow' })], [picture]),
    'components[1].cards[0].components[1].buttons[0].type',
    /"quick_reply"/,
  ],
  [
    'a footer on a card',
    carousel([picture, { type: 'footer', text: 'a' }], [picture]),
    'components[1].cards[0].components[1].type',
    /"header", "body", "buttons"/,
  ],
];

describe('checkTemplateDefinition, buttons and cards', () => {
  test.each(REFUSED)('refuses %s', (_name, definition, field, says) => {
    expect(checkTemplateDefinition(definition)).toContainEqual(
      expect.objectContaining({ field, message: expect.stringMatching(says) }),
    );
  });
});
