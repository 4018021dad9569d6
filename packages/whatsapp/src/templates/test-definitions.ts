import type { TemplateComponent } from '../message.ts';
import { template } from '../outbound/build-template.ts';
import type { TemplateContent } from '../outbound/build-template.ts';
import type { TemplateDefinition, TemplateDefinitionComponent } from './definition.ts';

/** Templates of each kind, and what a message gives to them. For tests only. */
export const make = (
  components: readonly TemplateDefinitionComponent[],
  more: Partial<TemplateDefinition> = {},
): TemplateDefinition => ({
  name: 't',
  language: 'en_US',
  category: 'UTILITY',
  components,
  ...more,
});
export const use = (content: TemplateContent = {}) => template('t', 'en_US', content).template;
export const raw = (...components: readonly unknown[]) => use({ components: components as TemplateComponent[] });
export const body = (text: string): TemplateDefinitionComponent => ({ type: 'BODY', text });
export const header = (format: string, text?: string): TemplateDefinitionComponent => ({
  type: 'HEADER',
  format,
  ...(text === undefined ? {} : { text }),
});
export const buttons = (...list: readonly { type: string; [key: string]: unknown }[]): TemplateDefinitionComponent => ({
  type: 'BUTTONS',
  buttons: list,
});

export const plain = make([body('Your order left.')]);
export const two = make([body('Hi {{1}}, order {{2}} left.')]);
export const named = make([body('Hi {{first_name}}, order {{number}} left.')], { parameter_format: 'NAMED' });
export const offer = make(
  [body('Now.'), { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends', has_expiration: true } }],
  { category: 'MARKETING' },
);
export const with1 = (button: { type: string; [key: string]: unknown }) =>
  make([body('Your order left.'), buttons({ type: 'QUICK_REPLY', text: 'Yes' }, button)]);
export const url = with1({ type: 'URL', text: 'Track', url: 'https://x.org/{{1}}' });
export const fixedUrl = with1({ type: 'URL', text: 'Open', url: 'https://x.org/' });
export const coupon = with1({ type: 'COPY_CODE', text: 'Copy' });
export const mpm = with1({ type: 'MPM', text: 'View' });
export const flow = with1({ type: 'FLOW', text: 'Book' });
export const call = with1({ type: 'VOICE_CALL', text: 'Call' });
export const otp = make([{ type: 'BODY' }, buttons({ type: 'OTP', otp_type: 'COPY_CODE' })], {
  category: 'AUTHENTICATION',
});
/** As Meta tells of it after review. */
export const otpRead = make(
  [
    body('*{{1}}* is your verification code.'),
    buttons({
      type: 'URL',
      text: 'Copy code',
      url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
    }),
  ],
  { category: 'AUTHENTICATION' },
);
export const card = {
  components: [
    header('IMAGE'),
    body('For {{1}} only.'),
    buttons({ type: 'URL', text: 'Buy', url: 'https://x.org/{{1}}' }),
  ],
};
export const carousel = make([body('Look, {{1}}.'), { type: 'CAROUSEL', cards: [card, card] }], {
  category: 'MARKETING',
});

export const text = (value: string) => ({ type: 'text', text: value });
export const button = (sub_type: string, ...parameters: readonly object[]) => ({
  type: 'button',
  sub_type,
  index: '1',
  parameters,
});
export const usedCard = (card_index: number, more: readonly object[] = []) => ({
  card_index,
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] },
    { type: 'body', parameters: [text('Ana')] },
    { type: 'button', sub_type: 'url', index: '0', parameters: [text('a')] },
    ...more,
  ],
});
export const shown = (...cards: readonly object[]) =>
  raw({ type: 'body', parameters: [text('Ana')] }, { type: 'carousel', cards });
