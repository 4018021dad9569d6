import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../message.ts';
import {
  address,
  buttons,
  callPermission,
  carousel,
  catalogue,
  contactRequest,
  ctaUrl,
  form,
  list,
  locationRequest,
  orderDetails,
  orderStatus,
  product,
  productList,
  voiceCall,
} from './build-interactive.ts';
import { checkMessage } from './check/message.ts';

const link = { title: 'See dates', url: 'https://example.org' };
const money = (value: number) => ({ value, offset: 100 });
const order = {
  reference_id: 'ord-77',
  currency: 'BRL',
  total_amount: money(500),
  order: { status: 'pending', items: [{ name: 'Cake', amount: money(500), quantity: 1 }], subtotal: money(500) },
};
const interactive = (value: object) => ({ type: 'interactive', interactive: value });
const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });

const CASES: readonly [string, OutgoingMessage, object][] = [
  [
    'buttons',
    buttons(
      'Sure?',
      [
        { id: 'y', title: 'Yes' },
        { id: 'n', title: 'No' },
      ],
      { header: 'Order', footer: 'Shop' },
    ),
    interactive({
      type: 'button',
      header: { type: 'text', text: 'Order' },
      body: { text: 'Sure?' },
      footer: { text: 'Shop' },
      action: { buttons: [reply('y', 'Yes'), reply('n', 'No')] },
    }),
  ],
  [
    'buttons with a document',
    buttons('b', [{ id: 'y', title: 'Yes' }], { header: { document: '1', filename: 'a.pdf' } }),
    interactive({
      type: 'button',
      header: { type: 'document', document: { id: '1', filename: 'a.pdf' } },
      body: { text: 'b' },
      action: { buttons: [reply('y', 'Yes')] },
    }),
  ],
  [
    'list of rows',
    list('b', 'Open', [{ id: 'r', title: 'R' }]),
    interactive({
      type: 'list',
      body: { text: 'b' },
      action: { button: 'Open', sections: [{ rows: [{ id: 'r', title: 'R' }] }] },
    }),
  ],
  [
    'list of sections',
    list('b', 'Open', [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }]),
    interactive({
      type: 'list',
      body: { text: 'b' },
      action: { button: 'Open', sections: [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }] },
    }),
  ],
  [
    'ctaUrl',
    ctaUrl('b', link, { header: { video: '1' } }),
    interactive({
      type: 'cta_url',
      header: { type: 'video', video: { id: '1' } },
      body: { text: 'b' },
      action: { name: 'cta_url', parameters: { display_text: 'See dates', url: 'https://example.org' } },
    }),
  ],
  [
    'locationRequest',
    locationRequest('Where?'),
    interactive({ type: 'location_request_message', body: { text: 'Where?' }, action: { name: 'send_location' } }),
  ],
  [
    'contactRequest',
    contactRequest('Number?'),
    interactive({ type: 'request_contact_info', body: { text: 'Number?' }, action: { name: 'request_contact_info' } }),
  ],
  [
    'address',
    address('Where to?', 'IN', { saved_addresses: [] }),
    interactive({
      type: 'address_message',
      body: { text: 'Where to?' },
      action: { name: 'address_message', parameters: { saved_addresses: [], country: 'IN' } },
    }),
  ],
  [
    'voiceCall',
    voiceCall('Call us', { title: 'Call', ttlMinutes: 100, payload: 'x' }),
    interactive({
      type: 'voice_call',
      body: { text: 'Call us' },
      action: { name: 'voice_call', parameters: { display_text: 'Call', ttl_minutes: 100, payload: 'x' } },
    }),
  ],
  [
    'voiceCall with nothing said',
    voiceCall('Call us'),
    interactive({ type: 'voice_call', body: { text: 'Call us' }, action: { name: 'voice_call' } }),
  ],
  [
    'callPermission',
    callPermission(),
    interactive({ type: 'call_permission_request', action: { name: 'call_permission_request' } }),
  ],
  [
    'product',
    product('C', 'sku', { body: 'b' }),
    interactive({ type: 'product', body: { text: 'b' }, action: { catalog_id: 'C', product_retailer_id: 'sku' } }),
  ],
  [
    'productList',
    productList('b', { catalogId: 'C', header: 'Shoes', sections: [{ title: 'Red', skus: ['s1'] }] }),
    interactive({
      type: 'product_list',
      header: { type: 'text', text: 'Shoes' },
      body: { text: 'b' },
      action: { catalog_id: 'C', sections: [{ title: 'Red', product_items: [{ product_retailer_id: 's1' }] }] },
    }),
  ],
  [
    'catalogue',
    catalogue('b', { thumbnailSku: 's1' }),
    interactive({
      type: 'catalog_message',
      body: { text: 'b' },
      action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 's1' } },
    }),
  ],
  [
    'carousel',
    carousel('b', [
      { header: { image: '1' }, body: 'c', link },
      { header: { image: '2' }, link },
    ]),
    interactive({
      type: 'carousel',
      body: { text: 'b' },
      action: {
        cards: [
          {
            card_index: 0,
            type: 'cta_url',
            header: { type: 'image', image: { id: '1' } },
            body: { text: 'c' },
            action: { name: 'cta_url', parameters: { display_text: 'See dates', url: 'https://example.org' } },
          },
          {
            card_index: 1,
            type: 'cta_url',
            header: { type: 'image', image: { id: '2' } },
            action: { name: 'cta_url', parameters: { display_text: 'See dates', url: 'https://example.org' } },
          },
        ],
      },
    }),
  ],
  [
    'carousel of products',
    carousel('b', [
      { catalogId: 'C', sku: 's1' },
      { catalogId: 'C', sku: 's2' },
    ]),
    interactive({
      type: 'carousel',
      body: { text: 'b' },
      action: {
        cards: [
          { card_index: 0, type: 'product', action: { product_retailer_id: 's1', catalog_id: 'C' } },
          { card_index: 1, type: 'product', action: { product_retailer_id: 's2', catalog_id: 'C' } },
        ],
      },
    }),
  ],
  [
    'form with a screen',
    form('Book', { id: '66', button: 'Book now', token: 't', screen: 'FIRST', data: { k: 'v' } }),
    interactive({
      type: 'flow',
      body: { text: 'Book' },
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_id: '66',
          flow_cta: 'Book now',
          flow_token: 't',
          flow_action: 'navigate',
          flow_action_payload: { screen: 'FIRST', data: { k: 'v' } },
        },
      },
    }),
  ],
  [
    'form with an endpoint',
    form('Book', { name: 'booking', button: 'Book', draft: true }),
    interactive({
      type: 'flow',
      body: { text: 'Book' },
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_name: 'booking',
          flow_cta: 'Book',
          mode: 'draft',
          flow_action: 'data_exchange',
        },
      },
    }),
  ],
  [
    'orderDetails',
    orderDetails('b', order),
    interactive({ type: 'order_details', body: { text: 'b' }, action: { name: 'review_and_pay', parameters: order } }),
  ],
  [
    'orderStatus',
    orderStatus('b', { reference: 'ord-77', status: 'shipped' }),
    interactive({
      type: 'order_status',
      body: { text: 'b' },
      action: { name: 'review_order', parameters: { reference_id: 'ord-77', order: { status: 'shipped' } } },
    }),
  ],
];

describe('builders of interactive messages', () => {
  test.each(CASES)("%s gives Meta's shape, and it passes the check", (_name, message, expected) => {
    expect(JSON.parse(JSON.stringify(message))).toStrictEqual(JSON.parse(JSON.stringify(expected)));
    expect(checkMessage(message)).toEqual([]);
  });

  test('leave out what was not given instead of writing undefined', () => {
    for (const [, message] of CASES) expect(message).toStrictEqual(JSON.parse(JSON.stringify(message)));
  });
});
