import { describe, expect, test } from 'vitest';
import { wabaId } from '../testing.ts';
import { addTemplate, type PlainScene, template, withPlain } from '../testing-plain.ts';

const words = (...list: string[]): object[] => list.map((each) => ({ type: 'text', text: each }));
const body = (...list: string[]): object => ({ type: 'body', parameters: words(...list) });
const header = (parameter: object): object => ({ type: 'header', parameters: [parameter] });
const button = (subType: string, index: number | string, ...parameters: object[]): object => ({
  type: 'button',
  sub_type: subType,
  index,
  parameters,
});
const link = 'https://x.org/a';

const plain = { type: 'body', text: 'Your order left us today.' };
const handle = { header_handle: ['4::aW'] };
const image = { type: 'header', format: 'image', example: handle };
const buttons = (...list: object[]): object => ({ type: 'buttons', buttons: list });
const tracked = { type: 'url', text: 'Track', url: 'https://x.org/{{1}}', example: ['https://x.org/7'] };

/** Templates by name, as they are created. */
const templates: Readonly<Record<string, { category?: string; parameter_format?: string; components: object[] }>> = {
  greeting: {
    components: [
      { type: 'header', format: 'text', text: 'Order {{1}}', example: { header_text: ['77'] } },
      { type: 'body', text: 'Hi {{1}}, order {{2}} left us today.', example: { body_text: [['Ana', '77']] } },
    ],
  },
  named: {
    parameter_format: 'named',
    components: [
      {
        type: 'body',
        text: 'Hi {{first_name}}, see you on {{day}} then.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ana' },
            { param_name: 'day', example: 'Monday' },
          ],
        },
      },
    ],
  },
  picture: { components: [image, plain] },
  film: { components: [{ ...image, format: 'video' }, plain] },
  paper: { components: [{ ...image, format: 'document' }, plain] },
  place: { components: [{ type: 'header', format: 'location' }, plain] },
  tapped: {
    category: 'MARKETING',
    components: [
      plain,
      buttons(
        { type: 'quick_reply', text: 'Yes' },
        tracked,
        { type: 'copy_code', example: 'SAVE25' },
        { type: 'flow', text: 'Book', flow_id: '1' },
        { type: 'phone_number', text: 'Call', phone_number: '+15550001111' },
        { type: 'voice_call', text: 'Ring' },
      ),
    ],
  },
  shop: { category: 'MARKETING', components: [plain, buttons({ type: 'catalog', text: 'See' })] },
  shelf: { category: 'MARKETING', components: [plain, buttons({ type: 'mpm', text: 'See' })] },
  offer: {
    category: 'MARKETING',
    components: [
      image,
      plain,
      { type: 'limited_time_offer', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
      buttons({ type: 'copy_code', example: 'SAVE25' }),
    ],
  },
  cards: {
    category: 'MARKETING',
    components: [
      plain,
      {
        type: 'carousel',
        cards: [1, 2].map(() => ({
          components: [
            image,
            { type: 'body', text: 'A fine {{1}} shoe.', example: { body_text: ['red'] } },
            buttons(tracked),
          ],
        })),
      },
    ],
  },
  code: {
    category: 'AUTHENTICATION',
    components: [{ type: 'body' }, buttons({ type: 'otp', otp_type: 'copy_code' })],
  },
};

const url = button('url', '1', ...words('77'));
const coupon = (code: string, index = 2): object =>
  button('copy_code', index, { type: 'coupon_code', coupon_code: code });
const tapped = [url, coupon('SAVE25')];
const products = (sections: number, items: number): object =>
  button('mpm', 0, {
    type: 'action',
    action: {
      thumbnail_product_retailer_id: 'sku',
      sections: Array.from({ length: sections }, () => ({
        title: 'Shoes',
        product_items: Array.from({ length: items }, () => ({ product_retailer_id: 'sku' })),
      })),
    },
  });
const until = (at: unknown): object => ({
  type: 'limited_time_offer',
  parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: at } }],
});
const picture = header({ type: 'image', image: { link } });
const future = 1_763_769_600_000;
const card = (at: number, ...more: object[]): object => ({
  card_index: at,
  components: [picture, body('red'), button('url', '0', ...words('7')), ...more],
});
const carousel = (...cards: object[]): object => ({ type: 'carousel', cards });
const code = (text: string, tap = text): object[] => [body(text), button('url', '0', ...words(tap))];
const name = (parameterName: string, value: string): object => ({
  type: 'text',
  parameter_name: parameterName,
  text: value,
});

