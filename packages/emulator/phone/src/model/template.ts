import { isMediaKind, type MediaKind } from './media-kind.ts';
import { asList, asObject, asText, type Json } from './json.ts';

/**
 * A template as sent holds a name and values, not its words. The emulator puts the approved words beside them
 * (`rendered`); without them the bubble shows the name and the values, and says so.
 */
export interface TemplateView extends TemplateParts {
  kind: 'template';
  name: string;
  language: string;
  values: string[];
}

/** What a template and each card of its carousel are made of. */
export interface TemplateParts {
  /** Undefined: the words are not known. */
  text?: string;
  header?: string;
  headerMedia?: MediaKind;
  /** Where the page loads the header's file from. */
  headerUrl?: string;
  footer?: string;
  /** A limited-time offer, with its end in unix milliseconds. */
  offer?: { text: string; expiresAt?: number };
  buttons: TemplateButton[];
  cards: TemplateParts[];
}

export type TemplateButton =
  | { kind: 'reply'; title: string; payload: string }
  | { kind: 'link'; title: string; url: string }
  | { kind: 'code'; title: string; code: string }
  /** Calls, forms and whatever comes next: shown, not acted on. */
  | { kind: 'plain'; title: string };

/** `part` is Meta's `template` object, `body` the whole message body. */
export function parseTemplate(part: Json, body: Json): TemplateView {
  const components = asList(part.components);
  const parts = toParts(asObject(body.rendered ?? part.rendered));
  return {
    kind: 'template',
    name: asText(part.name) ?? 'template',
    language: asText(asObject(part.language).code) ?? '',
    values: toValues(components),
    ...parts,
    buttons: parts.buttons.length > 0 ? parts.buttons : toQuickReplies(components),
  };
}

function toParts(rendered: Json): TemplateParts {
  const header = asObject(rendered.header);
  const headerType = asText(header.type);
  return {
    text: asText(rendered.text),
    header: asText(header.text) ?? toPlace(header),
    headerMedia: isMediaKind(headerType) ? headerType : undefined,
    headerUrl: toHeaderUrl(asObject(header[headerType ?? ''])),
    footer: asText(rendered.footer),
    offer: toOffer(asObject(rendered.offer)),
    buttons: asList(rendered.buttons).map(toButton),
    cards: asList(rendered.cards).map(toParts),
  };
}

function toPlace(header: Json): string | undefined {
  if (asText(header.type) !== 'location') return undefined;
  const { name, latitude, longitude } = asObject(header.location);
  return `📍 ${asText(name) ?? `${asText(latitude) ?? '?'}, ${asText(longitude) ?? '?'}`}`;
}

/** An upload comes from the emulator, a link from where it points. */
function toHeaderUrl({ id, link }: Json): string | undefined {
  const mediaId = asText(id);
  return mediaId === undefined ? asText(link) : `/phone/api/media/${encodeURIComponent(mediaId)}`;
}

function toOffer({ text, expiresAt }: Json): TemplateParts['offer'] {
  const words = asText(text);
  if (words === undefined) return undefined;
  return typeof expiresAt === 'number' ? { text: words, expiresAt } : { text: words };
}

function toButton(button: Json): TemplateButton {
  const title = asText(button.text) ?? asText(button.type) ?? 'Button';
  const url = asText(button.url);
  const code = asText(button.code);
  if (asText(button.type) === 'quick_reply') return { kind: 'reply', title, payload: asText(button.payload) ?? title };
  if (code !== undefined) return { kind: 'code', title, code };
  return url ? { kind: 'link', title, url } : { kind: 'plain', title };
}

function toValues(components: readonly Json[]): string[] {
  return components
    .filter((component) => asText(component.type)?.toLowerCase() === 'body')
    .flatMap((component) => asList(component.parameters))
    .map(toValue);
}

/** Text, or for money and dates the form Meta falls back to. */
function toValue(parameter: Json): string {
  const typed = asObject(parameter[asText(parameter.type) ?? '']);
  return asText(parameter.text) ?? asText(typed.fallback_value) ?? asText(parameter.type) ?? '…';
}

/** Without the words of the buttons, their payloads stand for them. */
function toQuickReplies(components: readonly Json[]): TemplateButton[] {
  return components
    .filter((component) => asText(component.type)?.toLowerCase() === 'button')
    .filter((component) => asText(component.sub_type)?.toLowerCase() === 'quick_reply')
    .map((component) => asText(asList(component.parameters)[0]?.payload) ?? '')
    .map((payload) => ({ kind: 'reply', title: payload, payload }));
}
