import type { MessageProblem, OutgoingMedia, OutgoingMessage, Recipient } from '../message.ts';
import type { JsonObject } from './graph-body.ts';
import { toVcard } from './vcard.ts';
import { toWhapiInteractive } from './whapi-interactive.ts';
import { toWhapiMedia } from './whapi-part.ts';
import type { WhapiPart } from './whapi-part.ts';
import { toSegment } from './path.ts';

/** One request to Whapi.Cloud. `path` starts with `/`; `body` is null where the endpoint takes none. */
export interface WhapiRequest {
  readonly ok: true;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body: JsonObject | null;
}
export type WhapiCall = WhapiRequest | { readonly ok: false; readonly problem: MessageProblem };
const isProblem = (part: WhapiPart): part is MessageProblem => 'field' in part;
const refuse = (field: string, message: string): WhapiCall => ({ ok: false, problem: { field, message } });

function toMediaPart(
  kind: string,
  media: OutgoingMedia & { readonly caption?: string; readonly filename?: string },
): WhapiPart {
  const { caption, filename } = media;
  const body = {
    media: toWhapiMedia(media),
    ...(caption === undefined ? {} : { caption }),
    ...(filename === undefined ? {} : { filename }),
  };
  return { path: `/messages/${kind}`, body };
}

function toContactsPart(contacts: Extract<OutgoingMessage, { type: 'contacts' }>['contacts']): WhapiPart {
  const cards = contacts.map((each) => ({ name: each.name.formatted_name, vcard: toVcard(each) }));
  const [first] = cards;
  if (first !== undefined && cards.length === 1) return { path: '/messages/contact', body: first };
  return { path: '/messages/contact_list', body: { list: cards } };
}

type Addressed = Exclude<OutgoingMessage, { type: 'reaction' | 'pin' }>;

function toPart(message: Addressed): WhapiPart {
  switch (message.type) {
    case 'text':
      return {
        path: '/messages/text',
        body: { body: message.text.body, no_link_preview: message.text.preview_url !== true },
      };
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return toMediaPart(
        message.type,
        (message as unknown as { readonly [type: string]: OutgoingMedia })[message.type] ?? {},
      );
    case 'audio':
      return toMediaPart(message.audio.voice === true ? 'voice' : 'audio', { ...message.audio });
    case 'location':
      return { path: '/messages/location', body: { ...message.location } };
    case 'contacts':
      return toContactsPart(message.contacts);
    case 'interactive':
      return toWhapiInteractive(message.interactive);
    case 'template':
    default:
      return {
        field: 'type',
        message:
          'a template exists at Meta only and this channel runs over Whapi.Cloud: send its text as a text message instead',
      };
  }
}

/** Digits for a person, the chat id as it is; a BSUID means nothing to Whapi. */
function toChat({ to, group }: Recipient): string | null {
  if (to === undefined) return null;
  return group === true || to.includes('@') ? to : to.replace(/\D/g, '');
}

function toReaction({ message_id, emoji }: { readonly message_id: string; readonly emoji: string }): WhapiCall {
  const path = `/messages/${toSegment(message_id)}/reaction`;
  return emoji === ''
    ? { ok: true, method: 'DELETE', path, body: null }
    : { ok: true, method: 'PUT', path, body: { emoji } };
}

function toPin(pin: Extract<OutgoingMessage, { type: 'pin' }>['pin']): WhapiCall {
  if (pin.expiration_days !== undefined)
    return refuse(
      'pin.expiration_days',
      'Whapi.Cloud takes no number of days for a pin: leave it out, and unpin when the time has come',
    );
  const path = `/messages/${toSegment(pin.message_id)}/pin`;
  return { ok: true, method: pin.type === 'pin' ? 'POST' : 'DELETE', path, body: null };
}

/**
 * The same message as a request to Whapi.Cloud, or the reason why Whapi cannot carry it. Whapi drives a WhatsApp Web
 * session: no templates, no catalogue messages, no forms, no requests for location or contact.
 */
export function toWhapiCall(message: OutgoingMessage, recipient: Recipient): WhapiCall {
  if (recipient.identityKeyHash !== undefined)
    return refuse('identityKeyHash', 'Whapi.Cloud cannot check who holds the phone: leave it out');
  if (message.type === 'reaction') return toReaction(message.reaction);
  if (message.type === 'pin') return toPin(message.pin);
  const to = toChat(recipient);
  if (to === null)
    return refuse(
      'recipient',
      'Whapi.Cloud knows no business-scoped user ids: a phone number or chat id is needed in "to"',
    );
  const part = toPart(message);
  if (isProblem(part)) return { ok: false, problem: part };
  const quoted = message.context === undefined ? {} : { quoted: message.context.message_id };
  return { ok: true, method: 'POST', path: part.path, body: { to, ...part.body, ...quoted } };
}
