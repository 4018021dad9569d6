import type { ContactCard, MediaRef, MessageContent } from '../../events.ts';
import { toMedia } from '../media.ts';
import { toLocation } from '../location.ts';
import { type JsonObject, present, rowOf, toBody, toList, toObject, toPart, toText } from '../read.ts';
import type { WhapiMessageType } from './vocabulary.ts';

type ContentReader = (body: unknown, message: JsonObject) => MessageContent | undefined;

/** Types that act on an earlier message, or are notices of the app. */
export type WhapiActionType = 'action' | 'pin' | 'poll_update' | 'system';

/** Types whose object is only worth showing, so it is kept whole. */
const RAW: ContentReader = () => undefined;

const CONTENT = {
  text: toTextContent,
  link_preview: toTextContent,
  image: mediaOf('image'),
  video: mediaOf('video'),
  gif: mediaOf('video', { animated: true }),
  short: mediaOf('video'),
  audio: mediaOf('audio'),
  voice: mediaOf('audio', { voice: true }),
  document: mediaOf('document'),
  sticker: mediaOf('sticker'),
  location: toLocation,
  live_location: (body) => toLocation({ ...toPart(body), live: true }),
  contact: (body) => (toObject(body) === undefined ? undefined : { type: 'contacts', contacts: [body as ContactCard] }),
  contact_list: toContactList,
  reply: toReply,
  order: toOrder,
  poll: toPoll,
  admin_invite: RAW,
  buttons: RAW,
  call: RAW,
  carousel: RAW,
  catalog: RAW,
  event: RAW,
  group_invite: RAW,
  hsm: RAW,
  interactive: RAW,
  list: RAW,
  newsletter_invite: RAW,
  product: RAW,
  product_items: RAW,
  story: RAW,
  unknown: RAW,
} satisfies Record<Exclude<WhapiMessageType, WhapiActionType>, ContentReader>;

export function toWhapiContent(message: JsonObject): MessageContent {
  const type = toText(message.type) ?? '';
  const reader = rowOf<ContentReader>(CONTENT, type);
  return reader?.(message[type], message) ?? { type: 'unknown', name: type, raw: message };
}

function toTextContent(body: unknown): MessageContent | undefined {
  const text = toBody(toPart(body).body);
  return text === undefined ? undefined : { type: 'text', body: text };
}

function mediaOf(kind: MediaRef['kind'], marks: { voice?: boolean; animated?: boolean } = {}): ContentReader {
  return (body) => {
    const media = toObject(body);
    return media === undefined ? undefined : { type: 'media', media: { ...toMedia(kind, media), ...marks } };
  };
}

function toContactList(body: unknown): MessageContent | undefined {
  const cards = toList(toPart(body).list).filter((card): card is ContactCard => toObject(card) !== undefined);
  return cards.length === 0 ? undefined : { type: 'contacts', contacts: cards };
}

/** A tap. Whapi prefixes the id you gave (`ButtonsV3:yes-1`); what follows the first colon is yours. */
function toReply(body: unknown): MessageContent | undefined {
  const reply = toPart(body);
  const button = toPart(reply.buttons_reply);
  const row = toPart(reply.list_reply);
  const id = toOwnId(button.id) ?? toOwnId(row.id);
  if (id === undefined) return undefined;
  if (toText(button.id) !== undefined) {
    return { type: 'button', via: 'interactive', id, title: toText(button.title) ?? '' };
  }
  return present<MessageContent>({
    type: 'list',
    id,
    title: toText(row.title) ?? '',
    description: toText(row.description),
  });
}

function toOwnId(value: unknown): string | undefined {
  const text = toText(value);
  return text === undefined ? undefined : text.slice(text.indexOf(':') + 1);
}

/** Whapi's webhook carries the order's number and total, not its items. */
function toOrder(body: unknown): MessageContent | undefined {
  const order = toObject(body);
  if (order === undefined) return undefined;
  return present<MessageContent>({
    type: 'order',
    orderId: toText(order.order_id),
    text: toText(order.text),
    items: [],
  });
}

function toPoll(body: unknown): MessageContent | undefined {
  const poll = toObject(body);
  if (poll === undefined) return undefined;
  const options = toList(poll.options).flatMap((option) => toText(option) ?? toText(toPart(option).name) ?? []);
  return { type: 'poll', title: toText(poll.title) ?? '', options };
}
