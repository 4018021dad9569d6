import { describe, expect, test } from 'vitest';
import { authentication, template } from '../outbound/build-template.ts';
import { checkTemplateUse } from './check-use.ts';
import type { TemplateDefinition } from './definition.ts';
import {
  make,
  use,
  raw,
  body,
  header,
  plain,
  two,
  named,
  offer,
  with1,
  url,
  fixedUrl,
  coupon,
  mpm,
  flow,
  call,
  otp,
  otpRead,
  carousel,
  text,
  button,
  usedCard,
  shown,
} from './test-definitions.ts';

const FITS: readonly [string, TemplateDefinition, ReturnType<typeof use>][] = [
  ['nothing for a plain text', plain, use()],
  ['an empty body for a plain text', plain, use({ body: [] })],
  ['a footer that takes nothing', plain, raw({ type: 'footer' })],
  ['positional texts', two, use({ body: ['Ana', '77'] })],
  ['named texts in any order', named, use({ body: { number: '77', first_name: 'Ana' } })],
  [
    'currency and date',
    two,
    raw({
      type: 'body',
      parameters: [
        { type: 'currency', currency: { fallback_value: '$1' } },
        { type: 'date_time', date_time: { fallback_value: 'now' } },
      ],
    }),
  ],
  [
    'words in capitals',
    two,
    raw({
      type: 'BODY',
      parameters: [
        { type: 'TEXT', text: 'a' },
        { type: 'TEXT', text: 'b' },
      ],
    }),
  ],
  ['another spelling of the language', plain, template('t', 'en-us').template],
  ['a text header', make([header('TEXT', 'Order {{1}}'), body('It left.')]), use({ header: { text: ['77'] } })],
  ['a picture', make([header('IMAGE'), body('It left.')]), use({ header: { image: 'https://x.org/a.jpg' } })],
  ['a film', make([header('VIDEO'), body('It left.')]), use({ header: { video: '147' } })],
  ['a document', make([header('DOCUMENT'), body('It left.')]), use({ header: { document: '147', filename: 'a.pdf' } })],
  [
    'a place',
    make([header('LOCATION'), body('It left.')]),
    use({ header: { location: { latitude: 1, longitude: 2 } } }),
  ],
  ['a moving picture, sent as film', make([header('GIF'), body('It left.')]), use({ header: { video: '147' } })],
  ['a quick reply without payload', fixedUrl, use()],
  ['a quick reply with payload', fixedUrl, use({ buttons: [{ payload: 'yes' }] })],
  ['the end of a link', url, use({ buttons: [{ urlSuffix: '77', index: 1 }] })],
  ['a coupon', coupon, use({ buttons: [{ couponCode: 'SAVE25', index: 1 }] })],
  ['a form, named without more', flow, raw(button('flow'))],
  ['a form with token and data', flow, use({ buttons: [{ formToken: 't', data: { a: 1 }, index: 1 }] })],
  ['a call without more', call, use()],
  [
    'a call that ends',
    call,
    raw(button('voice_call', { type: 'ttl_minutes', ttl_minutes: 100 }, { type: 'payload', payload: 'x' })),
  ],
  ['a catalogue without picture', with1({ type: 'CATALOG', text: 'View' }), use()],
  ['products', mpm, raw(button('mpm', { type: 'action', action: { sections: [] } }))],
  [
    'a kind of button newer than this',
    with1({ type: 'HOLOGRAM', text: 'x' }),
    raw(button('hologram', { type: 'light' })),
  ],
  ['a code', otp, authentication('t', 'en_US', '123456').template],
  ['a code in the template as read back', otpRead, authentication('t', 'en_US', '123456').template],
  ['an offer that ends', offer, use({ offerExpiresAt: 1763769600000 })],
  ['a carousel', carousel, shown(usedCard(1), usedCard(0))],
];

