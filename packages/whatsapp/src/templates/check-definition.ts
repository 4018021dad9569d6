import { rowOf } from '../inbound/read.ts';
import type { MessageProblem } from '../message.ts';
import { andThen, anyText, integer, isObject, matches, openShape, text } from '../outbound/check/rules.ts';
import type { Rule, Untrusted } from '../outbound/check/rules.ts';
import { collect } from '../outbound/check/collect.ts';
import { carouselRule } from './check-carousel.ts';
import { checkOnce, eachPart, partRules } from './check-part.ts';
import { toContext } from './definition-context.ts';
import type { DefinitionContext, Spot } from './definition-context.ts';
import { toLanguageCode } from './language.ts';
import { wordOf } from './shape.ts';
import { wordIn } from './words.ts';

/** Everything that can be known to be wrong with a template before Meta reviews it. */
const NAME = 512;
const MAX_COMPONENTS = 10;

/** Seconds Meta may be told to try, by category; −1 is Meta's 30 days. */
const TTL: { readonly [category: string]: { readonly min: number; readonly max: number } } = {
  authentication: { min: 30, max: 900 },
  utility: { min: 30, max: 43_200 },
  marketing: { min: 43_200, max: 2_592_000 },
};

function ttlRule({ category }: DefinitionContext): Rule {
  const range = rowOf(TTL, category);
  return (value, at, report) => {
    if (value === -1 || range === undefined) return;
    integer(range.min, range.max)(value, at, (problem) =>
      report({ ...problem, message: `${problem.message}, or −1 for 30 days` }),
    );
  };
}

const language: Rule = (value, at, report) => {
  const fits = typeof value === 'string' && /^[a-z]{2,3}(_[A-Z0-9]{2,4})?$/.test(toLanguageCode(value));
  if (!fits) report({ field: at, message: 'must be a language code, for example "en_US" or "id"' });
};

const typesOf = (components: readonly Untrusted[]): string[] => components.map((each) => wordOf(each['type']));

/** Parts that do not go together, each with the way out. */
const CONFLICTS: readonly { readonly has: string; readonly not: readonly string[]; readonly message: string }[] = [
  {
    has: 'limited_time_offer',
    not: ['footer'],
    message: 'a limited-time offer has no footer: move its text to the body',
  },
  {
    has: 'carousel',
    not: ['header', 'footer', 'buttons', 'limited_time_offer'],
    message: 'a carousel template has a body and cards only: move this into the cards',
  },
];

function checkTogether(components: readonly Untrusted[], { at, context, report }: Spot): void {
  const types = typesOf(components);
  for (const { has, not, message } of CONFLICTS) {
    const index = types.findIndex((type) => not.includes(type));
    if (types.includes(has) && index >= 0) report({ field: `${at}[${index}]`, message });
  }
  for (const [index, type] of types.entries()) {
    const isMarketing = type === 'limited_time_offer' || type === 'carousel';
    if (isMarketing && context.category !== 'marketing')
      report({ field: `${at}[${index}].type`, message: `a ${type} is for templates of category MARKETING` });
  }
  checkOnce(components, at, report);
}

/** What must be there: a body, and with a code its button. */
function checkComplete(types: readonly string[], { at, context: { category }, report }: Spot): void {
  if (!types.includes('body')) report({ field: at, message: 'needs a body: { "type": "body", "text": "…" }' });
  if (category !== 'authentication') return;
  if (!types.includes('buttons')) report({ field: at, message: 'needs a buttons component with one otp button' });
  const surplus = types.findIndex((type) => !['body', 'footer', 'buttons'].includes(type));
  if (surplus >= 0)
    report({
      field: `${at}[${surplus}].type`,
      message: 'an authentication template has a body, a footer and buttons only',
    });
}

function componentsRule(context: DefinitionContext): Rule {
  const rules = { ...partRules(context), carousel: carouselRule(context) };
  const parts = eachPart(rules, MAX_COMPONENTS);
  return (value, at, report) => {
    parts(value, at, report);
    if (!Array.isArray(value)) return;
    const components = value.slice(0, MAX_COMPONENTS).map((each: unknown) => (isObject(each) ? each : {}));
    const spot = { at, context, report };
    checkTogether(components, spot);
    checkComplete(typesOf(components), spot);
  };
}

function definitionRule(value: Untrusted): Rule {
  const context = toContext(value);
  const components = componentsRule(context);
  // A template of Meta's own library brings its components along.
  const fromLibrary = typeof value['library_template_name'] === 'string';
  const required = {
    name: andThen(text(NAME), matches(/^[a-z0-9_]+$/, 'may hold a–z, 0–9 and "_" only')),
    language,
    category: wordIn('marketing', 'utility', 'authentication'),
  };
  const optional = {
    parameter_format: wordIn('positional', 'named'),
    message_send_ttl_seconds: ttlRule(context),
    library_template_name: anyText,
  };
  return fromLibrary
    ? openShape(required, { ...optional, components })
    : openShape({ ...required, components }, optional);
}

/**
 * What Meta would refuse in a template, or send back from review for its form. Takes any value and never throws.
 * Lengths are UTF-16 code units. Whether the text suits its category and Meta's policies a reviewer decides.
 *
 * @returns at most 50 problems, empty when there are none
 */
export function checkTemplateDefinition(value: unknown): MessageProblem[] {
  return collect((report) => {
    if (!isObject(value))
      return report({ field: '', message: 'must be a template: name, language, category, components' });
    definitionRule(value)(value, '', report);
  });
}
