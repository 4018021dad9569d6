import { isRecord, toText } from '../json.ts';

/** What a template send carries, by its place. */
export interface GivenParameter {
  readonly type: string;
  readonly [key: string]: unknown;
}
export interface GivenComponent {
  readonly type: string;
  readonly sub_type: string;
  readonly index: number;
  readonly parameters: readonly GivenParameter[];
  readonly cards: readonly GivenCard[];
}
export interface GivenCard {
  readonly card_index: number;
  readonly components: readonly GivenComponent[];
}

/** The components of a template send; what is no component is left out (the check refused it before). */
export function parseGiven(value: unknown): GivenComponent[] {
  return listOf(value).map((component) => ({
    type: toText(component.type).toLowerCase(),
    sub_type: toText(component.sub_type).toLowerCase(),
    index: Number(component.index ?? 0),
    parameters: listOf(component.parameters).map((each) => ({ ...each, type: toText(each.type) || 'text' })),
    cards: listOf(component.cards).map((card, at) => ({
      card_index: Number(card.card_index ?? at),
      components: parseGiven(card.components),
    })),
  }));
}

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);

export const findGiven = (given: readonly GivenComponent[], type: string): GivenComponent | undefined =>
  given.find((component) => component.type === type);

export const findButton = (given: readonly GivenComponent[], index: number): GivenComponent | undefined =>
  given.find((component) => component.type === 'button' && component.index === index);

/** The text with its variables filled; those without a value stay as they are. */
export function fillText(text: string, parameters: readonly GivenParameter[]): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const byName = parameters.find((parameter) => parameter.parameter_name === name);
    const parameter = byName ?? parameters[Number(name) - 1];
    return parameter === undefined ? whole : showParameter(parameter);
  });
}

function showParameter(parameter: GivenParameter): string {
  const special = parameter[parameter.type];
  if (typeof special === 'string') return special;
  return isRecord(special) ? toText(special.fallback_value) : '';
}
