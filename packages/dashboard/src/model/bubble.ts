import type { Message } from '../api/types.ts';
import { type ChoiceGroup, parseChoices } from './choices.ts';
import { asList, asObject, asText, type Json } from './json.ts';

/** What a message says, ready to be shown. Only `text` is formatted; whatever a body lacks is null. */
export interface Bubble {
  /** What it is, where that is not words alone: "Photo", "Tapped a button". */
  about: string | null;
  header: string | null;
  text: string | null;
  footer: string | null;
  choices: ChoiceGroup[];
}

type Parse = (body: Json, type: string) => Partial<Bubble>;

const MEDIA: Readonly<Record<string, string>> = {
  image: 'Photo',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Sticker',
};

/** Inbound, `body` is the event's content, with the type's fields in it; outbound, Meta's body, with them one deeper. */
const partOf = (body: Json, type: string): Json => (body[type] === undefined ? body : asObject(body[type]));

const toFile: Parse = (body, type) => toMedia(partOf(body, body.media === undefined ? type : 'media'), type);

const PARSERS: Readonly<Record<string, Parse>> = {
  text: (body) => ({ text: asText(body.body) ?? asText(asObject(body.text).body) ?? null }),
  image: toFile,
  video: toFile,
  audio: toFile,
  document: toFile,
  sticker: toFile,
  location: (body) => toLocation(partOf(body, 'location')),
  contacts: (body) => ({ about: 'Contact card', text: asList(body.contacts).map(toCardName).join(', ') || null }),
  button: (body) => ({ about: 'Tapped a button', text: asText(body.title) ?? null }),
  list: (body) => ({
    about: 'Picked from a list',
    text: asText(body.title) ?? null,
    footer: asText(body.description) ?? null,
  }),
  interactive: (body) => toInteractive(asObject(body.interactive)),
  template: (body) => toTemplate(asObject(body.template)),
  reaction: (body) => toReaction(asObject(body.reaction)),
  poll: (body) => toPoll(body),
};

/** A type this page does not know, or a body without its words, is shown by its one-line preview. */
export function parseBubble({ body, type, preview }: Pick<Message, 'body' | 'type' | 'preview'>): Bubble {
  const parsed = Object.hasOwn(PARSERS, type) ? (PARSERS[type]?.(body, type) ?? {}) : {};
  const bubble: Bubble = { about: null, header: null, text: null, footer: null, choices: [], ...parsed };
  const isEmpty = !(bubble.about ?? bubble.header ?? bubble.text) && bubble.choices.length === 0;
  return isEmpty ? { ...bubble, text: preview } : bubble;
}

/** WhatsApp id of the message it answers or reacts to. */
export function toTargetId({ quotedId, type, body }: Pick<Message, 'quotedId' | 'type' | 'body'>): string | null {
  return quotedId ?? (type === 'reaction' ? (asText(asObject(body.reaction).message_id) ?? null) : null);
}

function toMedia(media: Json, kind: string): Partial<Bubble> {
  const word = media.voice === true ? 'Voice note' : (MEDIA[kind] ?? kind);
  const name = asText(media.filename);
  return { about: name ? `${word}: ${name}` : word, text: asText(media.caption) ?? null };
}

function toLocation({ name, address, latitude, longitude }: Json): Partial<Bubble> {
  const place = [asText(name), asText(address)].filter(Boolean).join('\n');
  return { about: 'Location', text: place || `${String(latitude)}, ${String(longitude)}` };
}

function toCardName(card: Json): string {
  const name = asObject(card.name);
  return asText(name.formatted_name) ?? asText(name.first_name) ?? asText(card.name) ?? 'somebody';
}

function toInteractive(part: Json): Partial<Bubble> {
  const header = asObject(part.header);
  const kind = asText(header.type);
  return {
    about: kind && kind !== 'text' ? (MEDIA[kind] ?? kind) : null,
    header: asText(header.text) ?? null,
    text: asText(asObject(part.body).text) ?? null,
    footer: asText(asObject(part.footer).text) ?? null,
    choices: parseChoices(asText(part.type) ?? '', asObject(part.action)),
  };
}

/** A template travels as a name and values; its words are the provider's. Shown where those are not known. */
function toTemplate(part: Json): Partial<Bubble> {
  const values = asList(part.components)
    .flatMap((component) => asList(component.parameters))
    .flatMap((parameter) => asText(parameter.text) ?? []);
  return {
    about: toTemplateName(part),
    text: values.join(' · ') || null,
    footer: values.length > 0 ? `${UNKNOWN_WORDS} It was sent with these values.` : UNKNOWN_WORDS,
  };
}

const UNKNOWN_WORDS = 'What it says is not stored here.';

/** "Template order_update": what an agent knows a template by. */
export const toTemplateName = (part: Json): string => `Template ${asText(part.name) ?? ''}`.trim();

function toReaction(part: Json): Partial<Bubble> {
  const emoji = asText(part.emoji);
  return emoji ? { about: 'Reacted', text: emoji } : { about: 'Took a reaction back' };
}

function toPoll(body: Json): Partial<Bubble> {
  const options = Array.isArray(body.options) ? body.options.flatMap((option) => asText(option) ?? []) : [];
  const items = options.map((label) => ({ label, detail: null }));
  return { about: 'Poll', text: asText(body.title) ?? null, choices: items.length > 0 ? [{ title: null, items }] : [] };
}
