/** What a bubble shows, read from Meta's message body with all its freedom: whatever is missing is left out. */
export type BodyView =
  | { kind: 'text'; text: string }
  | { kind: 'media'; media: MediaKind; caption?: string; filename?: string; link?: string; voice: boolean }
  | { kind: 'location'; latitude: number; longitude: number; name?: string; address?: string }
  | { kind: 'contacts'; cards: { name: string; phones: string[] }[] }
  | {
      kind: 'interactive';
      style: string;
      header?: string;
      headerMedia?: MediaKind;
      text: string;
      footer?: string;
      action: ActionView;
    }
  | { kind: 'template'; name: string; language: string; text?: string; values: string[]; buttons: TapButton[] }
  /** The customer tapped a button or picked a row. */
  | { kind: 'choice'; title: string; description?: string }
  | { kind: 'unknown'; type: string; json: string };

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

export interface TapButton {
  id: string;
  title: string;
}
export interface ListRow extends TapButton {
  description?: string;
}

export type ActionView =
  | { kind: 'buttons'; buttons: TapButton[] }
  | { kind: 'list'; label: string; sections: { title?: string; rows: ListRow[] }[] }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'location' }
  | { kind: 'products'; ids: string[]; catalogId?: string }
  | { kind: 'none' };

type Json = Record<string, unknown>;

const MEDIA: readonly string[] = ['image', 'audio', 'video', 'document', 'sticker'] satisfies MediaKind[];

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}
function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
function isMediaKind(value: string | undefined): value is MediaKind {
  return value !== undefined && MEDIA.includes(value);
}

export function parseBody(body: { type: string; [key: string]: unknown }): BodyView {
  const part = asObject(body[body.type]);
  if (isMediaKind(body.type)) return toMedia(body.type, part, body);
  switch (body.type) {
    case 'text':
      return { kind: 'text', text: asText(part.body) ?? '' };
    case 'location':
      return toLocation(part) ?? toUnknown(body);
    case 'contacts':
      return { kind: 'contacts', cards: asList(body.contacts).map(toCard) };
    case 'interactive':
      return toInteractive(part);
    case 'button_reply':
    case 'list_reply':
      return toChoice(Object.keys(part).length > 0 ? part : body);
    case 'button':
      return { kind: 'choice', title: asText(part.text) ?? asText(body.text) ?? 'Button' };
    case 'template':
      return toTemplate(part, body);
    default:
      return toUnknown(body);
  }
}

function toUnknown(body: { type: string }): BodyView {
  return { kind: 'unknown', type: body.type, json: JSON.stringify(body, null, 2) };
}

function toMedia(media: MediaKind, part: Json, body: Json): BodyView {
  return {
    kind: 'media',
    media,
    caption: asText(part.caption) ?? asText(body.caption),
    filename: asText(part.filename),
    link: asText(part.link),
    voice: part.voice === true || body.voice === true,
  };
}

function toLocation(part: Json): BodyView | null {
  const latitude = Number(part.latitude);
  const longitude = Number(part.longitude);
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return { kind: 'location', latitude, longitude, name: asText(part.name), address: asText(part.address) };
}

function toCard(card: Json): { name: string; phones: string[] } {
  const name = asObject(card.name);
  return {
    name: asText(name.formatted_name) ?? asText(name.first_name) ?? 'Contact',
    phones: asList(card.phones).flatMap((phone) => asText(phone.phone) ?? []),
  };
}

function toChoice(reply: Json): BodyView {
  return { kind: 'choice', title: asText(reply.title) ?? 'Choice', description: asText(reply.description) };
}

function toInteractive(part: Json): BodyView {
  const style = asText(part.type) ?? 'unknown';
  if (style === 'button_reply' || style === 'list_reply') return toChoice(asObject(part[style]));
  const header = asObject(part.header);
  const headerType = asText(header.type);
  return {
    kind: 'interactive',
    style,
    header: asText(header.text),
    headerMedia: isMediaKind(headerType) ? headerType : undefined,
    text: asText(asObject(part.body).text) ?? '',
    footer: asText(asObject(part.footer).text),
    action: toAction(style, asObject(part.action)),
  };
}

function toAction(style: string, action: Json): ActionView {
  switch (style) {
    case 'button':
      return { kind: 'buttons', buttons: asList(action.buttons).map((button) => toRow(asObject(button.reply))) };
    case 'list':
      return {
        kind: 'list',
        label: asText(action.button) ?? 'Choose',
        sections: asList(action.sections).map(toSection),
      };
    case 'cta_url': {
      const { display_text, url } = asObject(action.parameters);
      return { kind: 'link', label: asText(display_text) ?? 'Open', url: asText(url) ?? '' };
    }
    case 'location_request_message':
      return { kind: 'location' };
    case 'product':
    case 'product_list':
      return { kind: 'products', ids: toProductIds(action), catalogId: asText(action.catalog_id) };
    default:
      return { kind: 'none' };
  }
}

function toSection(section: Json): { title?: string; rows: ListRow[] } {
  return { title: asText(section.title), rows: asList(section.rows).map(toRow) };
}

function toRow(row: Json): ListRow {
  return {
    id: asText(row.id) ?? '',
    title: asText(row.title) ?? asText(row.id) ?? '',
    description: asText(row.description),
  };
}

function toProductIds(action: Json): string[] {
  const single = asText(action.product_retailer_id);
  const listed = asList(action.sections).flatMap((section) => asList(section.product_items));
  return [...(single ? [single] : []), ...listed.flatMap((item) => asText(item.product_retailer_id) ?? [])];
}

/**
 * A template as sent holds a name and values, not its words. The emulator puts the approved words beside them
 * (`rendered`); without them the bubble shows the name and the values, and says so.
 */
function toTemplate(part: Json, body: Json): BodyView {
  const components = asList(part.components);
  const values = components
    .filter((component) => asText(component.type)?.toLowerCase() === 'body')
    .flatMap((component) => asList(component.parameters))
    .map(toValue);
  const rendered = asObject(part.rendered ?? body.rendered);
  return {
    kind: 'template',
    name: asText(part.name) ?? 'template',
    language: asText(asObject(part.language).code) ?? '',
    text:
      asText(part.rendered) ?? asText(body.rendered) ?? asText(rendered.body) ?? asText(asObject(rendered.body).text),
    values,
    buttons: toQuickReplies(components, asList(rendered.buttons)),
  };
}

/** Text, or for money and dates the form Meta falls back to. */
function toValue(parameter: Json): string {
  const typed = asObject(parameter[asText(parameter.type) ?? '']);
  return asText(parameter.text) ?? asText(typed.fallback_value) ?? asText(parameter.type) ?? '…';
}

function toQuickReplies(components: readonly Json[], rendered: readonly Json[]): TapButton[] {
  return components
    .filter((component) => asText(component.type)?.toLowerCase() === 'button')
    .filter((component) => asText(component.sub_type)?.toLowerCase() === 'quick_reply')
    .map((component) => {
      const payload = asText(asList(component.parameters)[0]?.payload) ?? '';
      const words = asText(rendered[Number(component.index)]?.text);
      return { id: payload, title: words ?? payload };
    });
}
