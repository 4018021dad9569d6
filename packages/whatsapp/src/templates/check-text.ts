import { andThen, isObject, noEmoji, openShape, text } from '../outbound/check/rules.ts';
import type { Report, Rule, Untrusted } from '../outbound/check/rules.ts';
import type { DefinitionContext, Spot } from './definition-context.ts';
import { countWords, hasLooseBraces, isName, isPosition, variablesOf } from './variables.ts';

/** Texts with variables: how variables are written, where they may stand, and the examples a reviewer needs. */

/** Where Meta wants the examples of a part, by the way its variables are written. */
export interface ExampleKeys {
  readonly positional: 'header_text' | 'body_text';
  readonly named: 'header_text_named_params' | 'body_text_named_params';
}

export const HEADER_EXAMPLES: ExampleKeys = { positional: 'header_text', named: 'header_text_named_params' };
export const BODY_EXAMPLES: ExampleKeys = { positional: 'body_text', named: 'body_text_named_params' };

function checkSpelling(variables: readonly string[], { at, context: { isNamed }, report }: Spot): void {
  const isFit = isNamed ? isName : isPosition;
  const wrong = variables.find((each) => !isFit(each));
  if (wrong === undefined) return;
  const way = isNamed
    ? 'with parameter_format named, write variables as {{first_name}}: a–z, digits and "_"'
    : 'write variables as {{1}}, {{2}} …, or set parameter_format to named';
  report({ field: at, message: `has a variable that is none of its format: ${way}` });
}

function checkContiguous(variables: readonly string[], at: string, report: Report): void {
  const missing = variables.map((_, index) => String(index + 1)).find((each) => !variables.includes(each));
  if (missing !== undefined)
    report({ field: at, message: `must number its variables from {{1}} without a gap: {{${missing}}} is missing` });
}

/** Variables well written; what comes next may rely on them. */
export function checkVariables(value: string, spot: Spot): void {
  const { at, context, report } = spot;
  const variables = variablesOf(value);
  if (hasLooseBraces(value))
    report({ field: at, message: 'has braces that belong to no variable: write {{1}}, or a single brace' });
  checkSpelling(variables, spot);
  if (!context.isNamed && variables.every(isPosition)) checkContiguous(variables, at, report);
}

/** Meta's 2388299. */
export function checkEdges(value: string, at: string, report: Report): void {
  const trimmed = value.trim();
  if (/^\{\{[^{}]*\}\}/.test(trimmed))
    report({ field: at, message: 'must not begin with a variable: put words before it' });
  if (/\{\{[^{}]*\}\}$/.test(trimmed))
    report({ field: at, message: 'must not end with a variable: put words or a full stop after it' });
}

/** Meta sees no sense in two variables side by side. */
export function checkApart(value: string, at: string, report: Report): void {
  if (/\}\}\s*\{\{/.test(value))
    report({ field: at, message: 'must not have two variables side by side: put words between them, or join them' });
}

/** Where Meta shows plain text on one line: headers and buttons also without bold print and pictures. */
export function checkPlain(value: string, at: string, report: Report): void {
  if (/[\r\n]/.test(value)) report({ field: at, message: 'must not contain line breaks: it stands on one line' });
  if (value.includes('*')) report({ field: at, message: 'must not contain "*": nothing is set in bold here' });
  noEmoji(value, at, report);
}

/** Two words for each variable and one more: what Meta's 2388293 has been seen to ask for; Meta publishes no figure. */
export function checkRatio(value: string, at: string, report: Report): void {
  const variables = variablesOf(value).length;
  const limit = variables * 2 + 1;
  const actual = countWords(value);
  if (variables > 0 && actual < limit)
    report({
      field: at,
      message: `has too many variables for so little text: ${variables} of them need ${limit} words around them. Write more words or join variables`,
      limit,
      actual,
    });
}

const example = text(1024);

interface Given {
  readonly examples: unknown;
  readonly variables: readonly string[];
}

function checkPositional({ examples: given, variables }: Given, at: string, report: Report): void {
  const row: unknown = Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given;
  const list: unknown[] = Array.isArray(row) ? row : [];
  if (list.length !== variables.length)
    return report({
      field: at,
      message: `needs one example for each variable, ${variables.length} in all: the reviewer reads them`,
      limit: variables.length,
      actual: list.length,
    });
  for (const [index, each] of list.entries()) example(each, `${at}[${index}]`, report);
}

function checkNamed({ examples: given, variables }: Given, at: string, report: Report): void {
  const list = Array.isArray(given) ? given.filter(isObject) : [];
  const names = list.map((each) => each['param_name']);
  const missing = variables.filter((each) => !names.includes(each));
  if (missing.length > 0)
    report({ field: at, message: `needs an example for each variable: ${missing.join(', ')} is missing` });
  const surplus = list.findIndex((each) => !variables.some((variable) => variable === each['param_name']));
  if (surplus >= 0)
    report({
      field: `${at}[${surplus}].param_name`,
      message: 'is no variable of the text: correct the name or remove it',
    });
  for (const [index, each] of list.entries()) example(each['example'], `${at}[${index}].example`, report);
}

/** The examples under `example`, as many as there are variables. */
export function checkExamples(
  component: Untrusted,
  at: string,
  { keys, context, report }: { keys: ExampleKeys; context: DefinitionContext; report: Report },
): void {
  const value = component['text'];
  const variables = typeof value === 'string' ? variablesOf(value) : [];
  const examples = isObject(component['example']) ? component['example'] : {};
  const key = context.isNamed ? keys.named : keys.positional;
  if (variables.length === 0) return;
  const given = { examples: examples[key], variables };
  (context.isNamed ? checkNamed : checkPositional)(given, `${at}.example.${key}`, report);
}

/** A component that is a text with variables. */
export function textComponent(
  max: number,
  further: (component: Untrusted & { text: string }, at: string, report: Report) => void,
): Rule {
  return andThen(openShape({ text: text(max) }), further);
}
