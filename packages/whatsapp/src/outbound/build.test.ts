import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../message.ts';
import {
  audio,
  contact,
  contacts,
  document,
  image,
  inReplyTo,
  location,
  pin,
  reaction,
  sticker,
  text,
  unreact,
  video,
  voice,
} from './build.ts';
import { authentication, template } from './build-template.ts';
import { checkMessage } from './check/message.ts';

const CASES: readonly [string, OutgoingMessage, object][] = [
  ['text', text('Hello'), { type: 'text', text: { body: 'Hello' } }],
  [
    'text with preview',
    text('https://x.org', { previewUrl: true }),
    { type: 'text', text: { body: 'https://x.org', preview_url: true } },
  ],
  [
    'image by link',
    image('https://x.org/a.jpg', 'A'),
    { type: 'image', image: { link: 'https://x.org/a.jpg', caption: 'A' } },
  ],
  ['image by id', image('1471'), { type: 'image', image: { id: '1471' } }],
  ['video', video({ id: '1' }), { type: 'video', video: { id: '1' } }],
  ['audio', audio('1'), { type: 'audio', audio: { id: '1' } }],
  ['voice', voice('1'), { type: 'audio', audio: { id: '1', voice: true } }],
  ['document', document('1', { filename: 'a.pdf' }), { type: 'document', document: { id: '1', filename: 'a.pdf' } }],
  ['sticker', sticker('1'), { type: 'sticker', sticker: { id: '1' } }],
  [
    'location',
    location({ latitude: -23.5, longitude: -46.6, name: 'Shop' }),
    { type: 'location', location: { latitude: -23.5, longitude: -46.6, name: 'Shop' } },
  ],
  [
    'contacts',
    contacts(contact('Ana', '+55 11 99999-0000')),
    {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Ana', first_name: 'Ana' },
          phones: [{ phone: '+5511999990000', wa_id: '5511999990000', type: 'CELL' }],
        },
      ],
    },
  ],
  ['reaction', reaction('wamid.1', '👍'), { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } }],
  ['unreact', unreact('wamid.1'), { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '' } }],
  [
    'pin',
    pin('wamid.1', { days: 7 }),
    { type: 'pin', pin: { type: 'pin', message_id: 'wamid.1', expiration_days: 7 } },
  ],
  ['unpin', pin('wamid.1', { unpin: true }), { type: 'pin', pin: { type: 'unpin', message_id: 'wamid.1' } }],
  [
    'inReplyTo',
    inReplyTo(text('Yes'), 'wamid.1'),
    { type: 'text', text: { body: 'Yes' }, context: { message_id: 'wamid.1' } },
  ],
  [
    'template without parameters',
    template('hello_world', 'en_US'),
    { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
  ],
  [
    'template with names',
    template('order_note', 'en_US', {
      header: { image: 'https://x.org/a.jpg' },
      body: { first_name: 'Ana' },
      buttons: [{ urlSuffix: 'ord-77' }, { payload: 'stop', index: 3 }],
    }),
    {
      type: 'template',
      template: {
        name: 'order_note',
        language: { code: 'en_US' },
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link: 'https://x.org/a.jpg' } }] },
          { type: 'body', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Ana' }] },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'ord-77' }] },
          { type: 'button', sub_type: 'quick_reply', index: '3', parameters: [{ type: 'payload', payload: 'stop' }] },
        ],
      },
    },
  ],
  [
    'template with an offer',
    template('sale', 'pt_BR', {
      body: ['Ana'],
      offerExpiresAt: 1763769600000,
      buttons: [{ couponCode: 'SAVE25' }, { formToken: 'tok' }],
    }),
    {
      type: 'template',
      template: {
        name: 'sale',
        language: { code: 'pt_BR' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
          {
            type: 'limited_time_offer',
            parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1763769600000 } }],
          },
          {
            type: 'button',
            sub_type: 'copy_code',
            index: '0',
            parameters: [{ type: 'coupon_code', coupon_code: 'SAVE25' }],
          },
          {
            type: 'button',
            sub_type: 'flow',
            index: '1',
            parameters: [{ type: 'action', action: { flow_token: 'tok' } }],
          },
        ],
      },
    },
  ],
  [
    'template with a product above and buttons that show, call and pay',
    template('shop', 'en', {
      header: { product: { sku: 's1', catalogId: 'C' } },
      buttons: [
        { thumbnailSku: 's1' },
        { thumbnailSku: 's1', sections: [{ title: 'Red', skus: ['s1', 's2'] }] },
        { callMinutes: 100, payload: 'x' },
        { orderDetails: { reference_id: 'r' } },
      ],
    }),
    {
      type: 'template',
      template: {
        name: 'shop',
        language: { code: 'en' },
        components: [
          {
            type: 'header',
            parameters: [{ type: 'product', product: { product_retailer_id: 's1', catalog_id: 'C' } }],
          },
          {
            type: 'button',
            sub_type: 'catalog',
            index: '0',
            parameters: [{ type: 'action', action: { thumbnail_product_retailer_id: 's1' } }],
          },
          {
            type: 'button',
            sub_type: 'mpm',
            index: '1',
            parameters: [
              {
                type: 'action',
                action: {
                  thumbnail_product_retailer_id: 's1',
                  sections: [
                    { title: 'Red', product_items: [{ product_retailer_id: 's1' }, { product_retailer_id: 's2' }] },
                  ],
                },
              },
            ],
          },
          {
            type: 'button',
            sub_type: 'voice_call',
            index: '2',
            parameters: [
              { type: 'ttl_minutes', ttl_minutes: 100 },
              { type: 'payload', payload: 'x' },
            ],
          },
          {
            type: 'button',
            sub_type: 'order_details',
            index: '3',
            parameters: [{ type: 'action', action: { order_details: { reference_id: 'r' } } }],
          },
        ],
      },
    },
  ],
  [
    'template with cards',
    template('sale', 'en', {
      body: ['Ana'],
      cards: [
        { header: { image: '1' }, body: ['a'], buttons: [{ urlSuffix: 'x' }] },
        { header: { image: '2' }, body: ['b'], buttons: [{ urlSuffix: 'y' }] },
      ],
    }),
    {
      type: 'template',
      template: {
        name: 'sale',
        language: { code: 'en' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
          {
            type: 'carousel',
            cards: [
              { id: '1', text: 'a', suffix: 'x' },
              { id: '2', text: 'b', suffix: 'y' },
            ].map(({ id, text, suffix }, card_index) => ({
              card_index,
              components: [
                { type: 'header', parameters: [{ type: 'image', image: { id } }] },
                { type: 'body', parameters: [{ type: 'text', text }] },
                { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: suffix }] },
              ],
            })),
          },
        ],
      },
    },
  ],
  [
    'authentication',
    authentication('login', 'en', '123456'),
    {
      type: 'template',
      template: {
        name: 'login',
        language: { code: 'en' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
        ],
      },
    },
  ],
];

describe('builders', () => {
  test.each(CASES)("%s gives Meta's shape, and it passes the check", (_name, message, expected) => {
    expect(JSON.parse(JSON.stringify(message))).toStrictEqual(JSON.parse(JSON.stringify(expected)));
    expect(checkMessage(message)).toEqual([]);
  });

  test('leave out what was not given instead of writing undefined', () => {
    for (const [, message] of CASES) expect(message).toStrictEqual(JSON.parse(JSON.stringify(message)));
  });
});
