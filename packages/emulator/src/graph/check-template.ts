import { isRecord } from '../json.ts';
import type { Template } from '../templates/template.ts';
import { badParam, missing, type Refusal } from './answer.ts';
import { firstProblem } from './check-text.ts';
import type { CheckDeps } from './check-message.ts';
import { checkGivenParts } from './check-template-parts.ts';
import { type GivenComponent, parseGiven } from './given.ts';

/** What Meta refuses about a template send, or null. */
export function checkTemplate(value: unknown, deps: CheckDeps): Refusal | null {
  if (!isRecord(value)) return missing("Parameter 'template' is mandatory for type 'template'");
  const { name, language } = value;
  if (typeof name !== 'string' || name === '') return badParam('The parameter template[name] is required.');
  const code = isRecord(language) ? language.code : undefined;
  if (typeof code !== 'string') return badParam('The parameter template[language][code] is required.');
  const template = deps.findTemplate(name, code);
  if (template === undefined) return unknownTemplate(name, code);
  const given = parseGiven(value.components);
  return firstProblem([
    () => checkState(template),
    () => checkRecipient(template, deps.toBsuid),
    () => checkKinds(given),
    () => checkGivenParts(template.components, given, { ...deps, template }),
    () => checkTexts(given),
  ]);
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
    case 'IN_APPEAL':
    case 'PENDING_DELETION':
    case 'LIMIT_EXCEEDED':
    case 'ARCHIVED':
    default:
      return unknownTemplate(template.name, template.language);
  }
}

/** One-tap, zero-tap and copy-code templates go to phone numbers alone. */
const checkRecipient = (template: Template, toBsuid: boolean): Refusal | null =>
  template.category === 'AUTHENTICATION' && toBsuid ? { code: 131062 } : null;

const kinds = ['header', 'body', 'button', 'limited_time_offer', 'carousel', 'footer'];

function checkKinds(given: readonly GivenComponent[]): Refusal | null {
  const wrong = given.find(({ type }) => !kinds.includes(type));
  if (wrong === undefined) return null;
  const names = kinds.join(', ').toUpperCase();
  return badParam(`Param template['components'][0]['type'] must be one of {${names}} - got "${wrong.type}".`);
}

function checkTexts(given: readonly GivenComponent[]): Refusal | null {
  const isBroken = given.some(
    (component) =>
      component.parameters.some(({ text }) => typeof text === 'string' && /[\n\r\t]| {5}/.test(text)) ||
      component.cards.some((card) => checkTexts(card.components) !== null),
  );
  return isBroken ? { code: 132018 } : null;
}
