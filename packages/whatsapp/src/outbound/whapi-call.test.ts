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
  orderStatus,
  product,
  voiceCall,
} from './build-interactive.ts';
import { template } from './build-template.ts';
import { toVcard } from './vcard.ts';
import { toWhapiCall } from './whapi-call.ts';

const to = '5511999990000';
const person = { to: '+55 11 99999-0000' };
const link = { title: 'Go', url: 'https://x.org' };

const CARRIED: readonly [string, OutgoingMessage, string, object][] = [
  ['text', text('Hi'), 'POST /messages/text', { to, body: 'Hi', no_link_preview: true }],
  [
    'text with preview',
    text('Hi', { previewUrl: true }),
    'POST /messages/text',
    { to, body: 'Hi', no_link_preview: false },
  ],
  [
    'a quote',
    inReplyTo(text('Hi'), 'm1'),
    'POST /messages/text',
    { to, body: 'Hi', no_link_preview: true, quoted: 'm1' },
  ],
  [
    'image by link',
    image('https://x.org/a.jpg', 'A'),
    'POST /messages/image',
    { to, media: 'https://x.org/a.jpg', caption: 'A' },
  ],
  ['video by id', video('v1'), 'POST /messages/video', { to, media: 'v1' }],
  ['audio', audio('a1'), 'POST /messages/audio', { to, media: 'a1' }],
  ['voice', voice('a1'), 'POST /messages/voice', { to, media: 'a1' }],
  [
    'document',
    document('d1', { filename: 'a.pdf' }),
    'POST /messages/document',
    { to, media: 'd1', filename: 'a.pdf' },
  ],
  ['sticker', sticker('s1'), 'POST /messages/sticker', { to, media: 's1' }],
  [
    'location',
    location({ latitude: 1, longitude: 2, name: 'N' }),
    'POST /messages/location',
    { to, latitude: 1, longitude: 2, name: 'N' },
  ],
  [
    'one contact',
    contacts(contact('Ana', '5511')),
    'POST /messages/contact',
    { to, name: 'Ana', vcard: expect.stringContaining('FN:Ana') },
  ],
  [
    'two contacts',
    contacts(contact('Ana', '5511'), contact('Bo', '5512')),
    'POST /messages/contact_list',
    {
      to,
      list: [
        { name: 'Ana', vcard: expect.any(String) },
        { name: 'Bo', vcard: expect.any(String) },
      ],
    },
  ],
  [
    'buttons',
    buttons('b', [{ id: 'y', title: 'Yes' }], { header: 'H', footer: 'F' }),
    'POST /messages/interactive',
    {
      to,
      type: 'button',
      header: { text: 'H' },
      body: { text: 'b' },
      footer: { text: 'F' },
      action: { buttons: [{ type: 'quick_reply', title: 'Yes', id: 'y' }] },
    },
  ],
  [
    'list',
    list('b', 'Open', [{ id: 'r', title: 'R' }]),
    'POST /messages/interactive',
    {
      to,
      type: 'list',
      body: { text: 'b' },
      action: { list: { label: 'Open', button: 'Open', sections: [{ rows: [{ id: 'r', title: 'R' }] }] } },
    },
  ],
  [
    'link button',
    ctaUrl('b', link),
    'POST /messages/interactive',
    {
      to,
      type: 'button',
      body: { text: 'b' },
      action: { buttons: [{ type: 'url', title: 'Go', id: 'url', url: 'https://x.org' }] },
    },
  ],
  [
    'carousel',
    carousel('b', [
      { header: { image: 'i1' }, body: 't', link },
      { header: { image: 'i2' }, link },
    ]),
    'POST /messages/carousel',
    {
      to,
      body: 'b',
      cards: [
        {
          id: 'card-0',
          media: { media: 'i1' },
          text: 't',
          buttons: [{ type: 'url', title: 'Go', id: 'url-0', url: 'https://x.org' }],
        },
        {
          id: 'card-1',
          media: { media: 'i2' },
          text: '',
          buttons: [{ type: 'url', title: 'Go', id: 'url-1', url: 'https://x.org' }],
        },
      ],
    },
  ],
];

