import { describe, expect, test } from 'vitest';
import type { OutgoingContact, OutgoingMessage } from '../../message.ts';
import { contacts, document, image, location, pin, text, video } from '../build.ts';
import {
  buttons,
  callPermission,
  carousel,
  catalogue,
  contactRequest,
  ctaUrl,
  form,
  list,
  locationRequest,
  product,
  productList,
  voiceCall,
  address,
  orderDetails,
  orderStatus,
} from '../build-interactive.ts';
import type { Card } from '../build-interactive.ts';
import { authentication, template } from '../build-template.ts';
import { checkCallbackData, checkMessage, checkRecipient } from './message.ts';

/** Every limit of the reference: n is accepted, n + 1 refused, with the field, the limit and the length given. */
interface Limit {
  readonly field: string;
  readonly limit: number;
  readonly at: (size: number) => OutgoingMessage;
}

const x = (length: number): string => 'x'.repeat(length);
const range = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const choices = (length: number) => range(length, (i) => ({ id: `b${i}`, title: `T${i}` }));
const rows = (length: number, from = 0) => range(length, (i) => ({ id: `r${from + i}`, title: `R${i}` }));
const one = [{ id: 'a', title: 'A' }];
const link = { title: 'Go', url: 'https://example.org' };
const card = (name: string): OutgoingContact => ({ name: { formatted_name: name, first_name: name } });
const cards = (length: number, body = 'b'): Card[] => range(length, () => ({ header: { image: 'media' }, body, link }));
const skus = (length: number) => range(length, (i) => `sku${i}`);
const section = (length: number, title = 'S') => ({ title, skus: skus(length) });
const money = (value: number) => ({ value, offset: 100 });
const order = (reference_id: string) => ({
  reference_id,
  currency: 'BRL',
  type: 'digital-goods',
  total_amount: money(100),
  order: { status: 'pending', items: [{ name: 'Cake', amount: money(100), quantity: 1 }], subtotal: money(100) },
});
const offer = (coupon: string) => template('sale', 'en_US', { buttons: [{ couponCode: coupon }] });
const head = 'interactive.header.text';
const body = 'interactive.body.text';
const footer = 'interactive.footer.text';
const parameters = 'interactive.action.parameters';

