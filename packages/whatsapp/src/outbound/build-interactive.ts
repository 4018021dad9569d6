import type {
  CarouselCard,
  FormParameters,
  Interactive,
  InteractiveHeader,
  ListRow,
  ListSection,
  OutgoingMessage,
  ProductSection,
} from '../message.ts';
import { toMedia } from './media.ts';
import type { Media } from './media.ts';
import { present } from './present.ts';

/** Interactive messages: what the person can tap. Limits are in `checkMessage`, not here. */
type InteractiveMessage = Extract<OutgoingMessage, { readonly type: 'interactive' }>;

/** A string is a text header; otherwise the file shown above the body. */
export type Header =
  | string
  | { readonly image: Media }
  | { readonly video: Media }
  | { readonly document: Media; readonly filename?: string };

/** What stands above and below the body. */
export interface Frame {
  readonly header?: Header;
  readonly footer?: string;
}

function toHeader(header: Header): InteractiveHeader {
  if (typeof header === 'string') return { type: 'text', text: header };
  if ('image' in header) return { type: 'image', image: toMedia(header.image) };
  if ('video' in header) return { type: 'video', video: toMedia(header.video) };
  return { type: 'document', document: present({ ...toMedia(header.document), filename: header.filename }) };
}

function around({ header, footer }: Frame): { header?: InteractiveHeader; footer?: { text: string } } {
  return {
    ...(header === undefined ? {} : { header: toHeader(header) }),
    ...(footer === undefined ? {} : { footer: { text: footer } }),
  };
}

function framed(
  body: string,
  frame: Frame,
): { header?: InteractiveHeader; body: { text: string }; footer?: { text: string } } {
  return { ...around(frame), body: { text: body } };
}

const message = (interactive: Interactive): InteractiveMessage => ({ type: 'interactive', interactive });

/** A reply button: `id` comes back in the answer, `title` is what the person sees. */
export interface Choice {
  readonly id: string;
  readonly title: string;
}

/**
 * One to three reply buttons.
 * @example buttons('Is the order right?', [{ id: 'yes', title: 'Yes' }, { id: 'no', title: 'No' }], { footer: 'Bright Shoes' })
 */
export function buttons(body: string, choices: readonly Choice[], frame: Frame = {}): InteractiveMessage {
  const replies = choices.map(({ id, title }) => ({ type: 'reply' as const, reply: { id, title } }));
  return message({ type: 'button', ...framed(body, frame), action: { buttons: replies } });
}

/**
 * A menu of up to ten rows behind one button. Pass rows, or sections of rows.
 * @example list('What do you need?', 'Open', [{ id: 'price', title: 'Prices' }, { id: 'hours', title: 'Opening hours' }])
 */
export function list(
  body: string,
  button: string,
  menu: readonly ListSection[] | readonly ListRow[],
  frame: Frame = {},
): InteractiveMessage {
  const sections = menu.every((each) => 'rows' in each) ? menu : [{ rows: menu }];
  return message({ type: 'list', ...framed(body, frame), action: { button, sections } });
}

/** One button that opens a web page. */
export function ctaUrl(
  body: string,
  link: { readonly title: string; readonly url: string },
  frame: Frame = {},
): InteractiveMessage {
  return message({
    type: 'cta_url',
    ...framed(body, frame),
    action: { name: 'cta_url', parameters: { display_text: link.title, url: link.url } },
  });
}

/** Asks where the person is; the answer is a location message. */
export function locationRequest(body: string): InteractiveMessage {
  return message({ type: 'location_request_message', body: { text: body }, action: { name: 'send_location' } });
}

/** Asks for the phone number of a person who is known by username only; the answer is a contacts message. */
export function contactRequest(body: string): InteractiveMessage {
  return message({ type: 'request_contact_info', body: { text: body }, action: { name: 'request_contact_info' } });
}

/** Asks for a postal address (numbers of India and Singapore). `details`: `values`, `saved_addresses`, `validation_errors`. */
export function address(
  body: string,
  country: string,
  details: { readonly [key: string]: unknown } = {},
): InteractiveMessage {
  return message({
    type: 'address_message',
    body: { text: body },
    action: { name: 'address_message', parameters: { ...details, country } },
  });
}

/**
 * A button that calls the business inside WhatsApp. Without a title Meta writes "Call Now"; it works for `ttlMinutes`
 * (1 to 43,200, default seven days); `payload` comes back with the call.
 */
export function voiceCall(
  body: string,
  call: { readonly title?: string; readonly ttlMinutes?: number; readonly payload?: string } = {},
): InteractiveMessage {
  const parameters = present({ display_text: call.title, ttl_minutes: call.ttlMinutes, payload: call.payload });
  const given = Object.keys(parameters).length === 0 ? {} : { parameters };
  return message({ type: 'voice_call', body: { text: body }, action: { name: 'voice_call', ...given } });
}

/** Asks whether the business may call the person. */
export function callPermission(body?: string): InteractiveMessage {
  const frame = body === undefined ? {} : { body: { text: body } };
  return message({ type: 'call_permission_request', ...frame, action: { name: 'call_permission_request' } });
}

