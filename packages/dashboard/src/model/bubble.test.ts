import { describe, expect, test } from 'vitest';
import { parseBubble, toTargetId } from './bubble.ts';
import { toMessageState } from './delivery-state.ts';
import { toOrigin } from './origins.ts';

const parse = (type: string, body: Record<string, unknown>) => parseBubble({ type, body, preview: 'line' });
const row = (title: string, description?: string) => ({ id: 'x', title, description });

describe('What a bubble says', () => {
  test.each([
    ['an inbound text', 'text', { type: 'text', body: 'whole\ntext' }, { about: null, text: 'whole\ntext' }],
    ['an outbound text', 'text', { text: { body: 'whole\ntext' } }, { about: null, text: 'whole\ntext' }],
    ['a text without words', 'text', { text: null }, { text: 'line' }],
    ['an unknown type', 'hologram', { hologram: {} }, { text: 'line' }],
    ['a type named like a method', 'toString', {}, { text: 'line' }],
    ['a photo', 'image', { media: { kind: 'image', caption: '*hi*' } }, { about: 'Photo', text: '*hi*' }],
    ['a voice note', 'audio', { media: { kind: 'audio', voice: true } }, { about: 'Voice note', text: null }],
    ['a sent file', 'document', { document: { id: '1', filename: 'a.pdf' } }, { about: 'Document: a.pdf', text: null }],
    ['a place', 'location', { latitude: 1, longitude: 2, name: 'Here' }, { about: 'Location', text: 'Here' }],
    ['a sent place', 'location', { location: { latitude: 1, longitude: 2 } }, { about: 'Location', text: '1, 2' }],
    ['a card', 'contacts', { contacts: [{ name: { formatted_name: 'Ana' } }, {}] }, { text: 'Ana, somebody' }],
    ['a tap', 'button', { id: 'x', title: 'Yes' }, { about: 'Tapped a button', text: 'Yes' }],
    ['a picked row', 'list', row('Cake', 'big'), { about: 'Picked from a list', text: 'Cake', footer: 'big' }],
    ['a reaction', 'reaction', { reaction: { emoji: '👀' } }, { about: 'Reacted', text: '👀' }],
    ['no reaction', 'reaction', { reaction: { emoji: '' } }, { about: 'Took a reaction back', text: null }],
    [
      'a template',
      'template',
      { template: { name: 'ready', components: [{ parameters: [{ text: '7' }] }] } },
      { about: 'Template ready', text: '7', footer: expect.stringMatching(/not stored here.*these values/) },
    ],
    ['a template without values', 'template', { template: { name: 'ready' } }, { about: 'Template ready', text: null }],
    ['a poll', 'poll', { title: 'Which?', options: ['a', 3, null] }, { about: 'Poll', text: 'Which?' }],
  ])('%s', (_name, type, body, expected) => {
    expect(parse(type, body)).toMatchObject(expected);
  });
});

describe('What a customer may tap', () => {
  test.each([
    ['button', { buttons: [{ reply: row('One') }, { reply: row('Two') }, {}] }, [[null, 'One', 'Two']]],
    [
      'list',
      { button: 'Menu', sections: [{ title: 'Today', rows: [row('Tea', '3')] }, { rows: [] }] },
      [['Menu › Today', 'Tea: 3']],
    ],
    [
      'cta_url',
      { parameters: { display_text: 'Open', url: 'https://a.example' } },
      [[null, 'Open: https://a.example']],
    ],
    ['location_request_message', { name: 'send_location' }, [[null, 'Send location']]],
    [
      'product_list',
      { sections: [{ title: 'New', product_items: [{ product_retailer_id: 'sku' }] }] },
      [['New', 'sku']],
    ],
    [
      'carousel',
      { cards: [{ body: { text: 'One' }, action: { buttons: [{ quick_reply: row('Buy') }] } }] },
      [['One', 'Buy']],
    ],
    ['of tomorrow', { buttons: 'none' }, []],
  ])('%s', (style, action, expected) => {
    const { choices } = parse('interactive', { interactive: { type: style, body: { text: 'What?' }, action } });
    const shown = choices.map(({ title, items }) => [
      title,
      ...items.map(({ label, detail }) => (detail ? `${label}: ${detail}` : label)),
    ]);
    expect(shown).toEqual(expected);
  });

  test('header and footer stand around the words', () => {
    const interactive = {
      type: 'button',
      header: { type: 'image', image: {} },
      body: { text: 'b' },
      footer: { text: 'f' },
    };
    expect(parse('interactive', { interactive })).toMatchObject({
      about: 'Photo',
      header: null,
      text: 'b',
      footer: 'f',
    });
  });
});

test.each([
  ['text', 'wamid.1', {}, 'wamid.1'],
  ['reaction', null, { reaction: { message_id: 'wamid.2', emoji: '👀' } }, 'wamid.2'],
  ['text', null, { reaction: { message_id: 'wamid.2' } }, null],
  ['reaction', null, { reaction: null }, null],
])('a %s that quotes %s with %j belongs to %s', (type, quotedId, body, target) => {
  expect(toTargetId({ type, quotedId, body })).toBe(target);
});

test('what a newer server calls by a new name is shown by it', () => {
  expect(toMessageState('paused')).toEqual({ label: 'paused', tone: 'neutral', mark: '' });
  expect(toOrigin('flow')).toBe('flow');
});