const REFUSED: readonly [string, OutgoingMessage, string][] = [
  ['templates', template('order', 'en'), 'type'],
  [
    'pictures above buttons',
    buttons('b', [{ id: 'y', title: 'Y' }], { header: { image: 'i' } }),
    'interactive.header.type',
  ],
  ['location requests', locationRequest('b'), 'interactive.type'],
  ['contact requests', contactRequest('b'), 'interactive.type'],
  ['address forms', address('b', 'IN'), 'interactive.type'],
  ['call buttons', voiceCall('b', { title: 'c' }), 'interactive.type'],
  ['call permissions', callPermission(), 'interactive.type'],
  ['products', product('C', 's'), 'interactive.type'],
  ['catalogues', catalogue('b'), 'interactive.type'],
  ['forms', form('b', { id: '1', button: 'Go' }), 'interactive.type'],
  ['orders', orderStatus('b', { reference: 'r', status: 'shipped' }), 'interactive.type'],
  [
    'product cards',
    carousel('b', [
      { catalogId: 'C', sku: 's' },
      { catalogId: 'C', sku: 't' },
    ]),
    'interactive.action.cards',
  ],
  ['pins for days', pin('m1', { days: 7 }), 'pin.expiration_days'],
];

describe('toWhapiCall', () => {
  test.each(CARRIED)('carries %s', (_name, message, call, body) => {
    const [method, path] = call.split(' ');
    expect(toWhapiCall(message, person)).toEqual({ ok: true, method, path, body });
  });

  test.each(REFUSED)('refuses %s', (_name, message, field) => {
    expect(toWhapiCall(message, person)).toMatchObject({
      ok: false,
      problem: { field, message: expect.stringMatching(/Whapi\.Cloud.*: (ask|send|write|give|leave) /) },
    });
  });

  test('cannot hold a message back when the person has changed phones', () => {
    expect(toWhapiCall(text('Hi'), { ...person, identityKeyHash: 'x=' })).toMatchObject({
      ok: false,
      problem: { field: 'identityKeyHash' },
    });
  });

  test('puts, changes and takes back reactions and pins by the id in the path', () => {
    expect(toWhapiCall(reaction('a/b', '👍'), {})).toEqual({
      ok: true,
      method: 'PUT',
      path: '/messages/a%2Fb/reaction',
      body: { emoji: '👍' },
    });
    expect(toWhapiCall(unreact('m1'), {})).toEqual({
      ok: true,
      method: 'DELETE',
      path: '/messages/m1/reaction',
      body: null,
    });
    expect(toWhapiCall(pin('m1'), {})).toEqual({ ok: true, method: 'POST', path: '/messages/m1/pin', body: null });
    expect(toWhapiCall(pin('m1', { unpin: true }), {})).toEqual({
      ok: true,
      method: 'DELETE',
      path: '/messages/m1/pin',
      body: null,
    });
    expect(toWhapiCall(reaction('\ud800', '👍'), {})).toMatchObject({ ok: true });
  });

  test.each([
    ['12345@lid', { to: '12345@lid' }],
    ['120363@g.us', { to: '120363@g.us', group: true }],
    ['5511999990000', { to: '+55 11 99999-0000' }],
  ])('addresses %s', (chat, recipient) => {
    expect(toWhapiCall(text('Hi'), recipient)).toMatchObject({ body: { to: chat } });
  });

  test('cannot reach a person by business-scoped user id alone', () => {
    expect(toWhapiCall(text('Hi'), { recipient: 'BR.1' })).toMatchObject({
      ok: false,
      problem: { field: 'recipient' },
    });
  });
});

describe('toVcard', () => {
  test('writes names, company, phones, mail and pages, escaped', () => {
    const card = {
      name: { formatted_name: 'Ana; Souza', first_name: 'Ana', last_name: 'Sou,za' },
      org: { company: 'A\\B\nC' },
      phones: [{ phone: '+55 11 99999-0000', wa_id: '5511999990000' }, { phone: '123' }],
      emails: [{ email: 'a@x.org' }, 'odd'],
      urls: [{ url: 'https://x.org' }],
    };
    expect(toVcard(card).split('\n')).toEqual([
      'BEGIN:VCARD',
      'VERSION:3.0',
      'N:Sou\\,za;Ana;;;',
      'FN:Ana\\; Souza',
      'ORG:A\\\\B\\nC',
      'TEL;type=CELL;waid=5511999990000:+55 11 99999-0000',
      'TEL;type=CELL;waid=123:123',
      'EMAIL:a@x.org',
      'URL:https://x.org',
      'END:VCARD',
    ]);
  });
});