const BAD: readonly [string, TemplateDefinition, ReturnType<typeof use>, string, RegExp][] = [
  ['another name', plain, template('u', 'en_US').template, 'template.name', /"t"/],
  ['another language', plain, template('t', 'pt_BR').template, 'template.language.code', /"en_US"/],
  ['no texts', two, use(), 'template.components', /\{\{1\}\}, \{\{2\}\}/],
  ['a text too few', two, use({ body: ['Ana'] }), 'template.components[0].parameters', /takes 2/],
  ['a text too many', two, use({ body: ['a', 'b', 'c'] }), 'template.components[0].parameters', /exactly as many/],
  ['texts for a plain text', plain, use({ body: ['Ana'] }), 'template.components[0].parameters', /takes 0/],
  [
    'names for positions',
    two,
    use({ body: { a: 'x', b: 'y' } }),
    'template.components[0].parameters[0].parameter_name',
    /absent/,
  ],
  ['a name missing', named, use({ body: { first_name: 'Ana' } }), 'template.components[0].parameters', /needs number/],
  [
    'a name too many',
    named,
    use({ body: { first_name: 'Ana', number: '7', age: '9' } }),
    'template.components[0].parameters[2].parameter_name',
    /no variable/,
  ],
  [
    'positions for names',
    named,
    use({ body: ['Ana', '77'] }),
    'template.components[0].parameters[0].parameter_name',
    /first_name, number/,
  ],
  [
    'a name twice',
    named,
    raw({
      type: 'body',
      parameters: ['first_name', 'number', 'number'].map((name) => ({ ...text('x'), parameter_name: name })),
    }),
    'template.components[0].parameters[2].parameter_name',
    /twice/,
  ],
  [
    'a picture for a text',
    two,
    raw({ type: 'body', parameters: [{ type: 'image', image: { id: '1' } }, text('b')] }),
    'template.components[0].parameters[0].type',
    /"text"/,
  ],
  ['a line break', two, use({ body: ['a\nb', 'c'] }), 'template.components[0].parameters[0].text', /line breaks/],
  ['a tab', two, use({ body: ['a', 'b\tc'] }), 'template.components[0].parameters[1].text', /tabs/],
  ['five spaces', two, use({ body: ['a', 'b     c'] }), 'template.components[0].parameters[1].text', /four spaces/],
  ['an empty text', two, use({ body: ['a', ''] }), 'template.components[0].parameters[1].text', /empty/],
  [
    'a body given twice',
    two,
    raw({ type: 'body', parameters: [text('a'), text('b')] }, { type: 'body', parameters: [] }),
    'template.components[1]',
    /twice/,
  ],
  ['no header for a picture', make([header('IMAGE'), body('x y.')]), use(), 'template.components', /shows image/],
  [
    'an empty header for a picture',
    make([header('IMAGE'), body('x y.')]),
    raw({ type: 'header', parameters: [] }),
    'template.components[0].parameters',
    /exactly one image/,
  ],
  [
    'a film for a picture',
    make([header('IMAGE'), body('x y.')]),
    use({ header: { video: '1' } }),
    'template.components[0].parameters[0].type',
    /"image"/,
  ],
  [
    'a picture without file',
    make([header('IMAGE'), body('x y.')]),
    raw({ type: 'header', parameters: [{ type: 'image', image: {} }] }),
    'template.components[0].parameters[0].image',
    /exactly one/,
  ],
  [
    'a place without place',
    make([header('LOCATION'), body('x y.')]),
    raw({ type: 'header', parameters: [{ type: 'location' }] }),
    'template.components[0].parameters[0].location',
    /required/,
  ],
  ['a header for none', plain, use({ header: { image: '1' } }), 'template.components[0]', /no header/],
  [
    'no text for a text header',
    make([header('TEXT', 'Order {{1}}'), body('x y.')]),
    use(),
    'template.components',
    /header component/,
  ],
  ['no end of a link', url, use(), 'template.components', /"sub_type": "url", "index": "1"/],
  ['an empty end of a link', url, raw(button('url')), 'template.components[0].parameters', /exactly 1/],
  [
    'an end for a fixed link',
    fixedUrl,
    use({ buttons: [{ urlSuffix: 'a', index: 1 }] }),
    'template.components[0]',
    /takes nothing/,
  ],
  [
    'a payload for a link',
    url,
    use({ buttons: [{ payload: 'a', index: 1 }] }),
    'template.components[0].sub_type',
    /"url"/,
  ],
  [
    'a text for a coupon',
    coupon,
    raw(button('copy_code', text('SAVE'))),
    'template.components[0].parameters[0].type',
    /"coupon_code"/,
  ],
  ['no coupon', coupon, use(), 'template.components', /copy_code/],
  [
    'a coupon of 16',
    coupon,
    use({ buttons: [{ couponCode: 'x'.repeat(16), index: 1 }] }),
    'template.components[0].parameters[0].coupon_code',
    /at most 15/,
  ],
  ['a form that is not named', flow, use(), 'template.components', /"sub_type": "flow"/],
  ['no products', mpm, use(), 'template.components', /"mpm"/],
  [
    'products without sections',
    mpm,
    raw(button('mpm', { type: 'action', action: {} })),
    'template.components[0].parameters[0].action.sections',
    /required/,
  ],
  [
    'a third parameter for a call',
    call,
    raw(button('voice_call', ...[1, 2, 3].map((ttl_minutes) => ({ type: 'ttl_minutes', ttl_minutes })))),
    'template.components[0].parameters',
    /at most 2/,
  ],
  [
    'a button that is not there',
    url,
    use({ buttons: [{ payload: 'a', index: 2 }] }),
    'template.components[0].index',
    /0 to 1/,
  ],
  [
    'a button where there are none',
    plain,
    use({ buttons: [{ payload: 'a' }] }),
    'template.components[0].index',
    /no buttons/,
  ],
  [
    'a button twice',
    url,
    use({
      buttons: [
        { urlSuffix: 'a', index: 1 },
        { urlSuffix: 'b', index: 1 },
      ],
    }),
    'template.components[1].index',
    /twice/,
  ],
  ['no code', otp, use(), 'template.components', /\{\{1\}\}/],
  ['a code without button', otp, use({ body: ['123'] }), 'template.components', /otp button/],
  [
    'two different codes',
    otp,
    use({ body: ['123'], buttons: [{ urlSuffix: '124' }] }),
    'template.components[1].parameters[0].text',
    /same code/,
  ],
  [
    'a code of 16',
    otp,
    authentication('t', 'en_US', 'x'.repeat(16)).template,
    'template.components[0].parameters[0].text',
    /at most 15/,
  ],
  ['an offer without end', offer, use(), 'template.components', /expiration_time_ms/],
  [
    'an end that is none',
    offer,
    raw({
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 'soon' } }],
    }),
    'template.components[0].parameters[0].limited_time_offer.expiration_time_ms',
    /milliseconds/,
  ],
  ['an end without offer', plain, use({ offerExpiresAt: 1763769600000 }), 'template.components[0]', /no offer/],
  ['no cards', carousel, use({ body: ['Ana'] }), 'template.components', /2 cards/],
  ['cards where there are none', plain, raw({ type: 'carousel', cards: [] }), 'template.components[0]', /no cards/],
  ['a card too few', carousel, shown(usedCard(0)), 'template.components[1].cards', /exactly 2/],
  [
    'a card twice',
    carousel,
    shown(usedCard(0), usedCard(0)),
    'template.components[1].cards[1].card_index',
    /each once/,
  ],
  ['a card beyond', carousel, shown(usedCard(0), usedCard(2)), 'template.components[1].cards[1].card_index', /0 to 1/],
  [
    'an empty card',
    carousel,
    shown(usedCard(0), { card_index: 1, components: [] }),
    'template.components[1].cards[1].components',
    /shows image/,
  ],
  [
    'a surplus button on a card',
    carousel,
    shown(usedCard(0), usedCard(1, [{ type: 'button', sub_type: 'url', index: 1, parameters: [] }])),
    'template.components[1].cards[1].components[3].index',
    /0 to 0/,
  ],
];

