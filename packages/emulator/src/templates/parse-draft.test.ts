import { describe, expect, test } from 'vitest';
import { parseDraft } from './parse-draft.ts';

const body = (text: string, example?: unknown): object => ({ type: 'body', text, ...(example ? { example } : {}) });
const plain = body('Your order left us today.');
const image = { type: 'header', format: 'image', example: { header_handle: ['4::aW'] } };
const buttons = (...list: object[]): object => ({ type: 'buttons', buttons: list });
const reply = (text: string): object => ({ type: 'quick_reply', text });
const url = { type: 'url', text: 'Track', url: 'https://x.org/t/{{1}}', example: ['https://x.org/t/77'] };
const phone = { type: 'phone_number', text: 'Call', phone_number: '+15550001111' };
const card = (text = 'A fine red shoe.'): object => ({
  components: [image, body(text), buttons({ type: 'url', text: 'Buy', url: 'https://x.org' })],
});
const offer = (text: string): object => ({
  type: 'limited_time_offer',
  limited_time_offer: { text, has_expiration: true },
});
const otp = (more: object = {}): object => buttons({ type: 'otp', otp_type: 'copy_code', ...more });

const draft = (components: unknown, more: object = {}): Record<string, unknown> => ({
  name: 'note',
  language: 'en_US',
  category: 'MARKETING',
  components,
  ...more,
});

describe('what becomes a template', () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a body', draft([plain])],
    ['positional variables', draft([body('Hi {{1}}, order {{2}} left today.', { body_text: [['Ana', '77']] })])],
    [
      'named variables',
      draft(
        [
          body('Hi {{first_name}}, it left today.', {
            body_text_named_params: [{ param_name: 'first_name', example: 'Ana' }],
          }),
        ],
        { parameter_format: 'named' },
      ),
    ],
    ['a body of 1,024', draft([body('x'.repeat(1024))])],
    [
      'a text header of 60 with a variable',
      draft([
        { type: 'HEADER', format: 'TEXT', text: `{{1}}${'x'.repeat(55)}`, example: { header_text: ['7'] } },
        plain,
      ]),
    ],
    ['an image header', draft([image, plain])],
    ['a location header', draft([{ type: 'header', format: 'location' }, plain])],
    ['a footer of 60', draft([plain, { type: 'footer', text: 'x'.repeat(60) }])],
    ['ten quick replies', draft([plain, buttons(...Array.from({ length: 10 }, (_, at) => reply(`R${at}`)))])],
    [
      'two links, a call and a code',
      draft([plain, buttons(url, { ...url, text: 'More' }, phone, { type: 'copy_code', example: 'SAVE25' })]),
    ],
    ['a form', draft([plain, buttons({ type: 'flow', text: 'Book', flow_id: '1' })])],
    ['two cards', draft([plain, { type: 'carousel', cards: [card(), card('A fine blue shoe.')] }])],
    ['an offer', draft([image, plain, offer('Ends soon'), buttons({ type: 'copy_code', example: 'SAVE25' })])],
    ['a code', draft([{ type: 'body' }, otp()], { category: 'AUTHENTICATION' })],
    [
      'a code with all words',
      draft(
        [{ type: 'body', add_security_recommendation: true }, { type: 'footer', code_expiration_minutes: 90 }, otp()],
        { category: 'authentication' },
      ),
    ],
    ['a life of 30 s', draft([plain], { category: 'UTILITY', message_send_ttl_seconds: 30 })],
    ['a life of 12 h', draft([plain], { category: 'UTILITY', message_send_ttl_seconds: 43_200 })],
    ['a life of 30 days by -1', draft([plain], { message_send_ttl_seconds: -1 })],
    ['a name of 512', draft([plain], { name: 'x'.repeat(512) })],
  ];
  test.each(cases)('%s', (_, params) => {
    expect(parseDraft(params)).toMatchObject({ ok: true, value: { name: expect.any(String) } });
  });

  test('types are read back in upper case, and a code button as the URL button it is sent as', () => {
    expect(parseDraft(draft([plain, buttons(reply('Yes'))]))).toMatchObject({
      value: {
        parameterFormat: 'POSITIONAL',
        components: [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY' }] }],
      },
    });
    expect(parseDraft(draft([{ type: 'body' }, otp({ text: 'Copy' })], { category: 'AUTHENTICATION' }))).toMatchObject({
      value: {
        components: [{ text: '*{{1}}* is your verification code.' }, { buttons: [{ type: 'URL', text: 'Copy' }] }],
      },
    });
  });
});

