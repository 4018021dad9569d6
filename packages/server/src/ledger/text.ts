import type { MediaRef, MessageContent } from '@wharf/whatsapp';
import { toJson } from '#kit';

/** PostgreSQL text cannot hold NUL, and JSON text cannot hold half a surrogate pair: both become U+FFFD. */
export function toStorableText(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

const MAX_BODY = 256 * 1024;
const MAX_DEPTH = 200;
const UNREPRESENTABLE = '{"type":"unknown","name":"unrepresentable","raw":null}';

/** JSON for a jsonb column; what cannot be represented (too deep, too large) leaves a note, the delivery keeps it whole. */
export function toStorableJson(value: unknown): string {
  try {
    const text = toJson(value);
    if (text.length <= MAX_BODY && depthOf(text) <= MAX_DEPTH) return text;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return UNREPRESENTABLE;
}

/** The same as a value, for what travels inside a larger row. */
export const toStorable = (value: object): object => JSON.parse(toStorableJson(value)) as object;

// Not by JSON.parse: it would build the whole value. PostgreSQL's own parser gives up at a few thousand levels.
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (inString) {
      if (c === 92) i++;
      else if (c === 34) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 123 || c === 91) deepest = Math.max(deepest, ++depth);
    else if (c === 125 || c === 93) depth--;
  }
  return deepest;
}

const MEDIA_WORD = {
  image: 'Photo',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Sticker',
} as const;

function toMediaPreview(media: MediaRef): string {
  const word = media.voice ? 'Voice note' : MEDIA_WORD[media.kind];
  const rest = media.caption ?? media.filename;
  return rest ? `${word}: ${rest}` : word;
}

const PREVIEW: { readonly [T in MessageContent['type']]: (content: Extract<MessageContent, { type: T }>) => string } = {
  text: (c) => c.body,
  media: (c) => toMediaPreview(c.media),
  location: (c) => `Location${c.name ? `: ${c.name}` : ''}`,
  contacts: (c) => `Contact card${c.contacts.length > 1 ? `s (${c.contacts.length})` : ''}`,
  button: (c) => c.title,
  list: (c) => c.title,
  form: (c) => `Form: ${c.name}`,
  call_permission: (c) => `Call permission: ${c.response}`,
  order: (c) => `Order of ${c.items.length} item${c.items.length === 1 ? '' : 's'}`,
  poll: (c) => `Poll: ${c.title}`,
  media_placeholder: () => 'Media (not included)',
  request_welcome: () => 'Opened the chat',
  unsupported: (c) => `Unsupported message${c.what ? ` (${c.what})` : ''}`,
  unknown: (c) => `Unknown message type ${c.name}`,
};

const MAX_PREVIEW = 200;

/** One line for lists, at most 200 characters. */
export function toPreview(content: MessageContent): string {
  const make = PREVIEW[content.type] as (content: MessageContent) => string;
  return toLine(make(content));
}

export function toLine(text: string): string {
  return toStorableText(text).replace(/\s+/g, ' ').trim().slice(0, MAX_PREVIEW).toWellFormed();
}
