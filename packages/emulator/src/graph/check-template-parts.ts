import { isRecord, toText } from '../json.ts';
import { type HeaderFormat, type Template, type TemplateComponent, variablesOf } from '../templates/template.ts';
import { invalid, missing, type Refusal } from './answer.ts';
import type { CheckDeps } from './check-message.ts';
import { checkGivenButtons } from './check-template-buttons.ts';
import { firstProblem, lengthOf } from './check-text.ts';
import { checkPosition } from './check-position.ts';
import { fillText, findGiven, type GivenComponent, type GivenParameter } from './given.ts';

export interface PartDeps extends CheckDeps {
  readonly template: Template;
}

/** What a part of the template lacks, or has too much of, in what was given; null when it fits. */
export function checkGivenParts(
  parts: readonly TemplateComponent[],
  given: readonly GivenComponent[],
  deps: PartDeps,
): Refusal | null {
  return firstProblem([
    () => checkSurplus(parts, given),
    ...parts.map((part) => () => checkPart(part, given, deps)),
    () => checkGivenButtons(parts, given, deps),
  ]);
}

const surplusKinds = { header: 'HEADER', limited_time_offer: 'LIMITED_TIME_OFFER', carousel: 'CAROUSEL' } as const;

/** Values for parts the template does not have. */
function checkSurplus(parts: readonly TemplateComponent[], given: readonly GivenComponent[]): Refusal | null {
  for (const [kind, type] of Object.entries(surplusKinds)) {
    const component = findGiven(given, kind);
    const isEmpty = component === undefined || component.parameters.length + component.cards.length === 0;
    if (!isEmpty && !parts.some((part) => part.type === type))
      return countMismatch(kind, component.parameters.length, 0);
  }
  return null;
}

function checkPart(part: TemplateComponent, given: readonly GivenComponent[], deps: PartDeps): Refusal | null {
  switch (part.type) {
    case 'HEADER':
      return part.format === 'TEXT'
        ? checkVariables({ place: 'header', text: part.text ?? '', max: 60 }, findGiven(given, 'header'), deps)
        : checkHeader(part.format, findGiven(given, 'header'), deps);
    case 'BODY':
      return checkVariables({ place: 'body', text: part.text, max: 1024 }, findGiven(given, 'body'), deps);
    case 'LIMITED_TIME_OFFER':
      return checkOffer(part.limited_time_offer.has_expiration !== false, findGiven(given, 'limited_time_offer'), deps);
    case 'CAROUSEL':
      return checkCards(part.cards, findGiven(given, 'carousel'), deps);
    case 'FOOTER':
    case 'BUTTONS':
    default:
      return null;
  }
}

export const countMismatch = (place: string, given: number, expected: number): Refusal => ({
  code: 132000,
  details: `${place}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
});

const mismatch = (place: string, expected: string, received: string | undefined): Refusal => ({
  code: 132012,
  details: `${place}: Format mismatch, expected ${expected.toUpperCase()}, received ${(received ?? 'UNKNOWN').toUpperCase()}`,
});

function checkVariables(
  { place, text, max }: { place: string; text: string; max: number },
  given: GivenComponent | undefined,
  { template }: PartDeps,
): Refusal | null {
  const names = [...new Set(variablesOf(text))];
  const parameters = given?.parameters ?? [];
  if (parameters.length !== names.length) return countMismatch(place, parameters.length, names.length);
  const lacking =
    template.parameterFormat === 'NAMED' &&
    names.find((name) => !parameters.some((parameter) => parameter.parameter_name === name));
  if (typeof lacking === 'string') return { code: 132012, details: `${place}: parameter_name ${lacking} is missing` };
  return firstProblem([
    ...parameters.map((parameter, at) => () => checkValue(parameter, `${place}: parameter at index ${at}`)),
    () => (template.category === 'AUTHENTICATION' ? checkCode(parameters[0]?.text) : null),
    () => (lengthOf(fillText(text, parameters)) > max ? { code: 132005 } : null),
  ]);
}

/** The parameter kinds a text can take. */
function checkValue(parameter: GivenParameter, place: string): Refusal | null {
  const { type } = parameter;
  if (type === 'text')
    return lengthOf(parameter.text) > 0 ? null : missing(`${place} of type text is missing text value`);
  if (type !== 'currency' && type !== 'date_time') return mismatch(place, 'text', type);
  const value = parameter[type];
  const keys = type === 'currency' ? ['fallback_value', 'code', 'amount_1000'] : ['fallback_value'];
  const lacking = isRecord(value) ? keys.find((key) => toText(value[key]) === '') : keys[0];
  return lacking === undefined ? null : missing(`${place} of type ${type} is missing ${lacking}`);
}

/** A one-time code has at most 15 characters. */
export const checkCode = (code: unknown): Refusal | null =>
  lengthOf(code) > 15 ? invalid('The code of an authentication template has at most 15 characters') : null;

const parameterTypes: Readonly<Record<Exclude<HeaderFormat, 'TEXT'>, string>> = {
  IMAGE: 'image',
  VIDEO: 'video',
  DOCUMENT: 'document',
  // A GIF is a silent video.
  GIF: 'video',
  LOCATION: 'location',
  PRODUCT: 'product',
};

function checkHeader(
  format: Exclude<HeaderFormat, 'TEXT'>,
  given: GivenComponent | undefined,
  deps: PartDeps,
): Refusal | null {
  const expected = parameterTypes[format];
  const [parameter, ...more] = given?.parameters ?? [];
  if (more.length > 0) return countMismatch('header', more.length + 1, 1);
  if (parameter?.type !== expected) return mismatch('header', expected, parameter?.type);
  const value = parameter[expected];
  if (!isRecord(value)) return missing(`header: parameter of type ${expected} is missing its object`);
  if (expected === 'location') return checkPosition(value);
  if (expected === 'product')
    return toText(value.product_retailer_id) === '' ? missing('header: product_retailer_id is required') : null;
  return deps.checkMedia(expected, value);
}

function checkOffer(expires: boolean, given: GivenComponent | undefined, deps: PartDeps): Refusal | null {
  const parameters = given?.parameters ?? [];
  if (!expires) return parameters.length === 0 ? null : countMismatch('limited_time_offer', parameters.length, 0);
  if (parameters.length === 0) return missing('limited_time_offer: expiration_time_ms is required');
  const [parameter] = parameters;
  if (parameter?.type !== 'limited_time_offer')
    return mismatch('limited_time_offer', 'limited_time_offer', parameter?.type);
  const offer = isRecord(parameter.limited_time_offer) ? parameter.limited_time_offer : {};
  const expiresAt = Number(offer.expiration_time_ms ?? Number.NaN);
  if (!Number.isFinite(expiresAt)) return missing('limited_time_offer: expiration_time_ms is required');
  return expiresAt > deps.now ? null : invalid('limited_time_offer: expiration_time_ms must be in the future');
}

function checkCards(
  cards: readonly { readonly components: readonly TemplateComponent[] }[],
  given: GivenComponent | undefined,
  deps: PartDeps,
): Refusal | null {
  const givenCards = given?.cards ?? [];
  if (givenCards.length !== cards.length) return countMismatch('carousel', givenCards.length, cards.length);
  return firstProblem(
    cards.map((card, at) => () => {
      const own = givenCards.find((each) => each.card_index === at);
      if (own === undefined) return invalid(`carousel: card_index ${at} is missing`);
      return checkGivenParts(card.components, own.components, deps);
    }),
  );
}
