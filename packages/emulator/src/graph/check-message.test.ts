import { describe, expect, test } from 'vitest';
import { ana, postMessage, withOpenWindows } from '../testing.ts';

const dana = { recipient: 'IL.74319020004' };
const body = { body: { text: 'Choose' } };
const button = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const sections = (rows: number) => [
  { title: 'S', rows: Array.from({ length: rows }, (_, at) => ({ id: `r${at}`, title: `Row ${at}` })) },
];

describe('types the Graph API takes', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['text', { type: 'text', text: { body: 'hi', preview_url: true } }],
    ['text without type', { text: { body: 'hi' } }],
    ['text with unknown keys', { type: 'text', text: { body: 'hi', extra: 1 }, more: { a: 1 } }],
    ['image by link', { type: 'image', image: { link: 'https://example.org/a.png', caption: 'c' } }],
    ['video by link', { type: 'video', video: { link: 'https://example.org/a.mp4' } }],
    ['audio by link', { type: 'audio', audio: { link: 'https://example.org/a.ogg', voice: true } }],
    ['document by link', { type: 'document', document: { link: 'https://example.org/a.pdf', filename: 'a.pdf' } }],
    ['sticker by link', { type: 'sticker', sticker: { link: 'https://example.org/a.webp' } }],
    ['location', { type: 'location', location: { latitude: 1.5, longitude: '-2.5', name: 'Here' } }],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'Ann', first_name: 'Ann' } }] }],
    [
      'buttons',
      {
        type: 'interactive',
        interactive: { type: 'button', ...body, action: { buttons: [button('a', 'A'), button('b', 'B')] } },
      },
    ],
    [
      'list',
      {
        type: 'interactive',
        interactive: { type: 'list', ...body, action: { button: 'Open', sections: sections(10) } },
      },
    ],
    [
      'call to action',
      {
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          ...body,
          action: { name: 'cta_url', parameters: { display_text: 'Go', url: 'https://example.org' } },
        },
      },
    ],
    [
      'location request',
      {
        type: 'interactive',
        interactive: { type: 'location_request_message', ...body, action: { name: 'send_location' } },
      },
    ],
    [
      'contact request',
      {
        type: 'interactive',
        interactive: { type: 'request_contact_info', ...body, action: { name: 'request_contact_info' } },
      },
    ],
    [
      'form',
      {
        type: 'interactive',
        interactive: {
          type: 'flow',
          ...body,
          action: { name: 'flow', parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Book' } },
        },
      },
    ],
    ['template', { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }],
  ];
  test.each(cases)('%s', async (_, message) => {
    await withOpenWindows({}, async (scene) => {
      const reply = await postMessage(scene, { messaging_product: 'whatsapp', ...ana, ...message });
      expect(reply.body).toEqual({
        messaging_product: 'whatsapp',
        contacts: [{ input: ana.to, wa_id: '5511999990001' }],
        messages: [expect.objectContaining({ id: expect.stringMatching(/^wamid\./) })],
      });
      expect(scene.emulator.inbox('ana')).toHaveLength(1);
    });
  });
});

