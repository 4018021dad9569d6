import { asList, asObject, asText, type Json } from './json.ts';

/** What a customer may tap, shown but not acted on here. */
export interface ChoiceGroup {
  title: string | null;
  items: Choice[];
}

interface Choice {
  label: string;
  detail: string | null;
}

type Parse = (action: Json) => ChoiceGroup[];

const group = (items: Choice[], title: string | null = null): ChoiceGroup[] =>
  items.length > 0 ? [{ title, items }] : [];

const toChoice = (label: string | undefined, detail?: string): Choice[] =>
  label ? [{ label, detail: detail ?? null }] : [];

const toProduct = (item: Json): Choice[] => toChoice(asText(item.product_retailer_id));

/** By Meta's `interactive.type`. A type this page does not know shows no choices. */
const PARSERS: Readonly<Record<string, Parse>> = {
  button: (action) => group(asList(action.buttons).flatMap((button) => toChoice(asText(asObject(button.reply).title)))),
  list: (action) => asList(action.sections).flatMap((section) => toSection(section, asText(action.button))),
  cta_url: (action) => group(toLink(action)),
  location_request_message: () => group(toChoice('Send location')),
  call_permission_request: () => group(toChoice('Allow calls')),
  voice_call: (action) => group(toChoice(asText(asObject(action.parameters).display_text) ?? 'Call')),
  flow: (action) => group(toChoice(asText(asObject(action.parameters).flow_cta) ?? 'Open the form')),
  address_message: () => group(toChoice('Give an address')),
  catalog_message: () => group(toChoice('View catalogue')),
  product: (action) => group(toProduct(action), 'Product'),
  product_list: (action) =>
    asList(action.sections).flatMap((section) =>
      group(asList(section.product_items).flatMap(toProduct), asText(section.title)),
    ),
  carousel: (action) => asList(action.cards).flatMap(toCard),
};

/** `style` is Meta's `interactive.type`, `action` its `interactive.action`. */
export function parseChoices(style: string, action: Json): ChoiceGroup[] {
  return Object.hasOwn(PARSERS, style) ? (PARSERS[style]?.(action) ?? []) : [];
}

function toSection(section: Json, opener: string | undefined): ChoiceGroup[] {
  const rows = asList(section.rows).flatMap((row) => toChoice(asText(row.title), asText(row.description)));
  return group(rows, [opener, asText(section.title)].filter(Boolean).join(' › ') || null);
}

function toLink(action: Json): Choice[] {
  const { display_text, url } = asObject(action.parameters);
  return toChoice(asText(display_text) ?? asText(url), asText(url));
}

function toCard(card: Json): ChoiceGroup[] {
  const action = asObject(card.action);
  const quick = asList(action.buttons).flatMap((button) => toChoice(asText(asObject(button.quick_reply).title)));
  return group([...quick, ...toLink(action), ...toProduct(action)], asText(asObject(card.body).text));
}