const LIMITS: readonly Limit[] = [
  { field: 'text.body', limit: 4096, at: (n) => text(x(n)) },
  { field: 'image.caption', limit: 1024, at: (n) => image('id', x(n)) },
  { field: 'video.caption', limit: 1024, at: (n) => video('id', x(n)) },
  { field: 'document.caption', limit: 1024, at: (n) => document('id', { caption: x(n) }) },
  { field: 'contacts', limit: 257, at: (n) => contacts(...range(n, (i) => card(`c${i}`))) },
  { field: 'location.latitude', limit: 90, at: (n) => location({ latitude: n, longitude: 0 }) },
  { field: 'location.longitude', limit: 180, at: (n) => location({ latitude: 0, longitude: n }) },

  { field: body, limit: 1024, at: (n) => buttons(x(n), one) },
  { field: head, limit: 60, at: (n) => buttons('b', one, { header: x(n) }) },
  { field: footer, limit: 60, at: (n) => buttons('b', one, { footer: x(n) }) },
  { field: 'interactive.action.buttons', limit: 3, at: (n) => buttons('b', choices(n)) },
  {
    field: 'interactive.action.buttons[0].reply.title',
    limit: 20,
    at: (n) => buttons('b', [{ id: 'a', title: x(n) }]),
  },
  { field: 'interactive.action.buttons[0].reply.id', limit: 256, at: (n) => buttons('b', [{ id: x(n), title: 'A' }]) },

  { field: body, limit: 4096, at: (n) => list(x(n), 'Open', one) },
  { field: head, limit: 60, at: (n) => list('b', 'Open', one, { header: x(n) }) },
  { field: footer, limit: 60, at: (n) => list('b', 'Open', one, { footer: x(n) }) },
  { field: 'interactive.action.button', limit: 20, at: (n) => list('b', x(n), one) },
  {
    field: 'interactive.action.sections',
    limit: 10,
    at: (n) =>
      list(
        'b',
        'Open',
        range(n, (i) => ({ title: `S${i}`, rows: rows(i < 10 ? 1 : 0, i) })),
      ),
  },
  { field: 'interactive.action.sections[0].rows', limit: 10, at: (n) => list('b', 'Open', rows(n)) },
  {
    field: 'interactive.action.sections',
    limit: 10,
    at: (n) =>
      list('b', 'Open', [
        { title: 'S', rows: rows(5) },
        { title: 'T', rows: rows(n - 5, 5) },
      ]),
  },
  {
    field: 'interactive.action.sections[0].title',
    limit: 24,
    at: (n) => list('b', 'Open', [{ title: x(n), rows: one }]),
  },
  {
    field: 'interactive.action.sections[0].rows[0].title',
    limit: 24,
    at: (n) => list('b', 'Open', [{ id: 'a', title: x(n) }]),
  },
  {
    field: 'interactive.action.sections[0].rows[0].id',
    limit: 200,
    at: (n) => list('b', 'Open', [{ id: x(n), title: 'A' }]),
  },
  {
    field: 'interactive.action.sections[0].rows[0].description',
    limit: 72,
    at: (n) => list('b', 'Open', [{ id: 'a', title: 'A', description: x(n) }]),
  },

  { field: body, limit: 1024, at: (n) => ctaUrl(x(n), link) },
  { field: head, limit: 60, at: (n) => ctaUrl('b', link, { header: x(n) }) },
  { field: `${parameters}.display_text`, limit: 20, at: (n) => ctaUrl('b', { ...link, title: x(n) }) },
  { field: body, limit: 1024, at: (n) => locationRequest(x(n)) },
  { field: body, limit: 1024, at: (n) => contactRequest(x(n)) },
  { field: body, limit: 1024, at: (n) => address(x(n), 'IN') },
  { field: body, limit: 1024, at: (n) => callPermission(x(n)) },
  { field: body, limit: 1024, at: (n) => voiceCall(x(n), { title: 'Call' }) },
  { field: `${parameters}.display_text`, limit: 20, at: (n) => voiceCall('b', { title: x(n) }) },
  { field: `${parameters}.ttl_minutes`, limit: 43_200, at: (n) => voiceCall('b', { ttlMinutes: n }) },
  { field: `${parameters}.payload`, limit: 512, at: (n) => voiceCall('b', { payload: x(n) }) },

  { field: body, limit: 1024, at: (n) => product('C', 'sku', { body: x(n) }) },
  { field: footer, limit: 60, at: (n) => product('C', 'sku', { footer: x(n) }) },
  { field: body, limit: 1024, at: (n) => catalogue(x(n)) },
  { field: head, limit: 60, at: (n) => productList('b', { catalogId: 'C', header: x(n), sections: [section(1)] }) },
  {
    field: 'interactive.action.sections',
    limit: 10,
    at: (n) => productList('b', { catalogId: 'C', header: 'h', sections: range(n, () => section(1)) }),
  },
  {
    field: 'interactive.action.sections',
    limit: 30,
    at: (n) => productList('b', { catalogId: 'C', header: 'h', sections: [section(15), section(n - 15)] }),
  },
  {
    field: 'interactive.action.sections[0].product_items',
    limit: 30,
    at: (n) => productList('b', { catalogId: 'C', header: 'h', sections: [section(n)] }),
  },
  {
    field: 'interactive.action.sections[0].title',
    limit: 24,
    at: (n) => productList('b', { catalogId: 'C', header: 'h', sections: [section(1, x(n))] }),
  },

  { field: body, limit: 1024, at: (n) => carousel(x(n), cards(2)) },
  { field: 'interactive.action.cards', limit: 10, at: (n) => carousel('b', cards(n)) },
  {
    field: 'interactive.action.cards[1].body.text',
    limit: 160,
    at: (n) => carousel('b', [...cards(1), ...cards(1, x(n))]),
  },
  {
    field: 'interactive.action.cards[0].action.parameters.display_text',
    limit: 20,
    at: (n) => carousel('b', [{ header: { image: 'i' }, link: { ...link, title: x(n) } }, ...cards(1)]),
  },

  { field: body, limit: 1024, at: (n) => form(x(n), { id: '1', button: 'Book' }) },
  { field: `${parameters}.flow_cta`, limit: 30, at: (n) => form('b', { id: '1', button: x(n) }) },

  { field: body, limit: 1024, at: (n) => orderDetails(x(n), order('r')) },
  { field: `${parameters}.reference_id`, limit: 35, at: (n) => orderDetails('b', order(x(n))) },
  {
    field: `${parameters}.reference_id`,
    limit: 35,
    at: (n) => orderStatus('b', { reference: x(n), status: 'shipped' }),
  },

  {
    field: 'interactive.action.cards[0].body.text',
    limit: 3,
    at: (n) => carousel('b', [...cards(1, range(n, () => 'x').join('\n')), ...cards(1)]),
  },
  {
    field: 'template.components[0].parameters[0].ttl_minutes',
    limit: 43_200,
    at: (n) => template('t', 'en', { buttons: [{ callMinutes: n }] }),
  },

  { field: 'template.name', limit: 512, at: (n) => template(x(n), 'en_US') },
  { field: 'template.components[0].parameters[0].coupon_code', limit: 15, at: (n) => offer(x(n)) },
  {
    field: 'template.components[0].index',
    limit: 9,
    at: (n) => template('t', 'en', { components: [{ type: 'button', sub_type: 'url', index: n, parameters: [] }] }),
  },
];

