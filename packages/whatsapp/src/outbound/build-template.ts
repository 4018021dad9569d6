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
  | { readonly location: Place }
  | { readonly product: { readonly sku: string; readonly catalogId?: string } };

/** One button that takes a parameter. `index` counts all buttons of the template from 0; default its place in the list. */
export type TemplateButton = { readonly index?: number } & (
  | { readonly payload: string }
  | { readonly urlSuffix: string }
  | { readonly couponCode: string }
  | { readonly formToken: string; readonly data?: { readonly [key: string]: unknown } }
  /** Of a catalogue button: the product pictured. Of a product list: also the products, in titled sections. */
  | { readonly thumbnailSku: string; readonly sections?: readonly ProductGroup[] }
  /** Of a call button: how long it works (1 to 43,200 minutes), and what comes back with the call. */
  | { readonly callMinutes: number; readonly payload?: string }
  /** Of a payment button: Meta's `order_details`. */
  | { readonly orderDetails: { readonly [key: string]: unknown } }
);

export interface ProductGroup {
  readonly title: string;
  readonly skus: readonly string[];
}

/** A card of a carousel; its number is its place in the list. */
export interface TemplateCard {
  readonly header?: TemplateHeader;
  readonly body?: TemplateTexts;
  readonly buttons?: readonly TemplateButton[];
}

export interface TemplateContent {
  readonly header?: TemplateHeader;
  readonly body?: TemplateTexts;
  readonly buttons?: readonly TemplateButton[];
  /** Of a carousel, one for each card of the template. */
  readonly cards?: readonly TemplateCard[];
  /** End of a limited-time offer, unix milliseconds. */
  readonly offerExpiresAt?: number;
  /** Components in Meta's own shape, for what has no key here, added at the end. */
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
  if ('product' in header) {
    const { sku, catalogId } = header.product;
    return [{ type: 'product', product: present({ product_retailer_id: sku, catalog_id: catalogId }) }];
  }
  return [{ type: 'document', document: present({ ...toMedia(header.document), filename: header.filename }) }];
}

const toProducts = ({ title, skus }: ProductGroup): object => ({
  title,
  product_items: skus.map((sku) => ({ product_retailer_id: sku })),
});

/** Meta's name of the button and what it takes. */
function toButtonParameters(button: TemplateButton): [subType: string, ...Parameter[]] {
  if ('callMinutes' in button) {
    const minutes = { type: 'ttl_minutes', ttl_minutes: button.callMinutes };
    return ['voice_call', minutes, ...(button.payload === undefined ? [] : [toPayload(button.payload)])];
  }
  if ('payload' in button) return ['quick_reply', toPayload(button.payload)];
  if ('urlSuffix' in button) return ['url', { type: 'text', text: button.urlSuffix }];
  if ('couponCode' in button) return ['copy_code', { type: 'coupon_code', coupon_code: button.couponCode }];
  if ('orderDetails' in button)
    return ['order_details', { type: 'action', action: { order_details: button.orderDetails } }];
  if ('thumbnailSku' in button) {
    const sections = button.sections?.map(toProducts);
    const action = present({ thumbnail_product_retailer_id: button.thumbnailSku, sections });
    return [sections === undefined ? 'catalog' : 'mpm', { type: 'action', action }];
  }
  const action = present({ flow_token: button.formToken, flow_action_data: button.data });
  return ['flow', { type: 'action', action }];
}

const toPayload = (payload: string): Parameter => ({ type: 'payload', payload });

function toButton(button: TemplateButton, place: number): TemplateComponent {
  const [sub_type, ...parameters] = toButtonParameters(button);
  return { type: 'button', sub_type, index: String(button.index ?? place), parameters };
}

function toParts({ header, body, buttons = [] }: TemplateCard): {
  texts: TemplateComponent[];
  buttons: TemplateComponent[];
} {
  const texts: TemplateComponent[] = [];
  if (header !== undefined) texts.push({ type: 'header', parameters: toHeaderParameters(header) });
  if (body !== undefined) texts.push({ type: 'body', parameters: toTexts(body) });
  return { texts, buttons: buttons.map(toButton) };
}

function toCarousel(cards: readonly TemplateCard[]): TemplateComponent {
  const toCard = (card: TemplateCard, card_index: number) => {
    const { texts, buttons } = toParts(card);
    return { card_index, components: [...texts, ...buttons] };
  };
  return { type: 'carousel', cards: cards.map(toCard) };
}

function toOffer(expiration_time_ms: number): TemplateComponent {
  return {
    type: 'limited_time_offer',
    parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms } }],
  };
}

function toComponents(content: TemplateContent): TemplateComponent[] {
  const { offerExpiresAt, cards, components = [] } = content;
  const { texts, buttons } = toParts(content);
  return [
    ...texts,
    ...(offerExpiresAt === undefined ? [] : [toOffer(offerExpiresAt)]),
    ...buttons,
    ...(cards === undefined ? [] : [toCarousel(cards)]),
    ...components,
  ];
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
