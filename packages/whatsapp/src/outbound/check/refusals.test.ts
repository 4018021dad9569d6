import { describe, expect, test } from 'vitest';
import { contacts, image, inReplyTo, reaction, text } from '../build.ts';
import {
  address,
  buttons,
  carousel,
  ctaUrl,
  form,
  list,
  orderDetails,
  product,
  productList,
} from '../build-interactive.ts';
import { template } from '../build-template.ts';
import { checkMessage } from './message.ts';

const interactive = (value: object) => ({ type: 'interactive', interactive: value });
const link = { title: 'Go', url: 'https://example.org' };
const item = (header: 'image' | 'video' = 'image') => ({ header: { [header]: 'm' } as { image: string }, link });
const deep = (levels: number): unknown => {
  let value: unknown = {};
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
};
const money = (value: number, offset = 100) => ({ value, offset });
const order = (total: number, parts: object = {}, offset = 100) => ({
  reference_id: 'ord-77',
  currency: 'BRL',
  total_amount: money(total, offset),
  order: {
    status: 'pending',
    items: [{ name: 'Cake', amount: money(500), quantity: 1 }],
    subtotal: money(500),
    ...parts,
  },
});
const body = (...texts: string[]) => template('order_note', 'en_US', { body: texts });
const first = 'template.components[0].parameters[0]';

