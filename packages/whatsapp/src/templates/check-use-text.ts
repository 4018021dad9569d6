import type { Report, Untrusted } from '../outbound/check/rules.ts';
import { lineOfText } from '../outbound/check/template.ts';
import { wordOf } from './shape.ts';
import type { UsedPart } from './use.ts';
import { variablesOf } from './variables.ts';

/** The texts of a header or body against its variables. */
export interface Wanted {
  readonly what: 'header' | 'body';
  readonly text: string;
  readonly isNamed: boolean;
  /** Where to say that it is missing. */
  readonly at: string;
}

interface Asked {
  readonly what: string;
  readonly variables: readonly string[];
}

const TEXT_KINDS: readonly string[] = ['text', 'currency', 'date_time'];
const braces = (variables: readonly string[]): string => variables.map((each) => `{{${each}}}`).join(', ');

function checkKinds(parameters: readonly Untrusted[], at: string, report: Report): void {
  for (const [index, each] of parameters.entries()) {
    if (!TEXT_KINDS.includes(wordOf(each['type'])))
      report({
        field: `${at}[${index}].type`,
        message: 'must be "text": a variable of the template text is filled here',
      });
    if (wordOf(each['type']) === 'text') lineOfText(each['text'], `${at}[${index}].text`, report);
  }
}

function checkPositional({ variables, what }: Asked, used: UsedPart, report: Report): void {
  const at = `${used.at}.parameters`;
  const [limit, actual] = [variables.length, used.parameters.length];
  if (limit !== actual)
    report({
      field: at,
      message: `the ${what} of this template takes ${limit} parameter${limit === 1 ? '' : 's'}${limit === 0 ? '' : ` (${braces(variables)})`}: give exactly as many`,
      limit,
      actual,
      reason: 'count',
    });
  const named = used.parameters.findIndex((each) => each['parameter_name'] !== undefined);
  if (named >= 0)
    report({
      field: `${at}[${named}].parameter_name`,
      message: 'must be absent: this template counts its variables, so only their order matters',
    });
}

function checkNamed({ variables, what }: Asked, used: UsedPart, report: Report): void {
  const at = `${used.at}.parameters`;
  const names = used.parameters.map((each) => each['parameter_name']);
  const missing = variables.filter((each) => !names.includes(each));
  if (missing.length > 0)
    report({
      field: at,
      message: `the ${what} of this template also needs ${missing.join(', ')}`,
      limit: variables.length,
      actual: names.length,
      reason: 'count',
    });
  for (const [index, name] of names.entries()) {
    const field = `${at}[${index}].parameter_name`;
    if (name === undefined)
      report({
        field,
        message: `is required: this template names its variables (${variables.join(', ')})`,
        reason: 'missing',
      });
    else if (typeof name !== 'string' || !variables.includes(name))
      report({
        field,
        message: `is no variable of this ${what}${variables.length === 0 ? '' : `; it has ${variables.join(', ')}`}`,
      });
    else if (names.indexOf(name) < index) report({ field, message: 'is given twice: remove one of them' });
  }
}

/** `used` null: the message says nothing about this part. */
export function checkTexts({ what, text, isNamed, at }: Wanted, used: UsedPart | null, report: Report): void {
  const variables = variablesOf(text);
  if (used === null) {
    if (variables.length > 0)
      report({
        field: at,
        message: `needs a ${what} component with a parameter for ${braces(variables)}`,
        limit: variables.length,
        actual: 0,
        reason: 'count',
      });
    return;
  }
  checkKinds(used.parameters, `${used.at}.parameters`, report);
  (isNamed ? checkNamed : checkPositional)({ variables, what }, used, report);
}
