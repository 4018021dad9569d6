import { describe, expect, test } from 'vitest';
import { parseGraphSend } from './parse-graph-send.ts';

const send = (more: object): object => ({ messaging_product: 'whatsapp', to: '5511999990000', ...more });
const text = { type: 'text', text: { body: 'Hello' } };

describe('parseGraphSend is as tolerant as Meta', () => {
  const TOLERATED: readonly [name: string, body: object, expected: object][] = [
    ['no type for a text', send({ text: { body: 'Hello' } }), text],
    ['no recipient_type', send(text), text],
    ['recipient_type individual', send({ ...text, recipient_type: 'individual' }), text],
    ['a type in capitals', send({ type: 'TEXT', text: { body: 'Hello' } }), text],
    [
      'a flag as text',
      send({ text: { body: 'a', preview_url: 'true' } }),
      { type: 'text', text: { body: 'a', preview_url: true } },
    ],
    ['an object as JSON text, as forms carry it', send({ type: 'text', text: '{"body":"Hello"}' }), text],
    ['a number as media id', send({ type: 'image', image: { id: 1471 } }), { type: 'image', image: { id: '1471' } }],
    [
      'coordinates as text',
      send({ type: 'location', location: { latitude: '-23.5', longitude: ' 46 ' } }),
      { type: 'location', location: { latitude: -23.5, longitude: 46 } },
    ],
    [
      'more in the context than the id',
      send({ ...text, context: { message_id: 'wamid.1', from: '5511' } }),
      { ...text, context: { message_id: 'wamid.1' } },
    ],
    [
      'parameters of the Graph API itself',
      send({ ...text, access_token: 'x', preview_url: false, debug: 'all' }),
      text,
    ],
    [
      'words of a template in capitals',
      send({
        type: 'template',
        template: {
          name: 'a',
          language: { code: 'en_US' },
          components: [
            { type: 'BODY', parameters: [{ type: 'TEXT', text: 'ANA' }] },
            { type: 'BUTTON', sub_type: 'URL', index: 0, parameters: [{ type: 'TEXT', text: 'X' }] },
          ],
        },
      }),
      {
        type: 'template',
        template: {
          name: 'a',
          language: { code: 'en_US' },
          components: [
            { type: 'body', parameters: [{ type: 'text', text: 'ANA' }] },
            { type: 'button', sub_type: 'url', index: 0, parameters: [{ type: 'text', text: 'X' }] },
          ],
        },
      },
    ],
    [
      'numbers of a carousel as text',
      send({
        type: 'interactive',
        interactive: {
          type: 'CAROUSEL',
          body: { text: 'b' },
          action: {
            cards: ['0', '1'].map((card_index) => ({
              card_index,
              type: 'product',
              action: { product_retailer_id: 's', catalog_id: 'C' },
            })),
          },
        },
      }),
      {
        type: 'interactive',
        interactive: {
          type: 'carousel',
          body: { text: 'b' },
          action: {
            cards: [0, 1].map((card_index) => ({
              card_index,
              type: 'product',
              action: { product_retailer_id: 's', catalog_id: 'C' },
            })),
          },
        },
      },
    ],
  ];
  test.each(TOLERATED)('takes %s', (_name, body, message) => {
    expect(parseGraphSend(body)).toEqual({ kind: 'send', message, recipient: { to: '5511999990000' } });
  });

  test('takes a phone number as number and with punctuation, and keeps what was written', () => {
    expect(parseGraphSend(send({ ...text, to: 5511999990000 }))).toMatchObject({ recipient: { to: '5511999990000' } });
    expect(parseGraphSend(send({ ...text, to: '+55 (11) 9.9999-0000' }))).toMatchObject({
      recipient: { to: '+55 (11) 9.9999-0000' },
    });
  });

  test("leaves a person's own data as they are", () => {
    const data = { TYPE: 'Text', count: '7' };
    const parameters = {
      flow_message_version: 3,
      flow_id: 66,
      flow_cta: 'Go',
      flow_action_payload: { screen: 'A', data },
    };
    const interactive = { type: 'flow', body: { text: 'b' }, action: { name: 'flow', parameters } };
    expect(parseGraphSend(send({ type: 'interactive', interactive }))).toMatchObject({
      message: {
        interactive: {
          action: {
            parameters: { flow_message_version: '3', flow_id: '66', flow_action_payload: { screen: 'A', data } },
          },
        },
      },
    });
  });
});