/** One product of a catalogue. `body` and `footer` are optional; a header is not allowed. */
export function product(
  catalogId: string,
  sku: string,
  frame: { readonly body?: string; readonly footer?: string } = {},
): InteractiveMessage {
  const body = frame.body === undefined ? {} : { body: { text: frame.body } };
  const footer = frame.footer === undefined ? {} : { footer: { text: frame.footer } };
  return message({ type: 'product', ...body, ...footer, action: { catalog_id: catalogId, product_retailer_id: sku } });
}

/** Up to 30 products of a catalogue in titled sections; the header text is required. */
export function productList(
  body: string,
  shop: {
    readonly catalogId: string;
    readonly header: string;
    /** The title may be left out when there is one section only. */
    readonly sections: readonly { readonly title?: string; readonly skus: readonly string[] }[];
  },
  frame: { readonly footer?: string } = {},
): InteractiveMessage {
  const sections: ProductSection[] = shop.sections.map(({ title, skus }) =>
    present({ title, product_items: skus.map((sku) => ({ product_retailer_id: sku })) }),
  );
  return message({
    type: 'product_list',
    ...framed(body, { ...frame, header: shop.header }),
    action: { catalog_id: shop.catalogId, sections },
  });
}

/** A button that opens the whole catalogue; `thumbnailSku` is the product pictured. */
export function catalogue(
  body: string,
  options: { readonly thumbnailSku?: string; readonly footer?: string } = {},
): InteractiveMessage {
  const { thumbnailSku, footer } = options;
  const parameters = thumbnailSku === undefined ? {} : { parameters: { thumbnail_product_retailer_id: thumbnailSku } };
  const frame: Frame = footer === undefined ? {} : { footer };
  return message({
    type: 'catalog_message',
    ...framed(body, frame),
    action: { name: 'catalog_message', ...parameters },
  });
}

/** A card with a picture or film, and one link or some quick replies; or a product. All cards of a carousel are alike. */
export type Card =
  | {
      readonly header: Exclude<Header, string>;
      readonly body?: string;
      readonly link: { readonly title: string; readonly url: string };
    }
  | { readonly header: Exclude<Header, string>; readonly body?: string; readonly choices: readonly Choice[] }
  | { readonly catalogId: string; readonly sku: string };

function toCard(card: Card, index: number): CarouselCard {
  if ('sku' in card)
    return {
      card_index: index,
      type: 'product',
      action: { product_retailer_id: card.sku, catalog_id: card.catalogId },
    };
  const body = card.body === undefined ? {} : { body: { text: card.body } };
  const action =
    'link' in card
      ? { name: 'cta_url' as const, parameters: { display_text: card.link.title, url: card.link.url } }
      : {
          buttons: card.choices.map(({ id, title }) => ({ type: 'quick_reply' as const, quick_reply: { id, title } })),
        };
  return { card_index: index, type: 'cta_url', header: toHeader(card.header), ...body, action };
}

/** Two to ten cards to swipe through. */
export function carousel(body: string, cards: readonly Card[]): InteractiveMessage {
  return message({ type: 'carousel', body: { text: body }, action: { cards: cards.map(toCard) } });
}

/** An in-chat form (Meta calls them Flows), by `id` or by `name`. */
export interface Form {
  readonly id?: string;
  readonly name?: string;
  /** The button's text, at most 30 characters, no emoji. */
  readonly button: string;
  /** Comes back with the answer. */
  readonly token?: string;
  readonly draft?: boolean;
  /** First screen and its data. Leave out to let your endpoint answer the first screen (`data_exchange`). */
  readonly screen?: string;
  readonly data?: { readonly [key: string]: unknown };
}

export function form(body: string, form: Form, frame: Frame = {}): InteractiveMessage {
  const parameters: FormParameters = present({
    flow_message_version: '3',
    flow_id: form.id,
    flow_name: form.name,
    flow_cta: form.button,
    flow_token: form.token,
    mode: form.draft === true ? 'draft' : undefined,
    flow_action: form.screen === undefined ? 'data_exchange' : 'navigate',
    flow_action_payload: form.screen === undefined ? undefined : present({ screen: form.screen, data: form.data }),
  }) as FormParameters;
  return message({ type: 'flow', ...framed(body, frame), action: { name: 'flow', parameters } });
}

/** An order to pay. `parameters` in Meta's shape; the total must be subtotal + tax + shipping − discount. */
export function orderDetails(
  body: string,
  parameters: { readonly [key: string]: unknown },
  frame: Frame = {},
): InteractiveMessage {
  return message({ type: 'order_details', ...framed(body, frame), action: { name: 'review_and_pay', parameters } });
}

/** News about an order sent before with {@link orderDetails}. */
export function orderStatus(
  body: string,
  order: { readonly reference: string; readonly status: string; readonly description?: string },
): InteractiveMessage {
  const { reference, status, description } = order;
  const parameters = { reference_id: reference, order: present({ status, description }) };
  return message({ type: 'order_status', body: { text: body }, action: { name: 'review_order', parameters } });
}
