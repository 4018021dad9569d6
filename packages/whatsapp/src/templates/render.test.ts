import { describe, expect, test } from 'vitest';
import type { TemplateComponent } from '../message.ts';
import { authentication, template } from '../outbound/build-template.ts';
import type { TemplateContent } from '../outbound/build-template.ts';
import type { TemplateDefinition } from './definition.ts';
import { renderTemplate } from './render.ts';

const base = { name: 't', language: 'en_US', category: 'MARKETING' } as const;
const full: TemplateDefinition = {
  ...base,
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' },
    { type: 'BODY', text: 'Hi {{1}}, {{2}} for {{1}}.' },
    { type: 'FOOTER', text: 'Bright Shoes' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'URL', text: 'Track', url: 'https://x.org/{{1}}' },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+5511999990000' },
        { type: 'COPY_CODE', text: 'Copy offer code' },
      ],
    },
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
  ],
};
const use = (content: TemplateContent) => template('t', 'en_US', content).template;

describe('renderTemplate', () => {
  test('shows variables that have no value', () => {
    expect(renderTemplate(full)).toEqual({
      header: { format: 'text', text: 'Order {{1}}' },
      body: 'Hi {{1}}, {{2}} for {{1}}.',
      footer: 'Bright Shoes',
      buttons: [
        { type: 'quick_reply', text: 'Yes' },
        { type: 'url', text: 'Track', url: 'https://x.org/{{1}}' },
        { type: 'phone_number', text: 'Call', phone: '+5511999990000' },
        { type: 'copy_code', text: 'Copy offer code', code: '{{1}}' },
      ],
      offer: { text: 'Ends soon' },
    });
  });

  test('fills in what a message gives', () => {
    const content = {
      header: { text: ['77'] },
      body: ['Ana', '$& and $1'],
      buttons: [
        { urlSuffix: 'ord-77', index: 1 },
        { couponCode: 'SAVE25', index: 3 },
      ],
      offerExpiresAt: 1763769600000,
    };
    expect(renderTemplate(full, use(content))).toMatchObject({
      header: { format: 'text', text: 'Order 77' },
      body: 'Hi Ana, $& and $1 for Ana.',
      buttons: [{}, { url: 'https://x.org/ord-77' }, {}, { code: 'SAVE25' }],
      offer: { text: 'Ends soon', expiresAt: 1763769600000 },
    });
  });

  test('fills by name, currency and date by their words, and leaves what is missing', () => {
    const definition: TemplateDefinition = {
      ...base,
      parameter_format: 'NAMED',
      components: [{ type: 'BODY', text: 'Hi {{name}}: {{price}} on {{day}}, {{other}}.' }],
    };
    const parameters = [
      {
        type: 'currency',
        parameter_name: 'price',
        currency: { fallback_value: '$9.99', code: 'USD', amount_1000: 9990 },
      },
      { type: 'date_time', parameter_name: 'day', date_time: { fallback_value: 'Monday' } },
      { type: 'text', parameter_name: 'name', text: '{{day}}' },
    ];
    const components: TemplateComponent[] = [{ type: 'body', parameters }];
    expect(renderTemplate(definition, use({ components })).body).toBe('Hi {{day}}: $9.99 on Monday, {{other}}.');
  });

  test.each(['image', 'video', 'document'] as const)('shows which %s a header has', (format) => {
    const definition: TemplateDefinition = {
      ...base,
      components: [
        { type: 'HEADER', format: format.toUpperCase() },
        { type: 'BODY', text: 'Look.' },
      ],
    };
    expect(renderTemplate(definition).header).toEqual({ format });
    const header = { [format]: 'https://x.org/a' } as unknown as NonNullable<TemplateContent['header']>;
    expect(renderTemplate(definition, use({ header })).header).toEqual({ format, media: { link: 'https://x.org/a' } });
  });

  test('shows a code as Meta words it, until the template is read back', () => {
    const definition: TemplateDefinition = {
      ...base,
      category: 'AUTHENTICATION',
      components: [
        { type: 'body', add_security_recommendation: true },
        { type: 'footer', code_expiration_minutes: 10 },
        { type: 'buttons', buttons: [{ type: 'otp', otp_type: 'one_tap' }] },
      ],
    };
    expect(renderTemplate(definition, authentication('t', 'en_US', '123456').template)).toEqual({
      body: '*123456* is your verification code. For your security, do not share this code.',
      footer: 'This code expires in 10 minutes.',
      buttons: [{ type: 'otp', text: 'Autofill', code: '123456' }],
    });
  });

  test('shows cards by their number, in the order of the template', () => {
    const card = {
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'For {{1}}.' },
      ],
    };
    const definition: TemplateDefinition = {
      ...base,
      components: [
        { type: 'BODY', text: 'Look.' },
        { type: 'CAROUSEL', cards: [card, card] },
      ],
    };
    const used = {
      card_index: 1,
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: '7' } }] },
        { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
      ],
    } as const;
    expect(renderTemplate(definition, use({ components: [{ type: 'carousel', cards: [used] }] })).cards).toEqual([
      { header: { format: 'image' }, body: 'For {{1}}.', buttons: [] },
      { header: { format: 'image', media: { id: '7' } }, body: 'For Ana.', buttons: [] },
    ]);
  });

  test.each([null, 7, { components: [{ type: 'buttons', buttons: [7] }] }])('shows something for %j', (value) => {
    expect(renderTemplate(value as never)).toMatchObject({ body: '', buttons: [] });
  });
});
