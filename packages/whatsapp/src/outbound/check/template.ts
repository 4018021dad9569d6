import { media } from './basic.ts';
import {
  anyText,
  integer,
  isObject,
  items,
  jsonObject,
  matches,
  maybeText,
  number,
  oneOf,
  openShape,
  shape,
  text,
  andThen,
  under,
} from './rules.ts';
import type { Fields, Report, Rule, Untrusted } from './rules.ts';

/** Template messages: everything that can be known without the template itself, whose parameter count Meta checks. */

const LIMITS = {
  name: 512,
  coupon: 15,
  code: 15,
  buttonIndex: 9,
  cards: 10,
  cardsMin: 2,
  callMinutes: 43_200,
} as const;
/** No real template comes near; it bounds the work on a hostile one. */
const MANY = 256;

/** Meta refuses these with 132018 or 132012, after the message was queued. */
const oneLine: Rule = (value, at, report) => {
  if (typeof value !== 'string') return;
  if (/[\n\r\t\u2028\u2029]/.test(value)) report({ field: at, message: 'must not contain line breaks or tabs' });
  if (/ {5,}/.test(value)) report({ field: at, message: 'must not contain more than four spaces in a row', limit: 4 });
};
export const lineOfText: Rule = andThen(anyText, oneLine);

const PARAMETERS: Fields = {
  text: openShape({ text: lineOfText }, { parameter_name: anyText }),
  currency: openShape({
    currency: openShape({
      fallback_value: anyText,
      code: anyText,
      amount_1000: number(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    }),
  }),
  date_time: openShape({ date_time: openShape({ fallback_value: anyText }) }),
  image: openShape({ image: media() }),
  video: openShape({ video: media() }),
  document: openShape({ document: media({ filename: anyText }) }),
  gif: openShape({ gif: media() }),
  product: openShape({ product: openShape({ product_retailer_id: anyText }, { catalog_id: anyText }) }),
  location: openShape({
    location: shape({ latitude: coordinate(90), longitude: coordinate(180) }, { name: maybeText, address: maybeText }),
  }),
  payload: openShape({ payload: anyText }),
  coupon_code: openShape({ coupon_code: text(LIMITS.coupon) }),
  limited_time_offer: openShape({ limited_time_offer: shape({ expiration_time_ms: integer(0) }) }),
  ttl_minutes: openShape({ ttl_minutes: integer(1, LIMITS.callMinutes) }),
  action: openShape({ action: jsonObject }),
};

/** Meta's samples of template headers write coordinates as strings, those of location messages as numbers: both pass. */
function coordinate(limit: number): Rule {
  const asNumber = number(-limit, limit);
  return (value, at, report) =>
    asNumber(typeof value === 'string' && value.trim() !== '' ? Number(value) : value, at, report);
}

/** Meta adds parameter types every quarter: an unknown one must be plain JSON and goes through. */
const parameter: Rule = (value, at, report) => {
  if (!isObject(value)) return report({ field: at, message: 'must be an object' });
  const { type } = value;
  const rule = typeof type === 'string' && Object.hasOwn(PARAMETERS, type) ? PARAMETERS[type] : undefined;
  if (rule !== undefined) rule(value, at, report);
  else openShape({ type: anyText })(value, at, report);
};

const buttonIndex: Rule = (value, at, report) => {
  const index = typeof value === 'string' && /^\d$/.test(value) ? Number(value) : value;
  integer(0, LIMITS.buttonIndex)(index, at, report);
};

const parameters = items(parameter, { min: 0, max: MANY, noun: 'parameters' });
const PLAIN = ['header', 'body', 'footer', 'limited_time_offer', 'order_status', 'tap_target_configuration'] as const;

/** A card holds components but no cards: one level, so a rule cannot recurse without end. */
function component(inner?: Rule): Rule {
  const plain = shape({ type: oneOf(...PLAIN) }, { parameters });
  const button = shape({ type: oneOf('button'), sub_type: anyText, index: buttonIndex }, { parameters });
  return (value, at, report) => {
    const type = isObject(value) ? value['type'] : undefined;
    if (type === 'button') return button(value, at, report);
    if (type === 'carousel' && inner !== undefined) return inner(value, at, report);
    if (typeof type === 'string' && (PLAIN as readonly string[]).includes(type)) return plain(value, at, report);
    oneOf(...PLAIN, 'button', ...(inner === undefined ? [] : ['carousel']))(type, under(at, 'type'), report);
  };
}

const templateCard = shape({
  card_index: integer(0, LIMITS.cards - 1),
  components: items(component(), { min: 1, max: MANY, noun: 'components' }),
});
const carousel = shape({
  type: oneOf('carousel'),
  cards: items(templateCard, { min: LIMITS.cardsMin, max: LIMITS.cards, noun: 'cards' }),
});

type Component = { type: string; index?: string | number; parameters?: Untrusted[] };

/** Named and positional parameters do not mix, and a name is given once. */
function checkNames(list: readonly Component[], at: string, report: Report): void {
  for (const [c, each] of list.entries()) {
    const texts = (each.parameters ?? []).filter((one) => one['type'] === 'text');
    const named = texts.filter((one) => one['parameter_name'] !== undefined);
    if (each.type !== 'button' && named.length > 0 && named.length < texts.length)
      report({ field: `${at}[${c}].parameters`, message: 'either every text parameter has a parameter_name or none' });
  }
}

const template = shape(
  {
    name: andThen(text(LIMITS.name), matches(/^[a-z0-9_]+$/, 'may hold a–z, 0–9 and "_" only')),
    language: shape(
      { code: matches(/^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,4})?$/, 'must be a language code, for example "en_US"') },
      { policy: oneOf('deterministic') },
    ),
  },
  { components: andThen(items(component(carousel), { min: 0, max: MANY, noun: 'components' }), checkNames) },
);

/**
 * A message does not say its template's category, and an order number may stand in both body and button of a utility
 * template, so the rules of authentication codes apply only when the caller says so.
 */
export function checkAuthentication(components: unknown, report: Report): void {
  const field = 'template.components';
  const list = Array.isArray(components) ? (components as Component[]) : [];
  const codeOf = (type: string): unknown => list.find((each) => each.type === type)?.parameters?.[0]?.['text'];
  const code = codeOf('body');
  if (typeof code !== 'string')
    return report({ field, message: 'an authentication template needs the code as body parameter' });
  if (code.length > LIMITS.code)
    report({
      field,
      message: `an authentication code must be at most ${LIMITS.code} characters`,
      limit: LIMITS.code,
      actual: code.length,
    });
  if (codeOf('button') !== code)
    report({ field, message: 'an authentication template needs the same code as button parameter' });
}

export const templateRule: Rule = template;
