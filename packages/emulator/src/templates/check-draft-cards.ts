import { badParam, type Refusal } from '../graph/answer.ts';
import { firstProblem } from '../graph/check-text.ts';
import { checkButtons } from './check-draft-buttons.ts';
import { checkBody, hasHandle } from './check-draft-texts.ts';
import { noExample } from './draft-refusal.ts';
import { findPart, type TemplateCard, type TemplateDraft } from './template.ts';

/** What Meta refuses about the cards of a new carousel, or null. All cards are built alike. */
export function checkCards(cards: readonly TemplateCard[], format: TemplateDraft['parameterFormat']): Refusal | null {
  if (cards.length < 2 || cards.length > 10) return badParam('A carousel has 2 to 10 cards.');
  if (new Set(cards.map(toShape)).size > 1) return badParam('All cards of a carousel must have the same components.');
  return firstProblem(cards.map((card) => () => checkCard(card, format)));
}

function toShape({ components }: TemplateCard): string {
  const parts = components.map((part) => {
    if (part.type === 'HEADER') return part.format;
    return part.type === 'BUTTONS' ? part.buttons.map(({ type }) => type).join('+') : part.type;
  });
  return parts.join(' ');
}

const cardHeaders = new Set(['IMAGE', 'VIDEO', 'PRODUCT']);

function checkCard({ components }: TemplateCard, format: TemplateDraft['parameterFormat']): Refusal | null {
  const [header, body, buttons] = [
    findPart(components, 'HEADER'),
    findPart(components, 'BODY'),
    findPart(components, 'BUTTONS'),
  ];
  if (header === undefined || !cardHeaders.has(header.format))
    return badParam('A card needs a header of format IMAGE, VIDEO or PRODUCT.');
  if (header.format !== 'PRODUCT' && !hasHandle(header.example)) return noExample('The header of a card');
  if (buttons === undefined) return badParam('A card needs one or two buttons.');
  const text = body === undefined ? null : checkBody(body, format, 160);
  return text ?? checkButtons(buttons.buttons, 2);
}
