import type { Media } from '../api/types.ts';
import type { Place } from './field-errors.ts';
import { asList, asObject, asText, type Json } from './json.ts';
import { isNamed, toKind, toVariables } from './template-draft.ts';

/** What a template takes with each message, ready to be asked for; and the message's components made of the answers. */
export interface Slot {
  key: string;
  label: string;
  kind: 'text' | 'image' | 'video' | 'document' | 'gif' | 'location' | 'coupon_code' | 'time';
  /** Set where the template names its variables. */
  name: string | null;
  sample: string;
}

/** One component of the message; several may share a slot, as a code does. */
interface Part {
  base: Json;
  slots: Slot[];
}

export interface TemplateUse {
  parts: Part[];
  cards: Part[][];
  /** Kinds of parts that take what cannot be asked for here, such as products. */
  unsupported: string[];
}

export interface UsedTemplate {
  category: string | null;
  components: readonly Json[] | null;
}

export function toUse({ category, components }: UsedTemplate): TemplateUse {
  const all = components ?? [];
  const find = (kind: string): Json | undefined => all.find((part) => toKind(part) === kind);
  const isCode = category === 'AUTHENTICATION';
  const cards = asList(find('carousel')?.cards).map((card) => asList(card.components));
  const isEnding = asObject(find('limited_time_offer')?.limited_time_offer).has_expiration === true;
  const offer: Part[] = isEnding ? [toPart('limited_time_offer', [toSlot('offer', 'End of the offer', 'time')])] : [];
  const blocks = [
    toBlock(all, { prefix: '', isCode }),
    ...cards.map((card, n) => toBlock(card, { prefix: `card ${n + 1} `, isCode: false })),
  ];
  const [own, ...ofCards] = blocks;
  return {
    parts: [...(own?.parts ?? []), ...offer],
    cards: ofCards.map(({ parts }) => parts),
    unsupported: blocks.flatMap(({ unsupported }) => unsupported),
  };
}

const toSlot = (key: string, label: string, kind: Slot['kind']): Slot => ({ key, label, kind, name: null, sample: '' });
const toPart = (type: string, slots: Slot[], more: Json = {}): Part => ({ base: { type, ...more }, slots });

const FILES: Readonly<Record<string, Slot['kind']>> = {
  image: 'image',
  video: 'video',
  document: 'document',
  gif: 'gif',
  location: 'location',
};
const FILE_LABELS: Readonly<Record<string, string>> = {
  image: 'Picture',
  video: 'Video',
  document: 'Document',
  gif: 'Moving picture',
  location: 'Latitude, longitude',
};

interface BlockKind {
  /** Begins the keys and labels of a card. */
  prefix: string;
  isCode: boolean;
}

/** Header, body and buttons of a message, or of a card. */
function toBlock(components: readonly Json[], kind: BlockKind): { parts: Part[]; unsupported: string[] } {
  const find = (type: string): Json => components.find((part) => toKind(part) === type) ?? {};
  const header = find('header');
  const format = (asText(header.format) ?? 'text').toLowerCase();
  const buttons = asList(find('buttons').buttons).map((button, index) => toButton(button, { ...kind, index }));
  return {
    parts: [
      ...toHeader(header, format, kind),
      ...toTexts(find('body'), 'body', kind),
      ...buttons.flatMap(({ part }) => part ?? []),
    ],
    unsupported: [
      ...(format === 'product' ? ['product'] : []),
      ...buttons.flatMap(({ unsupported }) => unsupported ?? []),
    ],
  };
}

function toHeader(header: Json, format: string, kind: BlockKind): Part[] {
  if (format === 'text') return toTexts(header, 'header', kind);
  const fileKind = FILES[format];
  if (!fileKind) return [];
  return [
    toPart('header', [toSlot(`${kind.prefix}header`, `${kind.prefix}${FILE_LABELS[format] ?? format}`, fileKind)]),
  ];
}

function toTexts(component: Json, type: 'header' | 'body', { prefix, isCode }: BlockKind): Part[] {
  const text = asText(component.text) ?? '';
  const found = toVariables(text);
  const variables = isCode && type === 'body' && found.length === 0 ? ['1'] : found;
  const named = isNamed(variables);
  const ordered = named ? variables : variables.toSorted((a, b) => Number(a) - Number(b));
  if (ordered.length === 0) return [];
  const slots = ordered.map(
    (variable, n): Slot => ({
      key: isCode ? 'code' : `${prefix}${type} ${variable}`,
      label: isCode ? 'Code' : `${prefix}${type === 'header' ? 'header ' : ''}{{${variable}}}`,
      kind: 'text',
      name: named ? variable : null,
      sample: toSample(component, type, variable, n),
    }),
  );
  return [toPart(type, slots)];
}

