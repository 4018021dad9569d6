import { badParam, type Refusal } from '../graph/answer.ts';
import { firstProblem, lengthOf } from '../graph/check-text.ts';
import { checkButtons } from './check-draft-buttons.ts';
import { checkCards } from './check-draft-cards.ts';
import { checkBody, checkNames, hasExamples, hasHandle } from './check-draft-texts.ts';
import { noExample, tooLong, wrongBody, wrongFooter, wrongHeader } from './draft-refusal.ts';
import { findPart, type TemplateComponent, type TemplateDraft, variablesOf } from './template.ts';

type Part<T extends TemplateComponent['type']> = Extract<TemplateComponent, { type: T }>;

/** What Meta refuses about the parts of a new template, or null. */
export function checkComponents(draft: TemplateDraft): Refusal | null {
  const body = findPart(draft.components, 'BODY');
  if (body === undefined) return wrongBody('A template needs a BODY component.');
  if (draft.category === 'AUTHENTICATION')
    return findPart(draft.components, 'BUTTONS') === undefined
      ? badParam('An authentication template needs its OTP button.')
      : null;
  const max = findPart(draft.components, 'LIMITED_TIME_OFFER') === undefined ? 1024 : 600;
  return firstProblem([
    () => checkBody(body, draft.parameterFormat, max),
    ...draft.components.map((part) => () => checkPart(part, draft)),
  ]);
}

function checkPart(part: TemplateComponent, draft: TemplateDraft): Refusal | null {
  switch (part.type) {
    case 'HEADER':
      return checkHeader(part, draft);
    case 'FOOTER':
      return checkFooter(part);
    case 'BUTTONS':
      return checkButtons(part.buttons);
    case 'LIMITED_TIME_OFFER':
      return checkOffer(part, draft);
    case 'CAROUSEL':
      return checkCards(part.cards, draft.parameterFormat);
    case 'BODY':
    default:
      return null;
  }
}

function checkHeader(header: Part<'HEADER'>, draft: TemplateDraft): Refusal | null {
  if (header.format === 'LOCATION' || header.format === 'PRODUCT') return null;
  if (header.format === 'GIF' && draft.category !== 'MARKETING')
    return wrongHeader('A GIF header is for MARKETING templates alone.');
  if (header.format !== 'TEXT') return hasHandle(header.example) ? null : noExample('The header');
  const text = header.text ?? '';
  const names = variablesOf(text);
  if (lengthOf(text) === 0) return wrongHeader('A TEXT header needs text.');
  if (lengthOf(text) > 60) return tooLong('The header', 60);
  if (names.length > 1) return wrongHeader('The header can have one variable.');
  return (
    checkNames(names, draft.parameterFormat, wrongHeader) ??
    (hasExamples(header.example, 'header_text', names, draft.parameterFormat) ? null : noExample('The header'))
  );
}

function checkFooter({ text }: Part<'FOOTER'>): Refusal | null {
  if (lengthOf(text) === 0) return wrongFooter('The footer needs text.');
  if (variablesOf(text).length > 0) return wrongFooter('The footer must not have variables.');
  return lengthOf(text) > 60 ? tooLong('The footer', 60) : null;
}

function checkOffer({ limited_time_offer: offer }: Part<'LIMITED_TIME_OFFER'>, draft: TemplateDraft): Refusal | null {
  if (draft.category !== 'MARKETING') return badParam('A limited-time offer needs the category MARKETING.');
  if (findPart(draft.components, 'FOOTER') !== undefined) return wrongFooter('A limited-time offer has no footer.');
  if (lengthOf(offer.text) === 0) return badParam('A limited-time offer needs text.');
  return lengthOf(offer.text) > 16 ? tooLong('The text of a limited-time offer', 16) : null;
}
