import { isObject } from './check/rules.ts';
import { parseJsonText } from '../inbound/json.ts';

/**
 * What Meta lets pass in a request: numbers and flags as text, ids as numbers, words in capitals, objects as JSON text
 * (from forms). Each coercion changes what it knows and leaves the rest for the check to refuse.
 */
type Coerce = (value: unknown) => unknown;

const toNumber: Coerce = (value) =>
  typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
const toFlag: Coerce = (value) => (value === 'true' ? true : value === 'false' ? false : value);
const toText: Coerce = (value) => (typeof value === 'number' && Number.isFinite(value) ? String(value) : value);
const toWord: Coerce = (value) => (typeof value === 'string' ? value.toLowerCase() : value);

/** An object or list written as text. */
const fromText: Coerce = (value) => {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  const parsed = parseJsonText(value);
  return parsed.ok ? parsed.value : value;
};

const fields =
  (coercions: { readonly [key: string]: Coerce }): Coerce =>
  (value) => {
    if (!isObject(value)) return value;
    const changed = Object.entries(coercions).filter(([key]) => Object.hasOwn(value, key));
    return { ...value, ...Object.fromEntries(changed.map(([key, coerce]) => [key, coerce(value[key])])) };
  };
const each =
  (coerce: Coerce): Coerce =>
  (value) =>
    Array.isArray(value) ? value.map(coerce) : value;

const media = fields({ id: toText, voice: toFlag });
const files = { image: media, video: media, document: media };
const place = fields({ latitude: toNumber, longitude: toNumber });

const header = fields({ type: toWord, ...files });
const card = fields({
  card_index: toNumber,
  type: toWord,
  header,
  action: fields({ buttons: each(fields({ type: toWord })) }),
});
const interactive = fields({
  type: toWord,
  header,
  action: fields({
    buttons: each(fields({ type: toWord })),
    cards: each(card),
    parameters: fields({ ttl_minutes: toNumber, flow_message_version: toText, flow_id: toText }),
  }),
});

const parameter = fields({
  type: toWord,
  ...files,
  ttl_minutes: toNumber,
  limited_time_offer: fields({ expiration_time_ms: toNumber }),
});
const plainComponent = fields({ type: toWord, sub_type: toWord, parameters: each(parameter) });
const templateCard = fields({ card_index: toNumber, components: each(plainComponent) });
const component: Coerce = (value) => fields({ cards: each(templateCard) })(plainComponent(value));

const OBJECTS: { readonly [type: string]: Coerce } = {
  text: fields({ preview_url: toFlag }),
  image: media,
  video: media,
  audio: media,
  document: media,
  sticker: media,
  location: place,
  pin: fields({ type: toWord, expiration_days: toNumber }),
  interactive,
  template: fields({ components: each(component) }),
};

/** The object under the key that is named like the type. */
export function coerceContent(type: string, value: unknown): unknown {
  const content = fromText(value);
  const coerce = Object.hasOwn(OBJECTS, type) ? OBJECTS[type] : undefined;
  return coerce === undefined ? content : coerce(content);
}

/** Keys beside the content: an address, a status, a quote. */
export const coerce = { text: toText, word: toWord, object: fromText } as const;
