/**
 * Templates: from a definition come problems, before Meta reviews it and before each send, and the message as a person
 * will see it. Pure, and with no memory: which templates exist and what state they are in is the caller's to know.
 */
export { checkTemplateDefinition } from './templates/check-definition.ts';
export { checkTemplateUse } from './templates/check-use.ts';
export type { TemplateUse } from './templates/check-use.ts';
export { toTemplateDefinition } from './templates/definition.ts';
export type {
  TemplateCategory,
  TemplateDefinition,
  TemplateDefinitionButton,
  TemplateDefinitionComponent,
  TemplateExample,
} from './templates/definition.ts';
export { toLanguageCode } from './templates/language.ts';
export { TEMPLATE_LIBRARY } from './templates/library.ts';
export type { LibraryTemplate } from './templates/library.ts';
export { toPriceClass } from './templates/price.ts';
export type { Price, PriceClass, PriceQuestion } from './templates/price.ts';
export { renderTemplate } from './templates/render.ts';
export type { RenderedButton, RenderedHeader, RenderedTemplate } from './templates/render.ts';
