import type { OutgoingMessage, TemplateComponent } from '../message.ts';
import type { Place } from './build.ts';
import { toMedia } from './media.ts';
import type { Media } from './media.ts';
import { present } from './present.ts';

/** Template messages: text approved by Meta beforehand, allowed outside the 24 h window. */
type TemplateMessage = Extract<OutgoingMessage, { readonly type: 'template' }>;
type Parameter = { readonly type: string; readonly [key: string]: unknown };

/** Positional texts in order, or texts by parameter name: as the template was made. */
export type TemplateTexts = readonly string[] | { readonly [name: string]: string };

export type TemplateHeader =
  | { readonly text: TemplateTexts }
  | { readonly image: Media }
  | { readonly video: Media }
  | { readonly document: Media; readonly filename?: string }
  | { readonly location: Place };

/** One button that takes a parameter. `index` counts all buttons of the template from 0; default its place in the list. */
export type TemplateButton = { readonly index?: number } & (
  | { readonly payload: string }
  | { readonly urlSuffix: string }
  | { readonly couponCode: string }
  | { readonly formToken: string; readonly data?: { readonly [key: string]: unknown } }
);

export interface TemplateContent {
  readonly header?: TemplateHeader;
  readonly body?: TemplateTexts;
  readonly buttons?: readonly TemplateButton[];
  /** End of a limited-time offer, unix milliseconds. */
  readonly offerExpiresAt?: number;
  /** Components in Meta's own shape (carousel, products, orders …), added at the end. */
  readonly components?: readonly TemplateComponent[];
}

function isList(texts: TemplateTexts): texts is readonly string[] {
  return Array.isArray(texts);
}

function toTexts(texts: TemplateTexts): Parameter[] {
  if (isList(texts)) return texts.map((text) => ({ type: 'text', text }));
  return Object.entries(texts).map(([name, text]) => ({ type: 'text', parameter_name: name, text }));
}

function toHeaderParameters(header: TemplateHeader): Parameter[] {
  if ('text' in header) return toTexts(header.text);
  if ('image' in header) return [{ type: 'image', image: toMedia(header.image) }];
  if ('video' in header) return [{ type: 'video', video: toMedia(header.video) }];
  if ('location' in header) return [{ type: 'location', location: header.location }];
  return [{ type: 'document', document: present({ ...toMedia(header.document), filename: header.filename }) }];
}

function toButton(button: TemplateButton, place: number): TemplateComponent {
  const index = String(button.index ?? place);
  const component = (sub_type: string, parameter: Parameter): TemplateComponent => ({
    type: 'button',
    sub_type,
    index,
    parameters: [parameter],
  });
  if ('payload' in button) return component('quick_reply', { type: 'payload', payload: button.payload });
  if ('urlSuffix' in button) return component('url', { type: 'text', text: button.urlSuffix });
  if ('couponCode' in button) return component('copy_code', { type: 'coupon_code', coupon_code: button.couponCode });
  const action = present({ flow_token: button.formToken, flow_action_data: button.data });
  return component('flow', { type: 'action', action });
}

function toComponents({
  header,
  body,
  buttons = [],
  offerExpiresAt,
  components = [],
}: TemplateContent): TemplateComponent[] {
  const list: TemplateComponent[] = [];
  if (header !== undefined) list.push({ type: 'header', parameters: toHeaderParameters(header) });
  if (body !== undefined) list.push({ type: 'body', parameters: toTexts(body) });
  if (offerExpiresAt !== undefined) {
    const offer = { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: offerExpiresAt } };
    list.push({ type: 'limited_time_offer', parameters: [offer] });
  }
  return [...list, ...buttons.map(toButton), ...components];
}

/**
 * @example
 * template('order_note', 'en_US', { body: { first_name: 'Ana' }, buttons: [{ urlSuffix: 'ord-77' }] })
 */
export function template(name: string, language: string, content: TemplateContent = {}): TemplateMessage {
  const components = toComponents(content);
  return {
    type: 'template',
    template: { name, language: { code: language }, ...(components.length === 0 ? {} : { components }) },
  };
}

/** An authentication template (one-tap, zero-tap and copy-code alike): the code, at most 15 characters, in body and button. */
export function authentication(name: string, language: string, code: string): TemplateMessage {
  return template(name, language, { body: [code], buttons: [{ urlSuffix: code }] });
}
