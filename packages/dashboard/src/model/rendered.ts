import { asList, asObject, asText, type Json } from './json.ts';

/** A template as a person sees it. Whatever it lacks is null or empty. */
export interface Rendered {
  header: RenderedHeader | null;
  body: string;
  footer: string | null;
  buttons: RenderedButton[];
  cards: Rendered[];
  offer: { text: string; expiresAt: number | null } | null;
}

interface RenderedHeader {
  format: string;
  text: string | null;
  /** Its file: by its id, ours or the provider's, or by a link to anywhere. */
  mediaId: string | null;
  link: string | null;
}

export interface RenderedButton {
  type: string;
  text: string;
  /** Where it leads or whom it calls, or what it copies. */
  detail: string | null;
}

export function parseRendered(value: unknown): Rendered {
  const { header, body, footer, buttons, cards, offer } = asObject(value);
  return {
    header: header === undefined ? null : toHeader(asObject(header)),
    body: asText(body) ?? '',
    footer: asText(footer) ?? null,
    buttons: asList(buttons).map(toButton),
    cards: asList(cards).map(parseRendered),
    offer: offer === undefined ? null : toOffer(asObject(offer)),
  };
}

const toHeader = ({ format, text, media }: Json): Rendered['header'] => ({
  format: asText(format) ?? 'text',
  text: asText(text) ?? null,
  mediaId: asText(asObject(media).id) ?? null,
  link: asText(asObject(media).link) ?? null,
});

const toButton = ({ type, text, url, phone, code }: Json): RenderedButton => ({
  type: asText(type) ?? '',
  text: asText(text) ?? (asText(type) === 'copy_code' ? 'Copy offer code' : ''),
  detail: asText(url) ?? asText(phone) ?? asText(code) ?? null,
});

const toOffer = ({ text, expiresAt }: Json): Rendered['offer'] => ({
  text: asText(text) ?? '',
  expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
});

/** In one line: the words of a message, of a template those that the person reads. */
export function toLine({ rendered, preview }: { rendered: unknown; preview: string }): string {
  if (rendered === null) return preview;
  const { header, body } = parseRendered(rendered);
  return [header?.text, body].filter(Boolean).join(' · ').replaceAll(/\s+/g, ' ') || preview;
}