describe('parseGraphSend refuses with the error Meta gives', () => {
  const REFUSED: readonly [name: string, body: unknown, field: string, code: number, says: RegExp][] = [
    ['what is no object', 'hello', '', 100, /JSON object/],
    [
      'no product',
      { to: '5511999990000', ...text },
      'messaging_product',
      100,
      /parameter messaging_product is required/,
    ],
    ['another product', { ...send(text), messaging_product: 'messenger' }, 'messaging_product', 100, /"whatsapp"/],
    ['nobody to send to', { messaging_product: 'whatsapp', ...text }, 'to', 100, /"to".*"recipient"/],
    ['letters for a number', send({ ...text, to: 'Ana' }), 'to', 100, /phone number/],
    [
      'another recipient type',
      send({ ...text, recipient_type: 'list' }),
      'recipient_type',
      100,
      /"individual", "group"/,
    ],
    ['a type that is none', send({ type: 'txt' }), 'type', 100, /must be one of "text"/],
    ['a type without its object', send({ type: 'image' }), 'image', 100, /image is required/],
    ['a missing body', send({ type: 'text', text: {} }), 'text.body', 100, /The parameter text\.body is required/],
    ['a key Meta does not know', send({ text: { body: 'a', bold: true } }), 'text.bold', 100, /unknown key/],
    ['a long text', send({ text: { body: 'x'.repeat(4097) } }), 'text.body', 100, /at most 4096/],
    [
      'a missing part of an interactive message',
      send({ type: 'interactive', interactive: { type: 'button', body: { text: 'b' } } }),
      'interactive.action',
      131008,
      /interactive\.action is required/,
    ],
    [
      'a button title that is too long',
      send({
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'b' },
          action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'x'.repeat(21) } }] },
        },
      }),
      'interactive.action.buttons[0].reply.title',
      131009,
      /at most 20/,
    ],
    [
      'another word in a template',
      send({ type: 'template', template: { name: 'a', language: { code: 'en' }, components: [{ type: 'buttons' }] } }),
      'template.components[0].type',
      100,
      /must be one of "header"/,
    ],
    [
      'too much callback data',
      send({ ...text, biz_opaque_callback_data: 'x'.repeat(513) }),
      'biz_opaque_callback_data',
      100,
      /512/,
    ],
    ['a category, which would be lost', send({ ...text, category: 'utility' }), 'category', 100, /not supported here/],
    [
      'a hash that is none',
      send({ ...text, recipient_identity_key_hash: 7 }),
      'recipient_identity_key_hash',
      100,
      /string/,
    ],
    [
      'a picture card to a group',
      send({ type: 'location', location: { latitude: 1, longitude: 2 }, to: 'g1', recipient_type: 'group' }),
      'type',
      100,
      /cannot be sent to a group/,
    ],
    [
      'a status that is none',
      { messaging_product: 'whatsapp', status: 'seen', message_id: 'w' },
      'status',
      100,
      /"read"/,
    ],
    [
      'a read mark of nothing',
      { messaging_product: 'whatsapp', status: 'read' },
      'message_id',
      100,
      /message_id is required/,
    ],
    [
      'another typing indicator',
      { messaging_product: 'whatsapp', status: 'read', message_id: 'w', typing_indicator: { type: 'audio' } },
      'typing_indicator.type',
      100,
      /"text"/,
    ],
  ];
  test.each(REFUSED)('%s', (...[, body, field, code, says]) => {
    const parsed = parseGraphSend(body);
    if (parsed.kind !== 'refused') throw new Error('expected a refusal');
    expect(parsed.problems.map((problem) => problem.field)).toContain(field);
    expect(parsed.error.error).toMatchObject({ code, type: 'OAuthException', is_transient: false });
    expect(parsed.error.error.error_data).toEqual({
      messaging_product: 'whatsapp',
      details: expect.stringMatching(says),
    });
  });

  test('names every problem in one answer', () => {
    const parsed = parseGraphSend({ messaging_product: 'whatsapp', to: 'Ana', type: 'text', text: { body: '' } });
    if (parsed.kind !== 'refused') throw new Error('expected a refusal');
    expect(parsed.problems.map(({ field }) => field)).toEqual(['to', 'text.body']);
    expect(parsed.error.error.error_data.details).toMatch(/Param to .*; Param text\.body must not be empty/);
  });
});