async function sendTemplate(scene: PlainScene, which: string, components: object[], to: object = {}): Promise<number> {
  const { components: parts, ...rest } = templates[which] ?? { components: [] };
  await addTemplate(scene, { name: which, ...rest, components: parts });
  const reply = await scene.send({ ...template(which, components), ...to });
  return reply.code ?? reply.status;
}

describe('parameters that fit', () => {
  const cases: readonly (readonly [string, string, object[]])[] = [
    ['positional', 'greeting', [header({ type: 'text', text: '77' }), body('Ana', '77')]],
    [
      'money and dates',
      'greeting',
      [
        header({ type: 'text', text: '77' }),
        {
          type: 'body',
          parameters: [
            { type: 'currency', currency: { fallback_value: '$1', code: 'USD', amount_1000: 1000 } },
            { type: 'date_time', date_time: { fallback_value: 'today' } },
          ],
        },
      ],
    ],
    [
      'named, in any order',
      'named',
      [{ type: 'body', parameters: [name('day', 'Monday'), name('first_name', 'Ana')] }],
    ],
    ['four spaces', 'greeting', [header({ type: 'text', text: '77' }), body('A    b', '77')]],
    ['an image', 'picture', [picture]],
    ['a video', 'film', [header({ type: 'video', video: { link } })]],
    ['a document', 'paper', [header({ type: 'document', document: { link, filename: 'a.pdf' } })]],
    ['a location', 'place', [header({ type: 'location', location: { latitude: 1, longitude: '2' } })]],
    ['buttons that need one', 'tapped', tapped],
    [
      'every button',
      'tapped',
      [
        button('quick_reply', 0, { type: 'payload', payload: 'x'.repeat(256) }),
        ...tapped,
        button('flow', 3, { type: 'action', action: { flow_token: 't', flow_action_data: {} } }),
        button('voice_call', 5, { type: 'ttl_minutes', ttl_minutes: 100 }),
      ],
    ],
    ['a catalogue', 'shop', [button('catalog', 0, { type: 'action', action: { thumbnail_product_retailer_id: 's' } })]],
    ['30 products in 10 sections', 'shelf', [products(10, 3)]],
    ['an offer', 'offer', [picture, until(future), coupon('SAVE25', 0)]],
    ['cards', 'cards', [carousel(card(1), card(0))]],
    ['a code of 15', 'code', code('x'.repeat(15))],
  ];
  test.each(cases)('%s', async (_, which, components) => {
    await withPlain({}, async (scene) => {
      expect(await sendTemplate(scene, which, components)).toBe(200);
    });
  });
});