describe('limits', () => {
  test.each(LIMITS.map((limit) => [limit.at(1).type, limit] as const))('%s: $field', (_type, { field, limit, at }) => {
    expect(checkMessage(at(limit))).toEqual([]);
    const problems = checkMessage(at(limit + 1));
    expect(problems).toContainEqual({ field, message: expect.any(String), limit, actual: limit + 1 });
  });

  test('an authentication code has at most 15 characters, when the caller says what the template is', () => {
    const options = { category: 'AUTHENTICATION' };
    expect(checkMessage(authentication('login', 'en_US', x(15)), options)).toEqual([]);
    expect(checkMessage(authentication('login', 'en_US', x(16)), options)).toMatchObject([{ limit: 15, actual: 16 }]);
    expect(checkMessage(authentication('login', 'en_US', x(16)))).toEqual([]);
    expect(checkMessage(template('login', 'en_US', { body: ['1234'] }), options)).toMatchObject([
      { field: 'template.components' },
    ]);
  });

  test('callback data has at most 512 characters', () => {
    expect(checkCallbackData(x(512))).toEqual([]);
    expect(checkCallbackData(x(513))).toMatchObject([{ field: 'callbackData', limit: 512, actual: 513 }]);
  });

  test('a phone number has 5 to 15 digits', () => {
    const to = (length: number) => ({ to: `+${'5'.repeat(length)}` });
    expect([5, 15].flatMap((length) => checkRecipient(to(length)))).toEqual([]);
    expect(checkRecipient(to(16))).toMatchObject([{ field: 'to', limit: 15, actual: 16 }]);
    expect(checkRecipient(to(4))).toMatchObject([{ field: 'to', limit: 5, actual: 4 }]);
  });

  test('emoji count as two, since Meta may count them so', () => {
    expect(checkMessage(text('😀'.repeat(2048)))).toEqual([]);
    expect(checkMessage(text('😀'.repeat(2049)))).toMatchObject([{ limit: 4096, actual: 4098 }]);
  });

  test('a call button works for at least a minute', () => {
    expect(checkMessage(voiceCall('b', { ttlMinutes: 1 }))).toEqual([]);
    expect(checkMessage(voiceCall('b', { ttlMinutes: 0 }))).toMatchObject([{ limit: 1, actual: 0 }]);
  });

  test('a pin lasts at least a day', () => {
    expect(checkMessage(pin('wamid.1', { days: 1 }))).toEqual([]);
    expect(checkMessage(pin('wamid.1', { days: 0 }))).toMatchObject([{ field: 'pin.expiration_days' }]);
  });
});
