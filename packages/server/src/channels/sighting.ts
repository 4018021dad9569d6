import type { OutgoingMessage, Recipient, WhapiSent } from '@wharf/whatsapp';

/** A send whose answer was lost. */
export interface DoubtfulSend {
  readonly address: Recipient;
  readonly payload: OutgoingMessage;
  /** Unix ms. */
  readonly sinceMs: number;
}

/** `absent`: the list is whole and does not hold it, so it never left. */
export type Sighting = { readonly found: string } | 'absent' | 'unknown';

/** Whapi.Cloud's words for what we send; what is missing here cannot be told from anything else. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'link_preview'],
  image: ['image'],
  video: ['video', 'gif'],
  audio: ['audio', 'voice'],
  document: ['document'],
  sticker: ['sticker'],
  location: ['location'],
  contacts: ['contact', 'contact_list'],
  interactive: ['interactive', 'buttons', 'list', 'carousel'],
};

function wordsOf(message: OutgoingMessage): string | undefined {
  if (message.type === 'text') return message.text.body;
  if (message.type === 'interactive') return message.interactive.body?.text;
  if (message.type === 'image') return message.image.caption;
  if (message.type === 'video') return message.video.caption;
  return message.type === 'document' ? message.document.caption : undefined;
}

/**
 * Which entry of the provider's list, if any, is this message: of its type and with its words, and not known as another
 * one. With several alike the first is taken: they say the same to the same person.
 */
export function decideSighting(
  message: OutgoingMessage,
  sent: readonly WhapiSent[],
  known: ReadonlySet<string>,
): Sighting {
  const types = TYPES[message.type];
  if (types === undefined) return 'unknown';
  const words = wordsOf(message)?.trim();
  const free = sent.filter((one) => types.includes(one.type) && !known.has(one.id));
  const match = free.find((one) => words === undefined || one.text?.trim() === words);
  if (match) return { found: match.id };
  // Of this type and with other words: it may have been changed on its way, so nobody can tell.
  return free.length === 0 ? 'absent' : 'unknown';
}