describe('what the Graph API refuses', () => {
  const text = { type: 'text', text: { body: 'hi' } };
  const interactive = (value: object): object => ({ type: 'interactive', interactive: { ...body, ...value } });
  const template = (name: string, components?: unknown, code = 'en_US'): object => ({
    type: 'template',
    template: { name, language: { code }, components },
  });
  const parameters = (...texts: string[]) => texts.map((each) => ({ type: 'text', text: each }));
  const track = { type: 'button', sub_type: 'url', index: '0', parameters: parameters('77') };
  const cases: readonly (readonly [string, object, number, number])[] = [
    ['no product', { messaging_product: undefined, ...ana, ...text }, 100, 400],
    ['no recipient', { ...text }, 100, 400],
    ['a recipient without digits', { to: 'nobody', ...text }, 100, 400],
    ['a BSUID that is none', { recipient: 'x', ...text }, 100, 400],
    ['a group', { to: 'g', recipient_type: 'group', ...text }, 131041, 400],
    ['an unknown type', { ...ana, type: 'poll' }, 100, 400],
    ['a type named like an Object method', { ...ana, type: 'constructor' }, 100, 400],
    ['a missing object', { ...ana, type: 'image' }, 131008, 400],
    ['an empty text', { ...ana, type: 'text', text: { body: '' } }, 100, 400],
    ['a text of 4,097 characters', { ...ana, type: 'text', text: { body: 'x'.repeat(4097) } }, 100, 400],
    ['callback data of 513 characters', { ...ana, ...text, biz_opaque_callback_data: 'x'.repeat(513) }, 100, 400],
    ['media without id and link', { ...ana, type: 'image', image: {} }, 100, 400],
    ['media of an unknown id', { ...ana, type: 'image', image: { id: '1' } }, 131009, 400],
    ['media at no address', { ...ana, type: 'image', image: { link: 'file:///etc/passwd' } }, 100, 400],
    [
      'a long caption',
      { ...ana, type: 'image', image: { link: 'https://a.b', caption: 'x'.repeat(1025) } },
      131009,
      400,
    ],
    ['a latitude of 91', { ...ana, type: 'location', location: { latitude: 91, longitude: 0 } }, 100, 400],
    ['contacts without names', { ...ana, type: 'contacts', contacts: [{ phones: [] }] }, 131008, 400],
    [
      'a contact with the formatted name alone',
      { ...ana, type: 'contacts', contacts: [{ name: { formatted_name: 'A' } }] },
      131008,
      400,
    ],
    ['a reaction without emoji', { ...ana, type: 'reaction', reaction: { message_id: 'wamid.x' } }, 100, 400],
    [
      'four buttons',
      {
        ...ana,
        ...interactive({ type: 'button', action: { buttons: ['a', 'b', 'c', 'd'].map((id) => button(id, id)) } }),
      },
      131009,
      400,
    ],
    [
      'a button title of 21',
      { ...ana, ...interactive({ type: 'button', action: { buttons: [button('a', 'x'.repeat(21))] } }) },
      131009,
      400,
    ],
    [
      'equal button titles',
      { ...ana, ...interactive({ type: 'button', action: { buttons: [button('a', 'A'), button('b', 'A')] } }) },
      131009,
      400,
    ],
    [
      'eleven rows',
      { ...ana, ...interactive({ type: 'list', action: { button: 'Open', sections: sections(11) } }) },
      131009,
      400,
    ],
    [
      'two sections of which one has no title',
      {
        ...ana,
        ...interactive({
          type: 'list',
          action: { button: 'Open', sections: [...sections(1), { rows: [{ id: 'z', title: 'Z' }] }] },
        }),
      },
      131009,
      400,
    ],
    [
      'no body',
      { ...ana, ...interactive({ type: 'button', body: undefined, action: { buttons: [button('a', 'A')] } }) },
      131008,
      400,
    ],
    [
      'a body of 1,025',
      {
        ...ana,
        ...interactive({ type: 'button', body: { text: 'x'.repeat(1025) }, action: { buttons: [button('a', 'A')] } }),
      },
      131009,
      400,
    ],
    ['an unknown interactive', { ...ana, ...interactive({ type: 'wheel', action: {} }) }, 100, 400],
    ['a template that is not there', { ...ana, ...template('nothing') }, 132001, 404],
    ['a template in another language', { ...ana, ...template('hello_world', [], 'de') }, 132001, 404],
    ['a template under review', { ...ana, ...template('pending_note') }, 132001, 404],
    ['a paused template', { ...ana, ...template('paused_offer') }, 132015, 400],
    ['a disabled template', { ...ana, ...template('disabled_offer') }, 132016, 400],
    [
      'one parameter too few',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('Ana') }, track]) },
      132000,
      400,
    ],
    [
      'one parameter too many',
      { ...ana, ...template('hello_world', [{ type: 'body', parameters: parameters('x') }]) },
      132000,
      400,
    ],
    [
      'a url button without its parameter',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('Ana', '77') }]) },
      131008,
      400,
    ],
    [
      'a parameter with a new line',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('A\nb', '77') }, track]) },
      132018,
      400,
    ],
    [
      'named parameters without names',
      { ...ana, ...template('appointment_reminder', [{ type: 'body', parameters: parameters('Ana', 'Monday') }]) },
      132012,
      400,
    ],
    [
      'an image header without an image',
      { ...ana, ...template('spring_sale', [{ type: 'body', parameters: parameters('Ana') }]) },
      132012,
      400,
    ],
    [
      'a login code to a BSUID',
      {
        ...dana,
        ...template('login_code', [
          { type: 'body', parameters: parameters('123456') },
          { ...track, parameters: parameters('123456') },
        ]),
      },
      131062,
      400,
    ],
    ['the business itself', { to: '15550001111', ...text }, 131021, 400],
    ['a person who never wrote', { to: '447700900002', ...text }, 131047, 400],
    ['a read mark for an unknown message', { status: 'read', message_id: 'wamid.x' }, 131009, 400],
    ['another status', { status: 'delivered', message_id: 'wamid.x' }, 100, 400],
  ];
  test.each(cases)('%s', async (_, message, code, status) => {
    await withOpenWindows({}, async (scene) => {
      const reply = await postMessage(scene, { messaging_product: 'whatsapp', ...message });
      expect([reply.code, reply.status]).toEqual([code, status]);
      expect(reply.body).toEqual({
        error: {
          message: expect.any(String),
          type: expect.stringMatching(/^(OAuthException|GraphMethodException)$/),
          code,
          is_transient: false,
          error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
          fbtrace_id: expect.any(String),
        },
      });
      expect(scene.emulator.inbox('ana')).toHaveLength(0);
      expect(scene.emulator.stats().sends).toBe(0);
    });
  });
});
