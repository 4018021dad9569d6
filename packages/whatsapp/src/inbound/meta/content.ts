import type { ContactCard, MediaRef, MessageContent, OrderItem } from '../../events.ts';
import { toErrors } from '../errors.ts';
import { toLocation } from '../location.ts';
import { toMedia } from '../media.ts';
import { type JsonObject, present, rowOf, toBody, toList, toNumber, toObject, toPart, toText } from '../read.ts';
import { toInteractive } from './interactive.ts';
import type { MessageType } from './vocabulary.ts';

/** Reads the object under the type's key; undefined when it is not what the type promises. */
type ContentReader = (body: unknown, message: JsonObject) => MessageContent | undefined;

/** Types that change an earlier message or a person are events of their own, never content. */
export type ActionType = 'edit' | 'reaction' | 'revoke' | 'system';

const CONTENT = {
  text: (body) => {
    const text = toBody(toPart(body).body);
    return text === undefined ? undefined : { type: 'text', body: text };
  },
  image: mediaOf('image'),
  video: mediaOf('video'),
  audio: mediaOf('audio'),
  document: mediaOf('document'),
  sticker: mediaOf('sticker'),
  location: toLocation,
  contacts: toContacts,
  interactive: (body, message) =>
    toObject(body) === undefined ? toUnsupported({ type: 'interactive' }, message) : toInteractive(body),
  button: toTemplateButton,
  order: toOrder,
  unsupported: toUnsupported,
  request_welcome: () => ({ type: 'request_welcome' }),
  media_placeholder: () => ({ type: 'media_placeholder' }),
} satisfies Record<Exclude<MessageType, ActionType>, ContentReader>;

/** What a message says. A new type, or a known one with a broken body, is kept whole as `unknown`. */
export function toContent(message: JsonObject): MessageContent {
  const type = toText(message.type) ?? '';
  const reader = rowOf<ContentReader>(CONTENT, type);
  return reader?.(message[type], message) ?? { type: 'unknown', name: type, raw: message };
}

function mediaOf(kind: MediaRef['kind']): ContentReader {
  return (body) => {
    const media = toObject(body);
    return media === undefined ? undefined : { type: 'media', media: toMedia(kind, media) };
  };
}

function toContacts(body: unknown, message: JsonObject): MessageContent | undefined {
  const cards = toList(body).filter((card): card is ContactCard => toObject(card) !== undefined);
  if (cards.length === 0) return undefined;
  // `contact_request` marks the answer to a request for the phone number; an earlier revision put it on the message.
  const origin =
    cards.map((card) => toText(card.origin)).find((found) => found !== undefined) ?? toText(message.origin);
  return present<MessageContent>({ type: 'contacts', contacts: cards, origin });
}

/** The tap on a template's quick reply. Without a payload its text is the id: Meta sends both equal by default. */
function toTemplateButton(body: unknown): MessageContent | undefined {
  const button = toPart(body);
  const title = toText(button.text);
  const id = toText(button.payload) ?? title;
  return id === undefined ? undefined : { type: 'button', via: 'template', id, title: title ?? '' };
}

function toOrder(body: unknown): MessageContent | undefined {
  const order = toObject(body);
  if (order === undefined) return undefined;
  return present<MessageContent>({
    type: 'order',
    catalogId: toText(order.catalog_id),
    text: toText(order.text),
    items: toList(order.product_items).flatMap(toOrderItems),
  });
}

function toOrderItems(item: unknown): readonly OrderItem[] {
  const row = toPart(item);
  const sku = toText(row.product_retailer_id);
  if (sku === undefined) return [];
  const quantity = toNumber(row.quantity) ?? 1;
  return [present<OrderItem>({ sku, quantity, price: toNumber(row.item_price), currency: toText(row.currency) })];
}

function toUnsupported(body: unknown, message: JsonObject): MessageContent {
  const { type, raw_type: rawType } = toPart(body);
  return present<MessageContent>({
    type: 'unsupported',
    what: toText(type) ?? toText(rawType),
    errors: toErrors(message.errors),
  });
}
