import { isRecord } from '../json.ts';
import { badParam, missing, type Refusal } from './answer.ts';
import { findComponent, type GivenComponent, type GivenParameter, parseComponents } from './template-render.ts';
import { findTemplate, type Template, type TemplateComponent } from './templates.ts';

/** What Meta refuses about a template send, or null. */
export function checkTemplate(value: unknown, toBsuid: boolean): Refusal | null {
  if (!isRecord(value)) return missing("Parameter 'template' is mandatory for type 'template'");
  const { name, language } = value;
  if (typeof name !== 'string' || name === '') return badParam('The parameter template[name] is required.');
  const code = isRecord(language) ? language.code : undefined;
  if (typeof code !== 'string') return badParam('The parameter template[language][code] is required.');
  const template = findTemplate(name, code);
  if (template === undefined) return unknownTemplate(name, code);
  const given = parseComponents(value.components);
  return checkState(template) ?? checkRecipient(template, toBsuid) ?? checkParameters(template, given);
}

const unknownTemplate = (name: string, language: string): Refusal => ({
  code: 132001,
  details: `template name (${name}) does not exist in ${language}`,
});

function checkState(template: Template): Refusal | null {
  switch (template.status) {
    case 'APPROVED':
      return null;
    case 'PAUSED':
      return { code: 132015 };
    case 'DISABLED':
      return { code: 132016 };
    case 'PENDING':
    case 'REJECTED':
    default:
      return unknownTemplate(template.name, template.language);
  }
}

/** One-tap, zero-tap and copy-code templates go to phone numbers alone. */
const checkRecipient = (template: Template, toBsuid: boolean): Refusal | null =>
  template.category === 'AUTHENTICATION' && toBsuid ? { code: 131062 } : null;

function checkParameters(template: Template, given: readonly GivenComponent[]): Refusal | null {
  for (const part of template.components) {
    const problem = checkPart(template, part, given);
    if (problem !== null) return problem;
  }
  return checkTexts(given);
}

function checkPart(template: Template, part: TemplateComponent, given: readonly GivenComponent[]): Refusal | null {
  switch (part.type) {
    case 'HEADER':
      return part.format === 'TEXT'
        ? checkVariables(template, 'header', part.text ?? '', findComponent(given, 'header'))
        : checkMediaHeader(part.format.toLowerCase(), findComponent(given, 'header'));
    case 'BODY':
      return checkVariables(template, 'body', part.text, findComponent(given, 'body'));
    case 'BUTTONS':
      return checkButtons(part.buttons, given);
    case 'FOOTER':
    default:
      return null;
  }
}

const variablesOf = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');

function checkVariables(
  template: Template,
  place: string,
  text: string,
  given: GivenComponent | undefined,
): Refusal | null {
  const names = variablesOf(text);
  const parameters = given?.parameters ?? [];
  if (parameters.length !== names.length) {
    const details = `${place}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`;
    return { code: 132000, details };
  }
  if (template.parameter_format !== 'NAMED') return null;
  const lacking = names.find((name) => !parameters.some((parameter) => parameter.parameter_name === name));
  return lacking === undefined ? null : { code: 132012, details: `${place}: parameter_name ${lacking} is missing` };
}

function checkMediaHeader(type: string, given: GivenComponent | undefined): Refusal | null {
  const actual = given?.parameters[0]?.type;
  if (actual === type) return null;
  return {
    code: 132012,
    details: `header: Format mismatch, expected ${type.toUpperCase()}, received ${(actual ?? 'UNKNOWN').toUpperCase()}`,
  };
}

function checkButtons(
  buttons: readonly { type: string; url?: string }[],
  given: readonly GivenComponent[],
): Refusal | null {
  for (const [at, button] of buttons.entries()) {
    const needs = button.type === 'URL' && variablesOf(button.url ?? '').length > 0;
    const has = (findComponent(given, 'button', at)?.parameters.length ?? 0) > 0;
    if (needs && !has) return missing(`buttons: Button at index ${at} of type Url requires a parameter`);
  }
  return null;
}

function checkTexts(given: readonly GivenComponent[]): Refusal | null {
  const texts = given.flatMap((component) => component.parameters.map(textOfParameter));
  return texts.some((text) => /[\n\t]| {5}/.test(text)) ? { code: 132018 } : null;
}

const textOfParameter = (parameter: GivenParameter): string =>
  typeof parameter.text === 'string' ? parameter.text : '';
