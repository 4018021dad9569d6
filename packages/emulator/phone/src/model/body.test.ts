import { describe, expect, test } from 'vitest';
import { parseBody } from './body.ts';
import { toPreview } from './preview.ts';

describe('bodies as a bubble shows them', () => {
  test.each([
    [
      { type: 'text', text: { body: 'hello' } },
      { kind: 'text', text: 'hello' },
    ],
    [{ type: 'text' }, { kind: 'text', text: '' }],
    [
      { type: 'image', image: { id: '1', caption: 'boat' } },
      { kind: 'media', media: 'image', caption: 'boat', voice: false },
    ],
    [
      { type: 'audio', audio: { id: '1', voice: true } },
      { kind: 'media', media: 'audio', voice: true },
    ],
    [
      { type: 'location', location: { latitude: '38.7', longitude: -9.1, name: 'Quay' } },
      { kind: 'location', latitude: 38.7, longitude: -9.1, name: 'Quay' },
    ],
    [
      { type: 'location', location: { latitude: 'x' } },
      { kind: 'unknown', type: 'location' },
    ],
    [
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Ana' }, phones: [{ phone: '+1' }] }] },
      { kind: 'contacts', cards: [{ name: 'Ana', phones: ['+1'] }] },
    ],
    [
      { type: 'button', button: { payload: 'P', text: 'Yes' } },
      { kind: 'choice', title: 'Yes' },
    ],
    [
      { type: 'button', payload: 'P', text: 'Yes' },
      { kind: 'choice', title: 'Yes' },
    ],
    [
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: '1', title: 'Small' } } },
      { kind: 'choice', title: 'Small' },
    ],
    [
      { type: 'list_reply', id: '1', title: 'Small' },
      { kind: 'choice', title: 'Small' },
    ],
    [
      { type: 'poll_2027', anything: 1 },
      { kind: 'unknown', type: 'poll_2027' },
    ],
  ])('%j', (body, view) => {
    expect(parseBody(body)).toMatchObject(view);
  });

  test.each([
    [
      'button',
      { buttons: [{ type: 'reply', reply: { id: 'a', title: 'A' } }] },
      { kind: 'buttons', buttons: [{ id: 'a', title: 'A' }] },
    ],
    [
      'list',
      { button: 'Menu', sections: [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }] },
      { kind: 'list', label: 'Menu', sections: [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }] },
    ],
    [
      'cta_url',
      { name: 'cta_url', parameters: { display_text: 'Go', url: 'https://x' } },
      { kind: 'link', label: 'Go', url: 'https://x' },
    ],
    ['location_request_message', { name: 'send_location' }, { kind: 'location' }],
    ['product', { catalog_id: 'c', product_retailer_id: 's1' }, { kind: 'products', ids: ['s1'], catalogId: 'c' }],
    [
      'product_list',
      { sections: [{ product_items: [{ product_retailer_id: 's1' }, { product_retailer_id: 's2' }] }] },
      { kind: 'products', ids: ['s1', 's2'] },
    ],
    ['brand_new', {}, { kind: 'none' }],
  ])('interactive %s', (type, action, expected) => {
    const body = { type: 'interactive', interactive: { type, body: { text: 'Pick' }, action } };
    expect(parseBody(body)).toMatchObject({ kind: 'interactive', style: type, text: 'Pick', action: expected });
  });

  test('a template shows its words when the emulator knows them, and its values otherwise', () => {
    const components = [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'currency', currency: { fallback_value: '$3' } },
        ],
      },
      { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'YES' }] },
    ];
    const template = { name: 'hi', language: { code: 'en_US' }, components };
    expect(parseBody({ type: 'template', template })).toMatchObject({
      text: undefined,
      values: ['Ana', '$3'],
      buttons: [{ kind: 'reply', title: 'YES', payload: 'YES' }],
    });
    const rendered = {
      header: { type: 'image' },
      text: 'Hello Ana',
      footer: 'Harbour',
      buttons: [
        { type: 'quick_reply', text: 'Yes please', payload: 'YES' },
        { type: 'url', text: 'Open', url: 'https://x.example' },
        { type: 'phone_number', text: 'Call' },
      ],
    };
    expect(parseBody({ type: 'template', template, rendered })).toMatchObject({
      text: 'Hello Ana',
      headerMedia: 'image',
      footer: 'Harbour',
      buttons: [
        { kind: 'reply', title: 'Yes please', payload: 'YES' },
        { kind: 'link', title: 'Open', url: 'https://x.example' },
        { kind: 'plain', title: 'Call' },
      ],
    });
  });

  test('cards, offers, codes and header files of a template are shown', () => {
    const card = { header: { type: 'video', video: { id: '7' } }, text: 'A red shoe', buttons: [] };
    const rendered = {
      header: { type: 'image', image: { link: 'https://x.example/a.png' } },
      text: 'Sale',
      offer: { text: 'Ends soon', expiresAt: 5 },
      buttons: [{ type: 'copy_code', text: 'Copy offer code', code: 'SAVE25' }],
      cards: [card, { ...card, header: { type: 'location', location: { latitude: 1, longitude: 2.5 } } }],
    };
    expect(parseBody({ type: 'template', template: { name: 'sale' }, rendered })).toMatchObject({
      headerMedia: 'image',
      headerUrl: 'https://x.example/a.png',
      offer: { text: 'Ends soon', expiresAt: 5 },
      buttons: [{ kind: 'code', title: 'Copy offer code', code: 'SAVE25' }],
      cards: [
        { headerMedia: 'video', headerUrl: '/phone/api/media/7', text: 'A red shoe', cards: [] },
        { header: '📍 1, 2.5', headerMedia: undefined },
      ],
    });
  });

  test.each([null, 'x', 1, [], [[]]])('a part that is %j never throws', (odd) => {
    for (const type of ['text', 'image', 'location', 'contacts', 'interactive', 'template', 'button', 'order']) {
      expect(() => toPreview({ body: { type, [type]: odd } })).not.toThrow();
    }
  });
});

test.each([
  [{ type: 'text', text: { body: 'a\n b' } }, 'a b'],
  [{ type: 'image', image: { caption: 'boat' } }, '📷 Photo · boat'],
  [{ type: 'audio', audio: { voice: true } }, '🎤 Voice message'],
  [{ type: 'template', template: { name: 'hi' } }, 'Template hi'],
  [{ type: 'order' }, 'Message of type “order”'],
])('%j is previewed as %s', (body, line) => {
  expect(toPreview({ body })).toBe(line);
});