describe('what does not', () => {
  const long = (max: number): string => 'x'.repeat(max + 1);
  const cases: readonly (readonly [string, Record<string, unknown>, number | undefined])[] = [
    ['a name with capitals', draft([plain], { name: 'Note' }), undefined],
    ['a name of 513', draft([plain], { name: long(512) }), undefined],
    ['no language', draft([plain], { language: undefined }), undefined],
    ['a language that is none', draft([plain], { language: 'English' }), undefined],
    ['an unknown category', draft([plain], { category: 'OTP' }), undefined],
    ['no category', draft([plain], { category: undefined }), undefined],
    ['no components', draft(undefined), undefined],
    ['an empty list', draft([]), undefined],
    ['an unknown component', draft([plain, { type: 'sidebar' }]), undefined],
    ['two bodies', draft([plain, plain]), undefined],
    ['no body', draft([image]), 2388072],
    ['an empty body', draft([body('')]), 2388072],
    ['a body of 1,025', draft([body(long(1024))]), 2388040],
    ['a variable at the start', draft([body('{{1}}, it left us today.', { body_text: [['Ana']] })]), 2388299],
    ['a variable at the end', draft([body('It left us today, {{1}}', { body_text: [['Ana']] })]), 2388299],
    ['more variables than words', draft([body('To {{1}} {{2}} {{3}} now', { body_text: [['a', 'b', 'c']] })]), 2388293],
    ['a gap in the numbers', draft([body('Hi {{1}}, order {{3}} left today.', { body_text: [['a', 'b']] })]), 2388072],
    ['names where numbers belong', draft([body('Hi {{name}}, it left today.', { body_text: [['a']] })]), 2388072],
    ['variables without samples', draft([body('Hi {{1}}, it left us today.')]), 2388043],
    ['a sample too few', draft([body('Hi {{1}}, order {{2}} left today.', { body_text: [['Ana']] })]), 2388043],
    ['a header of 61', draft([{ type: 'header', format: 'text', text: long(60) }, plain]), 2388040],
    [
      'a header with two variables',
      draft([{ type: 'header', format: 'text', text: 'A {{1}} {{2}} b', example: { header_text: ['a', 'b'] } }, plain]),
      2388047,
    ],
    ['a media header without a sample', draft([{ type: 'header', format: 'image' }, plain]), 2388043],
    ['an unknown header', draft([{ type: 'header', format: 'song' }, plain]), undefined],
    ['a footer of 61', draft([plain, { type: 'footer', text: long(60) }]), 2388040],
    ['a footer with a variable', draft([plain, { type: 'footer', text: 'Bye {{1}}' }]), 2388073],
    ['eleven buttons', draft([plain, buttons(...Array.from({ length: 11 }, (_, at) => reply(`R${at}`)))]), undefined],
    ['three links', draft([plain, buttons(url, url, url)]), undefined],
    ['two calls', draft([plain, buttons(phone, phone)]), undefined],
    ['quick replies between others', draft([plain, buttons(reply('a'), url, reply('b'))]), undefined],
    ['a button text of 26', draft([plain, buttons(reply(long(25)))]), 2388040],
    ['a variable inside an address', draft([plain, buttons({ ...url, url: 'https://x.org/{{1}}/t' })]), undefined],
    ['an address without its sample', draft([plain, buttons({ ...url, example: undefined })]), 2388043],
    ['a script for an address', draft([plain, buttons({ ...url, url: 'javascript:alert(1)' })]), undefined],
    ['a code of 16', draft([plain, buttons({ type: 'copy_code', example: long(15) })]), 2388040],
    ['a code button in a utility template', draft([plain, otp()], { category: 'UTILITY' }), undefined],
    ['an unknown button', draft([plain, buttons({ type: 'lever', text: 'Pull' })]), undefined],
    ['one card', draft([plain, { type: 'carousel', cards: [card()] }]), undefined],
    ['eleven cards', draft([plain, { type: 'carousel', cards: Array.from({ length: 11 }, () => card()) }]), undefined],
    ['a card text of 161', draft([plain, { type: 'carousel', cards: [card(), card(long(160))] }]), 2388040],
    [
      'cards that differ',
      draft([plain, { type: 'carousel', cards: [card(), { components: [image, buttons(reply('a'))] }] }]),
      undefined,
    ],
    ['an offer text of 17', draft([image, plain, offer(long(16))]), 2388040],
    ['an offer in a utility template', draft([image, plain, offer('Now')], { category: 'UTILITY' }), undefined],
    [
      'a code template with a header',
      draft([image, { type: 'body' }, otp()], { category: 'AUTHENTICATION' }),
      undefined,
    ],
    ['a code template without its button', draft([{ type: 'body' }], { category: 'AUTHENTICATION' }), undefined],
    [
      'a code that lives 91 minutes',
      draft([{ type: 'body' }, { type: 'footer', code_expiration_minutes: 91 }, otp()], { category: 'AUTHENTICATION' }),
      undefined,
    ],
    [
      'one-tap without an app',
      draft([{ type: 'body' }, otp({ otp_type: 'one_tap' })], { category: 'AUTHENTICATION' }),
      undefined,
    ],
    ['a life of 29 s', draft([plain], { category: 'UTILITY', message_send_ttl_seconds: 29 }), undefined],
    [
      'a life of 12 h for a code of at most 15 min',
      draft([{ type: 'body' }, otp()], { category: 'AUTHENTICATION', message_send_ttl_seconds: 901 }),
      undefined,
    ],
  ];
  test.each(cases)('%s', (_, params, subcode) => {
    expect(parseDraft(params)).toMatchObject({ ok: false, refusal: { code: 100, details: expect.any(String) } });
    const parsed = parseDraft(params);
    expect(parsed.ok ? null : parsed.refusal.subcode).toBe(subcode);
  });
});
