import type { OutgoingContact, OutgoingMessage } from '../message.ts';
import { toMedia } from './media.ts';
import type { Media } from './media.ts';
import { present } from './present.ts';

/** Messages as one line of code. Builders only arrange: nothing is checked or cut here, see `checkMessage`. */

type Of<T extends OutgoingMessage['type']> = Extract<OutgoingMessage, { readonly type: T }>;
/** `previewUrl` shows a preview of the first link in the text. */
export function text(body: string, options: { readonly previewUrl?: boolean } = {}): Of<'text'> {
  return { type: 'text', text: present({ body, preview_url: options.previewUrl }) };
}

export function image(media: Media, caption?: string): Of<'image'> {
  return { type: 'image', image: present({ ...toMedia(media), caption }) };
}

export function video(media: Media, caption?: string): Of<'video'> {
  return { type: 'video', video: present({ ...toMedia(media), caption }) };
}

/** A sound file. For a recording that looks spoken, see {@link voice}. */
export function audio(media: Media): Of<'audio'> {
  return { type: 'audio', audio: toMedia(media) };
}

/** A voice note: ogg with opus, mono. Up to 512 KB it shows a play button, above a download button. */
export function voice(media: Media): Of<'audio'> {
  return { type: 'audio', audio: { ...toMedia(media), voice: true } };
}

/** `filename` decides the icon and the extension the person sees. */
export function document(
  media: Media,
  options: { readonly filename?: string; readonly caption?: string } = {},
): Of<'document'> {
  return {
    type: 'document',
    document: present({ ...toMedia(media), filename: options.filename, caption: options.caption }),
  };
}

/** WebP, 512 × 512. */
export function sticker(media: Media): Of<'sticker'> {
  return { type: 'sticker', sticker: toMedia(media) };
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

export function location({ latitude, longitude, name, address }: Place): Of<'location'> {
  return { type: 'location', location: present({ latitude, longitude, name, address }) };
}

/** Contact cards in Meta's own shape. */
export function contacts(...cards: readonly OutgoingContact[]): Of<'contacts'> {
  return { type: 'contacts', contacts: cards };
}

/** The usual card: a name and a phone number with country code. */
export function contact(name: string, phone: string): OutgoingContact {
  const digits = phone.replace(/\D/g, '');
  return {
    name: { formatted_name: name, first_name: name },
    phones: [{ phone: `+${digits}`, wa_id: digits, type: 'CELL' }],
  };
}

/** Reacts to a message with one emoji, replacing an earlier reaction. */
export function reaction(messageId: string, emoji: string): Of<'reaction'> {
  return { type: 'reaction', reaction: { message_id: messageId, emoji } };
}

/** Takes the reaction back. */
export function unreact(messageId: string): Of<'reaction'> {
  return reaction(messageId, '');
}

/** Pins a message in a group, or takes the pin off. */
export function pin(messageId: string, options: { readonly unpin?: boolean; readonly days?: number } = {}): Of<'pin'> {
  const type = options.unpin === true ? 'unpin' : 'pin';
  return { type: 'pin', pin: present({ type, message_id: messageId, expiration_days: options.days }) };
}

/** Quotes an earlier message above this one. */
export function inReplyTo<T extends OutgoingMessage>(message: T, messageId: string): T {
  return { ...message, context: { message_id: messageId } };
}
