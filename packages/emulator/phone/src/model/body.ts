import { isMediaKind, type MediaKind } from './media-kind.ts';
import { asList, asObject, asText, type Json } from './json.ts';
import { parseTemplate, type TemplateView } from './template.ts';

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
  | TemplateView
  /** The customer tapped a button or picked a row. */
  | { kind: 'choice'; title: string; description?: string }
  | { kind: 'unknown'; type: string; json: string };

interface TapButton {
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
      return parseTemplate(part, body);
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