const REFUSED: readonly [name: string, message: unknown, field: string, says: RegExp][] = [
  ['nothing', undefined, '', /message object/],
  ['a string', 'hello', '', /message object/],
  ['a list', [text('a')], '', /message object/],
  ['no type', {}, 'type', /"text".*"template"/],
  ['an unknown type', { type: 'txt' }, 'type', /"text".*"pin"/],
  ['a type every object has', { type: 'constructor' }, 'type', /one of/],
  ['a type without its object', { type: 'text' }, 'text', /required/],
  ['the object of another type', { type: 'text', image: { id: '1' } }, 'text', /required/],
  ['an unknown key', { ...text('a'), to: '5511' }, 'to', /permitted: "type", "text", "context"/],
  [
    'a misspelled key',
    { type: 'text', text: { body: 'a', previewUrl: true } },
    'text.previewUrl',
    /permitted: "body", "preview_url"/,
  ],
  ['an own __proto__', JSON.parse('{"type":"text","text":{"body":"a"},"__proto__":{}}'), '__proto__', /unknown/],
  ['an empty body', text(''), 'text.body', /empty/],
  ['a blank body', text(' \n '), 'text.body', /empty/],
  ['a number as body', { type: 'text', text: { body: 5 } }, 'text.body', /string/],
  ['a word as flag', { type: 'text', text: { body: 'a', preview_url: 'yes' } }, 'text.preview_url', /true or false/],
  ['an empty quote', inReplyTo(text('a'), ''), 'context.message_id', /empty/],
  ['a reaction that quotes', inReplyTo(reaction('wamid.1', '👍'), 'wamid.2'), 'context', /unknown/],
  ['a reaction to nothing', reaction('', '👍'), 'reaction.message_id', /empty/],
  ['a reaction without target', { type: 'reaction', reaction: { emoji: '👍' } }, 'reaction.message_id', /required/],
  ['a letter as reaction', reaction('wamid.1', 'a'), 'reaction.emoji', /one emoji/],
  ['two emoji', reaction('wamid.1', '👍👍'), 'reaction.emoji', /one emoji/],
  ['media with id and link', { type: 'image', image: { id: '1', link: 'https://x.org/a' } }, 'image', /exactly one/],
  ['media with neither', { type: 'video', video: {} }, 'video', /exactly one/],
  ['a link that is not http', image({ link: 'ftp://x.org/a' }), 'image.link', /http/],
  ['a link with a line end', image({ link: 'https://x.org/a\n' }), 'image.link', /http/],
  ['a caption on a sticker', { type: 'sticker', sticker: { id: '1', caption: 'a' } }, 'sticker.caption', /unknown/],
  [
    'a latitude of text',
    { type: 'location', location: { latitude: '1', longitude: 2 } },
    'location.latitude',
    /finite number/,
  ],
  [
    'a latitude below',
    { type: 'location', location: { latitude: -90.1, longitude: 2 } },
    'location.latitude',
    /between -90 and 90/,
  ],
  [
    'a longitude of NaN',
    { type: 'location', location: { latitude: 1, longitude: Number.NaN } },
    'location.longitude',
    /finite/,
  ],
  ['no contacts', contacts(), 'contacts', /at least 1/],
  ['a contact with one name only', contacts({ name: { formatted_name: 'Ana' } }), 'contacts[0].name', /first_name/],
  [
    'a contact of endless depth',
    contacts({ name: { formatted_name: 'A', first_name: 'A' }, note: deep(100_000) }),
    'contacts[0].note',
    /levels deep/,
  ],
  ['no buttons', buttons('b', []), 'interactive.action.buttons', /at least 1/],
  [
    'buttons with one id',
    buttons('b', [
      { id: 'a', title: 'A' },
      { id: 'a', title: 'B' },
    ]),
    'interactive.action.buttons[1].reply.id',
    /unique/,
  ],
  [
    'buttons with one title',
    buttons('b', [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'A' },
    ]),
    'interactive.action.buttons[1].reply.title',
    /unique/,
  ],
  ['an unknown interactive', interactive({ type: 'quiz' }), 'interactive.type', /"button".*"order_status"/],
  [
    'an unknown header',
    interactive({ ...buttons('b', [{ id: 'a', title: 'A' }]).interactive, header: { type: 'audio' } }),
    'interactive.header.type',
    /"text", "image", "video", "document"/,
  ],
  [
    'a picture above a list',
    list('b', 'Open', [{ id: 'a', title: 'A' }], { header: { image: 'm' } }),
    'interactive.header.type',
    /"text"/,
  ],
  [
    'rows with one id',
    list('b', 'Open', [
      { title: 'S', rows: [{ id: 'a', title: 'A' }] },
      { title: 'T', rows: [{ id: 'a', title: 'B' }] },
    ]),
    'interactive.action.sections[1].rows[0].id',
    /unique/,
  ],
  [
    'two sections, one untitled',
    list('b', 'Open', [{ title: 'S', rows: [{ id: 'a', title: 'A' }] }, { rows: [{ id: 'b', title: 'B' }] }]),
    'interactive.action.sections[1].title',
    /more than one section/,
  ],
  [
    'a button that runs a script',
    ctaUrl('b', { title: 'Go', url: 'javascript:alert(1)' }),
    'interactive.action.parameters.url',
    /http/,
  ],
  [
    'a header on a product',
    { ...product('C', 's'), interactive: { ...product('C', 's').interactive, header: { type: 'text', text: 'h' } } },
    'interactive.header',
    /unknown/,
  ],
  [
    'a product list without header',
    interactive({
      type: 'product_list',
      body: { text: 'b' },
      action: { catalog_id: 'C', sections: [{ title: 'S', product_items: [{ product_retailer_id: 's' }] }] },
    }),
    'interactive.header',
    /required/,
  ],
  [
    'two product sections without titles',
    productList('b', { catalogId: 'C', header: 'h', sections: [{ skus: ['s'] }, { title: 'T', skus: ['t'] }] }),
    'interactive.action.sections[0].title',
    /more than one section/,
  ],
  [
    'a header above a carousel',
    interactive({ ...carousel('b', [item(), item()]).interactive, header: { type: 'text', text: 'h' } }),
    'interactive.header',
    /unknown key/,
  ],
  [
    'a saved address without value',
    address('b', 'IN', { saved_addresses: [{ id: 'a1' }] }),
    'interactive.action.parameters.saved_addresses[0].value',
    /required/,
  ],
  ['a single card', carousel('b', [item()]), 'interactive.action.cards', /at least 2/],
  [
    'cards that differ',
    carousel('b', [item(), { header: { image: 'm' }, choices: [{ id: 'a', title: 'A' }] }]),
    'interactive.action.cards[1]',
    /alike/,
  ],
  [
    'cards with unequal replies',
    carousel('b', [
      { header: { image: 'm' }, choices: [{ id: 'a', title: 'A' }] },
      {
        header: { image: 'm' },
        choices: [
          { id: 'b', title: 'B' },
          { id: 'c', title: 'C' },
        ],
      },
    ]),
    'interactive.action.cards[1]',
    /alike/,
  ],
  [
    'cards out of order',
    interactive({
      type: 'carousel',
      body: { text: 'b' },
      action: {
        cards: [1, 0].map((card_index) => ({
          card_index,
          type: 'product',
          action: { product_retailer_id: 's', catalog_id: 'C' },
        })),
      },
    }),
    'interactive.action.cards[0].card_index',
    /numbered from 0/,
  ],
  [
    'a form by id and name',
    form('b', { id: '1', name: 'n', button: 'Go' }),
    'interactive.action.parameters',
    /exactly one/,
  ],
  [
    'an emoji on a form button',
    form('b', { id: '1', button: 'Go 🚀' }),
    'interactive.action.parameters.flow_cta',
    /emoji/,
  ],
  [
    'a first screen from code and endpoint',
    interactive({
      type: 'flow',
      body: { text: 'b' },
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_id: '1',
          flow_cta: 'Go',
          flow_action: 'data_exchange',
          flow_action_payload: { screen: 'A' },
        },
      },
    }),
    'interactive.action.parameters.flow_action_payload',
    /absent/,
  ],
  [
    'a total that is not the sum',
    orderDetails('b', order(999)),
    'interactive.action.parameters.total_amount.value',
    /subtotal \+ tax \+ shipping − discount/,
  ],
  [
    'amounts of different offsets',
    orderDetails('b', order(500, {}, 10)),
    'interactive.action.parameters.total_amount.offset',
    /same offset/,
  ],
  [
    'half a cent',
    orderDetails('b', order(500, { tax: money(0.5) })),
    'interactive.action.parameters.order.tax.value',
    /whole number/,
  ],
  ['a line break in a template text', body('a\nb'), `${first}.text`, /line breaks/],
  ['a tab in a template text', body('a\tb'), `${first}.text`, /tabs/],
  ['five spaces in a template text', body('a     b'), `${first}.text`, /four spaces/],
  ['an empty template text', body(''), `${first}.text`, /empty/],
  ['a template name in capitals', template('Order', 'en_US'), 'template.name', /a–z/],
  ['a language that is none', template('order', 'English'), 'template.language.code', /language code/],
  [
    'names for some texts only',
    template('order', 'en', {
      components: [
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'a', text: 'A' },
            { type: 'text', text: 'B' },
          ],
        },
      ],
    }),
    'template.components[0].parameters',
    /every text parameter/,
  ],
  [
    'an unknown component',
    template('order', 'en', { components: [{ type: 'buttons' as 'button' }] }),
    'template.components[0].type',
    /"header".*"carousel"/,
  ],
  [
    'a carousel in a carousel',
    template('order', 'en', {
      components: [
        {
          type: 'carousel',
          cards: [0, 1].map((card_index) => ({ card_index, components: [{ type: 'carousel' as const }] })),
        },
      ],
    }),
    'template.components[0].cards[0].components[0].type',
    /one of/,
  ],
  [
    'a button without index',
    template('order', 'en', { components: [{ type: 'button', sub_type: 'url' }] }),
    'template.components[0].index',
    /required/,
  ],
];

describe('checkMessage', () => {
  test.each(REFUSED)('refuses %s', (_name, message, field, says) => {
    expect(checkMessage(message)).toContainEqual(
      expect.objectContaining({ field, message: expect.stringMatching(says) }),
    );
  });
});