describe('parameters that do not', () => {
  const top = header({ type: 'text', text: '77' });
  const cases: readonly (readonly [string, string, object[], number])[] = [
    ['a header too few', 'greeting', [body('Ana', '77')], 132000],
    ['a body parameter too few', 'greeting', [top, body('Ana')], 132000],
    ['a body parameter too many', 'greeting', [top, body('Ana', '77', 'x')], 132000],
    ['a header where there is none', 'tapped', [top, ...tapped], 132000],
    ['an empty text', 'greeting', [top, body('Ana', '')], 131008],
    [
      'a text that is a number',
      'greeting',
      [top, { type: 'body', parameters: [{ type: 'text', text: 7 }, ...words('7')] }],
      131008,
    ],
    [
      'an image in the body',
      'greeting',
      [top, { type: 'body', parameters: [{ type: 'image', image: { link } }, ...words('7')] }],
      132012,
    ],
    [
      'money without its code',
      'greeting',
      [top, { type: 'body', parameters: [{ type: 'currency', currency: { fallback_value: '$1' } }, ...words('7')] }],
      131008,
    ],
    ['a new line', 'greeting', [top, body('A\nb', '77')], 132018],
    ['a tab', 'greeting', [top, body('A\tb', '77')], 132018],
    ['five spaces', 'greeting', [top, body('A     b', '77')], 132018],
    ['a body that becomes too long', 'greeting', [top, body('x'.repeat(1024), '77')], 132005],
    [
      'a header that becomes too long',
      'greeting',
      [header({ type: 'text', text: 'x'.repeat(60) }), body('Ana', '77')],
      132005,
    ],
    [
      'a name that is wrong',
      'named',
      [{ type: 'body', parameters: [name('first_name', 'Ana'), name('date', 'x')] }],
      132012,
    ],
    ['no image', 'picture', [], 132012],
    ['a video for an image', 'picture', [header({ type: 'video', video: { link } })], 132012],
    ['an image without its object', 'picture', [header({ type: 'image' })], 131008],
    ['an image at no address', 'picture', [header({ type: 'image', image: { link: 'ftp://x' } })], 100],
    ['an image of an unknown id', 'picture', [header({ type: 'image', image: { id: '1' } })], 131009],
    [
      'two images',
      'picture',
      [
        {
          type: 'header',
          parameters: [
            { type: 'image', image: { link } },
            { type: 'image', image: { link } },
          ],
        },
      ],
      132000,
    ],
    ['a latitude of 91', 'place', [header({ type: 'location', location: { latitude: 91, longitude: 2 } })], 100],
    ['a link without its end', 'tapped', [coupon('SAVE25')], 131008],
    ['a code missing', 'tapped', [url], 131008],
    ['a code of 16', 'tapped', [url, coupon('x'.repeat(16))], 131009],
    ['text for a code', 'tapped', [url, button('copy_code', 2, ...words('x'))], 132012],
    [
      'a payload of 257',
      'tapped',
      [button('quick_reply', 0, { type: 'payload', payload: 'x'.repeat(257) }), ...tapped],
      131009,
    ],
    ['the wrong kind of button', 'tapped', [button('url', 0, ...words('x')), ...tapped], 132018],
    ['a button that is not there', 'tapped', [...tapped, button('url', 6, ...words('x'))], 132018],
    ['a parameter for a call', 'tapped', [...tapped, button('phone_number', 4, ...words('x'))], 132018],
    [
      'form data that is text',
      'tapped',
      [...tapped, button('flow', 3, { type: 'action', action: { flow_action_data: 'x' } })],
      131009,
    ],
    [
      'a ring of 0 minutes',
      'tapped',
      [...tapped, button('voice_call', 5, { type: 'ttl_minutes', ttl_minutes: 0 })],
      131009,
    ],
    ['no products', 'shelf', [], 131008],
    ['31 products', 'shelf', [products(1, 31)], 131009],
    ['11 sections', 'shelf', [products(11, 1)], 131009],
    ['an offer without its end', 'offer', [picture, coupon('SAVE25', 0)], 131008],
    ['an offer that is over', 'offer', [picture, until(1), coupon('SAVE25', 0)], 131009],
    ['an offer that has no time', 'offer', [picture, until(undefined), coupon('SAVE25', 0)], 131008],
    ['an offer where there is none', 'tapped', [...tapped, until(future)], 132000],
    ['a card too few', 'cards', [carousel(card(0))], 132000],
    ['a card twice', 'cards', [carousel(card(0), card(0))], 131009],
    ['a card without its image', 'cards', [carousel(card(0), { card_index: 1, components: [body('red')] })], 132012],
    [
      'a new line in a card',
      'cards',
      [carousel(card(0), { card_index: 1, components: [picture, body('r\ned'), button('url', 0, ...words('7'))] })],
      132018,
    ],
    ['no cards', 'cards', [], 132000],
    ['a code of 16 characters', 'code', code('x'.repeat(16)), 131009],
    ['a code without its button', 'code', [body('123456')], 131008],
    ['an unknown component', 'tapped', [...tapped, { type: 'sidebar' }], 100],
  ];
  test.each(cases)('%s', async (_, which, components, expected) => {
    await withPlain({}, async (scene) => {
      expect(await sendTemplate(scene, which, components)).toBe(expected);
      expect(scene.emulator.ledger().sends).toHaveLength(0);
    });
  });

  test('a code goes to no BSUID', async () => {
    await withPlain({}, async (scene) => {
      const to = { to: undefined, recipient: 'BR.74319020001' };
      expect(await sendTemplate(scene, 'code', code('123456'), to)).toBe(131062);
    });
  });
});

test('the phone shows cards, offers and codes', async () => {
  await withPlain({}, async (scene) => {
    await sendTemplate(scene, 'cards', [carousel(card(1), card(0))]);
    await sendTemplate(scene, 'offer', [picture, until(future), coupon('SAVE25', 0)]);
    const [cards, offer] = scene.emulator.inbox('ana').map(({ body: shown }) => shown.rendered);
    const shownCard = { header: { type: 'image', image: { link } }, text: 'A fine red shoe.' };
    expect(cards).toMatchObject({
      text: plain.text,
      cards: [shownCard, { ...shownCard, buttons: [{ url: 'https://x.org/7' }] }],
    });
    expect(offer).toMatchObject({
      offer: { text: 'Ends soon', expiresAt: future },
      buttons: [{ type: 'copy_code', text: 'Copy offer code', code: 'SAVE25' }],
    });
    expect((await scene.call(`/${wabaId}/message_templates?name=cards`)).body.data).toHaveLength(1);
  });
});