function toSample(component: Json, type: 'header' | 'body', variable: string, place: number): string {
  const example = asObject(component.example);
  const named = asList(example[`${type}_text_named_params`]).find(({ param_name }) => param_name === variable);
  if (named) return asText(named.example) ?? '';
  const given: unknown = example[`${type}_text`];
  const row: unknown = Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given;
  return asText(Array.isArray(row) ? row[place] : undefined) ?? '';
}

/** Kinds that are complete in themselves, or may be left out. */
const COMPLETE: ReadonlySet<string> = new Set([
  'quick_reply',
  'phone_number',
  'spm',
  'request_contact_info',
  'catalog',
  'voice_call',
]);

function toButton(
  button: Json,
  { prefix, isCode, index }: BlockKind & { index: number },
): { part?: Part; unsupported?: string } {
  const type = toKind(button);
  const text = asText(button.text) ?? '';
  const at = { index: String(index) };
  const url = asText(button.url) ?? '';
  if (isCode) return { part: toPart('button', [toSlot('code', 'Code', 'text')], { sub_type: 'url', ...at }) };
  if (type === 'url' && toVariables(url).length === 0) return {};
  if (COMPLETE.has(type)) return {};
  if (type === 'flow') return { part: toPart('button', [], { sub_type: 'flow', ...at }) };
  if (type === 'copy_code')
    return {
      part: toPart('button', [toSlot(`${prefix}button ${index}`, `${prefix}Code to copy`, 'coupon_code')], {
        sub_type: 'copy_code',
        ...at,
      }),
    };
  if (type !== 'url') return { unsupported: type };
  const label = `${prefix}End of the address of “${text}”`;
  const slot = { ...toSlot(`${prefix}button ${index}`, label, 'text'), sample: url };
  return { part: toPart('button', [slot], { sub_type: 'url', ...at }) };
}

/** Each question once. */
export function toSlots({ parts, cards }: TemplateUse): Slot[] {
  const slots = [...parts, ...cards.flat()].flatMap((part) => part.slots);
  return slots.filter((slot, n) => slots.findIndex(({ key }) => key === slot.key) === n);
}

/** Words, a link, or a file that is stored here. */
export type Answer = string | Pick<Media, 'id' | 'filename'>;
export type Answers = Readonly<Record<string, Answer>>;

export const isAnswered = (answer: Answer | undefined): boolean =>
  typeof answer === 'string' ? answer.trim() !== '' : answer !== undefined;

/** The components of the message, as Meta takes them. */
export function toComponents({ parts, cards }: TemplateUse, answers: Answers): Json[] {
  const own = parts.map((part) => toComponent(part, answers));
  if (cards.length === 0) return own;
  const filled = cards.map((part, card_index) => ({
    card_index,
    components: part.map((each) => toComponent(each, answers)),
  }));
  return [...own, { type: 'carousel', cards: filled }];
}

const toComponent = ({ base, slots }: Part, answers: Answers): Json => ({
  ...base,
  ...(slots.length > 0 ? { parameters: slots.map((slot) => toParameter(slot, answers[slot.key] ?? '')) } : {}),
});

/** Of a document people see the name. */
const toFile = (kind: Slot['kind'], { id, filename }: Exclude<Answer, string>): Json => ({
  type: kind,
  [kind]: { id, ...(kind === 'document' && filename !== null ? { filename } : {}) },
});

function toParameter({ kind, name }: Slot, value: Answer): Json {
  if (typeof value !== 'string') return toFile(kind, value);
  if (kind === 'text') return { type: kind, ...(name === null ? {} : { parameter_name: name }), text: value };
  if (kind === 'coupon_code') return { type: kind, coupon_code: value };
  if (kind === 'time')
    return { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: Date.parse(value) } };
  if (kind === 'location') {
    const [latitude = '', longitude = ''] = value.split(',').map((word) => word.trim());
    return { type: kind, location: { latitude, longitude } };
  }
  return { type: kind, [kind]: { link: value } };
}

/** Where the questions stand in the message: under `template` of a preview, under `message.template` of a send. */
export function toUsePlaces({ parts, cards }: TemplateUse): Place[] {
  const below = (part: Part, at: string): Place[] =>
    part.slots.map(({ key }, n): Place => [`${at}.parameters[${n}]`, key]);
  const own = parts.flatMap((part, n) => below(part, `template.components[${n}]`));
  const inCards = cards.flatMap((card, c) =>
    card.flatMap((part, n) => below(part, `template.components[${parts.length}].cards[${c}].components[${n}]`)),
  );
  return [...own, ...inCards].flatMap(([path, key]): Place[] => [
    [path, key],
    [`message.${path}`, key],
  ]);
}