describe('checkTemplateUse', () => {
  test.each(FITS)('%s fits', (_name, definition, used) => {
    expect(checkTemplateUse(definition, used)).toEqual([]);
  });

  test.each(BAD)('%s does not', (...[, definition, used, field, says]) => {
    expect(checkTemplateUse(definition, used)).toContainEqual(
      expect.objectContaining({ field, message: expect.stringMatching(says) }),
    );
  });

  test('a coupon and a code of 15 characters fit', () => {
    const code = 'x'.repeat(15);
    expect(checkTemplateUse(coupon, use({ buttons: [{ couponCode: code, index: 1 }] }))).toEqual([]);
    expect(checkTemplateUse(otp, authentication('t', 'en_US', code).template)).toEqual([]);
  });

  test('four spaces in a row fit', () => {
    expect(checkTemplateUse(two, use({ body: ['a', 'b    c'] }))).toEqual([]);
  });

  test.each([
    null,
    7,
    [],
    { components: 'x' },
    { components: [null, 7, { type: {} }, { type: 'carousel', cards: 7 }] },
  ])('never throws: %j', (value) => {
    expect(checkTemplateUse(carousel, value as never).length).toBeGreaterThan(0);
    expect(checkTemplateUse(value as never, use({ body: ['a'] })).length).toBeGreaterThan(0);
  });
});
