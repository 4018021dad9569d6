import { isRecord } from '../json.ts';
import type { Template, TemplateButton, TemplateComponent } from '../templates/template.ts';
import { fillText, findButton, findGiven, type GivenComponent, parseGiven } from './given.ts';

/** The template as the phone shows it: header, text, footer, buttons, offer, cards. */
export const renderTemplate = (template: Template, components: unknown): Record<string, unknown> =>
  renderParts(template.components, parseGiven(components));

function renderParts(parts: readonly TemplateComponent[], given: readonly GivenComponent[]): Record<string, unknown> {
  const rendered: Record<string, unknown> = { text: '', buttons: [] };
  for (const part of parts) Object.assign(rendered, renderPart(part, given));
  return rendered;
}

function renderPart(part: TemplateComponent, given: readonly GivenComponent[]): Record<string, unknown> {
  switch (part.type) {
    case 'HEADER':
      return { header: renderHeader(part, findGiven(given, 'header')) };
    case 'BODY':
      return { text: fillText(part.text, findGiven(given, 'body')?.parameters ?? []) };
    case 'FOOTER':
      return { footer: part.text };
    case 'BUTTONS':
      return { buttons: part.buttons.map((button, at) => renderButton(button, findButton(given, at))) };
    case 'LIMITED_TIME_OFFER':
      return { offer: renderOffer(part.limited_time_offer.text, findGiven(given, 'limited_time_offer')) };
    case 'CAROUSEL':
    default: {
      const cards = findGiven(given, 'carousel')?.cards ?? [];
      const givenOf = (at: number): readonly GivenComponent[] =>
        cards.find((card) => card.card_index === at)?.components ?? [];
      return { cards: part.cards.map((card, at) => renderParts(card.components, givenOf(at))) };
    }
  }
}

function renderHeader(part: { format: string; text?: string }, given: GivenComponent | undefined): unknown {
  if (part.format === 'TEXT') return { type: 'text', text: fillText(part.text ?? '', given?.parameters ?? []) };
  return given?.parameters[0] ?? { type: part.format.toLowerCase() };
}

function renderButton(button: TemplateButton, given: GivenComponent | undefined): Record<string, unknown> {
  const parameter = given?.parameters[0];
  const type = button.type.toLowerCase();
  if (button.type === 'QUICK_REPLY') return { type, text: button.text, payload: parameter?.payload ?? button.text };
  const url = button.url === undefined ? {} : { url: fillText(button.url, given?.parameters ?? []) };
  const code = button.type === 'COPY_CODE' ? { code: parameter?.coupon_code } : {};
  return { type, text: button.text, ...url, ...code };
}

function renderOffer(text: string, given: GivenComponent | undefined): Record<string, unknown> {
  const offer = given?.parameters[0]?.limited_time_offer;
  return { text, ...(isRecord(offer) ? { expiresAt: Number(offer.expiration_time_ms) } : {}) };
}
