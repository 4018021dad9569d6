import type { TemplateCategory } from '../contract.ts';
import { badParam } from '../graph/answer.ts';
import { isRecord, toText } from '../json.ts';
import { notOneOf, type Parsed } from './draft-refusal.ts';
import { toAuthentication } from './authentication.ts';
import { buttonTypes, headerFormats, type TemplateButton, type TemplateComponent } from './template.ts';

type Part = Readonly<Record<string, unknown>>;
const partTypes = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL'] as const;

const refuse = (sentence: string): Parsed<never> => ({ ok: false, refusal: badParam(sentence) });

/** Meta's components with every type in upper case, as they are read back. */
export function parseComponents(value: unknown, category: TemplateCategory): Parsed<TemplateComponent[]> {
  if (!Array.isArray(value) || value.length === 0) return refuse('Param components must be a non-empty array.');
  const components: TemplateComponent[] = [];
  for (const [at, given] of value.entries()) {
    const parsed = parseComponent(isRecord(given) ? given : {}, category, `components[${at}]`);
    if (!parsed.ok) return parsed;
    components.push(parsed.value);
  }
  const types = new Set(components.map(({ type }) => type));
  return types.size === components.length
    ? { ok: true, value: components }
    : refuse('Param components must hold each type at most once.');
}

const upper = (value: unknown): string => toText(value).toUpperCase();

function parseComponent(part: Part, category: TemplateCategory, place: string): Parsed<TemplateComponent> {
  const type = partTypes.find((each) => each === upper(part.type));
  if (type === undefined) return { ok: false, refusal: notOneOf(`${place}['type']`, partTypes, part.type) };
  if (category === 'AUTHENTICATION') return toAuthentication(type, part, place);
  switch (type) {
    case 'HEADER':
      return parseHeader(part, place);
    case 'BODY':
    case 'FOOTER':
      return { ok: true, value: { ...part, type, text: toText(part.text) } };
    case 'BUTTONS':
      return parseButtons(part, place);
    case 'LIMITED_TIME_OFFER': {
      const offer = isRecord(part.limited_time_offer) ? part.limited_time_offer : {};
      return { ok: true, value: { type, limited_time_offer: { ...offer, text: toText(offer.text) } } };
    }
    case 'CAROUSEL':
    default:
      return parseCards(part, category, place);
  }
}

function parseHeader(part: Part, place: string): Parsed<TemplateComponent> {
  const format = headerFormats.find((each) => each === upper(part.format));
  if (format === undefined) return { ok: false, refusal: notOneOf(`${place}['format']`, headerFormats, part.format) };
  const text = format === 'TEXT' ? { text: toText(part.text) } : {};
  return { ok: true, value: { ...part, type: 'HEADER', format, ...text } };
}

function parseButtons(part: Part, place: string): Parsed<TemplateComponent> {
  const list = Array.isArray(part.buttons) ? part.buttons : [];
  const buttons: TemplateButton[] = [];
  for (const [at, given] of list.entries()) {
    const button = isRecord(given) ? given : {};
    const type = buttonTypes.find((each) => each === upper(button.type));
    const name = `${place}['buttons'][${at}]['type']`;
    if (type === undefined) return { ok: false, refusal: notOneOf(name, buttonTypes, button.type) };
    const text = type === 'COPY_CODE' ? 'Copy offer code' : toText(button.text);
    buttons.push({ ...button, type, text });
  }
  return buttons.length > 0
    ? { ok: true, value: { type: 'BUTTONS', buttons } }
    : refuse(`Param ${place}['buttons'] must be a non-empty array.`);
}

function parseCards(part: Part, category: TemplateCategory, place: string): Parsed<TemplateComponent> {
  const cards: { components: TemplateComponent[] }[] = [];
  for (const given of Array.isArray(part.cards) ? part.cards : []) {
    const parsed = parseComponents(isRecord(given) ? given.components : undefined, category);
    if (!parsed.ok) return parsed;
    if (parsed.value.some(({ type }) => type === 'CAROUSEL'))
      return refuse(`Param ${place}['cards'] must not hold carousels.`);
    cards.push({ components: parsed.value });
  }
  return { ok: true, value: { type: 'CAROUSEL', cards } };
}
