import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reaction, text } from '../build.ts';
import { buttons, orderDetails } from '../build-interactive.ts';
import { template } from '../build-template.ts';
import { OUTGOING_TYPES, checkMessage, checkPair, checkRecipient } from './message.ts';

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

describe('checkMessage', () => {
  test('takes the total with tax, shipping and discount', () => {
    const parts = { tax: money(20), shipping: money(30), discount: money(50) };
    expect(checkMessage(orderDetails('b', order(500, parts)))).toEqual([]);
    expect(checkMessage(orderDetails('b', order(501, parts)))).toMatchObject([{ limit: 500, actual: 501 }]);
  });

  test.each(['👍', '❤', '❤️', '👩🏽‍🚒', '🇧🇷', '1️⃣', ''])('takes the reaction %j', (emoji) => {
    expect(checkMessage(reaction('wamid.1', emoji))).toEqual([]);
  });

  test('takes four spaces in a template text, and parameter types it does not know', () => {
    expect(checkMessage(body('a    b'))).toEqual([]);
    expect(
      checkMessage(
        template('order', 'en', {
          components: [{ type: 'body', parameters: [{ type: 'new_thing', new_thing: { a: 1 } }] }],
        }),
      ),
    ).toEqual([]);
  });

  test('names every problem at once', () => {
    const message = buttons('', [{ id: '', title: 'x'.repeat(21) }], { footer: 'x'.repeat(61) });
    expect(
      checkMessage(message)
        .map((problem) => problem.field)
        .sort(),
    ).toEqual([
      'interactive.action.buttons[0].reply.id',
      'interactive.action.buttons[0].reply.title',
      'interactive.body.text',
      'interactive.footer.text',
    ]);
  });

  test('stops at fifty problems and does not repeat what was written', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`secret${i}`, 1]));
    expect(checkMessage({ ...text('a'), ...many })).toHaveLength(50);
    expect(JSON.stringify(checkMessage(text('my password'.repeat(1000))))).not.toContain('password');
  });

  test('never throws, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 6, withBigInt: true, withNullPrototype: true, withSparseArray: true }),
        (value) => {
          expect(Array.isArray(checkMessage(value))).toBe(true);
        },
      ),
    );
  });

  test('never throws on the right words in the wrong places', () => {
    const words = fc.constantFrom(
      ...OUTGOING_TYPES,
      'button',
      'list',
      'flow',
      'carousel',
      'cta_url',
      'order_details',
      'product_list',
      'body',
      'action',
      'parameters',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 7, withCrossShrink: true },
        words,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(
            words,
            fc.constantFrom('type', 'interactive', 'template', 'components', 'sections', 'rows', 'cards'),
          ),
          tie('value'),
        ),
      ),
    }));
    fc.assert(
      fc.property(words, value, (type, content) => {
        expect(checkMessage({ type, [type]: content, interactive: content })).not.toEqual([]);
      }),
    );
  });
});

describe('checkRecipient', () => {
  const refused: [unknown, string][] = [
    [undefined, ''],
    [{}, ''],
    [{ group: true }, ''],
    [{ group: true, recipient: 'BR.1' }, 'to'],
    [{ to: 5511999990000 }, 'to'],
    [{ to: 'ana' }, 'to'],
    [{ to: '' }, 'to'],
    [{ to: '5511999990000@s.whatsapp.net' }, 'to'],
    [{ recipient: 'BR. 1' }, 'recipient'],
    [{ to: '+5511999990000', phone: '1' }, 'phone'],
    [{ to: '+5511999990000', group: 'yes' }, 'group'],
  ];
  test.each(refused)('refuses %j', (recipient, field) => {
    expect(checkRecipient(recipient).map((problem) => problem.field)).toContain(field);
  });

  test.each([
    { to: '+55 (11) 99999-0000' },
    { to: '5511999990000' },
    { recipient: 'BR.7431902' },
    { to: '15550100000', recipient: 'US.ENT.9' },
    { to: 'Y2FwaV9ncm91cDox', group: true },
  ])('takes %j', (recipient) => {
    expect(checkRecipient(recipient)).toEqual([]);
  });

  test.each(['5511999990000@s.whatsapp.net', '12345@lid', '120363@g.us', '+5511999990000'])(
    'takes the chat id %s at Whapi',
    (to) => {
      expect(checkRecipient({ to }, 'whapi')).toEqual([]);
    },
  );
});

describe('checkPair', () => {
  test('knows what groups take', () => {
    const group = { to: 'G1', group: true };
    expect(checkPair(text('a'), group)).toEqual([]);
    expect(checkPair(buttons('b', [{ id: 'a', title: 'A' }]), group)).toMatchObject([{ field: 'type' }]);
    expect(checkPair({ type: 'pin' }, { to: '5511999990000' })).toMatchObject([
      { field: 'type', message: expect.stringContaining('group') },
    ]);
  });
});
