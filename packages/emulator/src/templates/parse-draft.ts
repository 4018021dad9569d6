import { badParam, type Refusal } from '../graph/answer.ts';
import { type Params, textOf } from '../graph/params.ts';
import type { TemplateCategory } from '../contract.ts';
import { checkComponents } from './check-components.ts';
import { notOneOf, type Parsed } from './draft-refusal.ts';
import { parseComponents } from './parse-components.ts';
import type { TemplateDraft } from './template.ts';

const refuse = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });

const categories: readonly TemplateCategory[] = ['MARKETING', 'UTILITY', 'AUTHENTICATION'];
const formats = ['POSITIONAL', 'NAMED'] as const;

/** What is given of an edited template stands in for what is not named in the call. */
export type DraftBase = Partial<TemplateDraft> & Pick<TemplateDraft, 'name' | 'language'>;

/** A template to create, or Meta's refusal. */
export function parseDraft(params: Params): Parsed<TemplateDraft> {
  const name = textOf(params, 'name') ?? '';
  const language = textOf(params, 'language') ?? '';
  if (!/^[a-z0-9_]{1,512}$/.test(name))
    return refuse(badParam('Param name must have 1 to 512 lower-case letters, digits and underscores.'));
  if (!/^[a-z]{2,3}(_[A-Z]{2,3})?$/.test(language))
    return refuse(badParam('Param language must be a language code such as en or pt_BR.'));
  if (textOf(params, 'category') === undefined) return refuse(badParam('The parameter category is required.'));
  if (params.components === undefined) return refuse(badParam('The parameter components is required.'));
  return parseOver({ name, language }, params);
}

/** The draft with the call's changes, checked as a whole. */
export function parseOver(base: DraftBase, params: Params): Parsed<TemplateDraft> {
  const category = pick(categories, textOf(params, 'category') ?? base.category);
  if (category === undefined) return refuse(notOneOf('category', categories, params.category));
  const parameterFormat = pick(formats, textOf(params, 'parameter_format') ?? base.parameterFormat ?? 'POSITIONAL');
  if (parameterFormat === undefined) return refuse(notOneOf('parameter_format', formats, params.parameter_format));
  const ttl = parseTtl(category, params.message_send_ttl_seconds ?? base.ttlSeconds);
  if (!ttl.ok) return ttl;
  const parsed = parseGiven(category, params, base);
  if (!parsed.ok) return parsed;
  const components = parsed.value;
  const { name, language } = base;
  const problem = checkComponents({ name, language, category, parameterFormat, components });
  if (problem !== null) return refuse(problem);
  const ttlSeconds = ttl.value === undefined ? {} : { ttlSeconds: ttl.value };
  return { ok: true, value: { name, language, category, parameterFormat, components, ...ttlSeconds } };
}

const parseGiven = (
  category: TemplateCategory,
  params: Params,
  base: DraftBase,
): Parsed<TemplateDraft['components']> =>
  params.components === undefined && base.components !== undefined
    ? { ok: true, value: base.components }
    : parseComponents(params.components, category);

function pick<T extends string>(known: readonly T[], given: string | undefined): T | undefined {
  return known.find((each) => each === given?.toUpperCase());
}

const hour = 3_600;
const ttlRanges: Readonly<Record<TemplateCategory, readonly [number, number]>> = {
  AUTHENTICATION: [30, 900],
  UTILITY: [30, 12 * hour],
  MARKETING: [12 * hour, 30 * 24 * hour],
};

/** Seconds; -1 is 30 days. */
function parseTtl(category: TemplateCategory, value: unknown): Parsed<number | undefined> {
  if (value === undefined) return { ok: true, value: undefined };
  const [min, max] = ttlRanges[category];
  const seconds = Number(value);
  if (seconds === -1) return { ok: true, value: -1 };
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return { ok: true, value: seconds };
  return refuse(badParam(`Param message_send_ttl_seconds must be -1 or from ${min} to ${max} for ${category}.`));
}
