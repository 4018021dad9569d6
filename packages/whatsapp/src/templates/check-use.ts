import { rowOf } from '../inbound/read.ts';
import type { MessageProblem, OutgoingMessage } from '../message.ts';
import { media } from '../outbound/check/basic.ts';
import { collect } from '../outbound/check/collect.ts';
import { isObject } from '../outbound/check/rules.ts';
import type { Report } from '../outbound/check/rules.ts';
import { checkUsedButtons } from './check-use-button.ts';
import { checkTexts } from './check-use-text.ts';
import type { TemplateDefinition } from './definition.ts';
import { isSameLanguage } from './language.ts';
import { toTemplateShape, wordOf } from './shape.ts';
import type { BlockShape, TemplateShape } from './shape.ts';
import { toBlockUse, toCardUses } from './use.ts';
import type { BlockUse } from './use.ts';

/** The `template` object of a message: what is sent. */
export type TemplateUse = Extract<OutgoingMessage, { readonly type: 'template' }>['template'];

const CODE = 15;

/** Headers that are filled at each send, and what fills them. */
const HEADER_KINDS: { readonly [format: string]: readonly string[] } = {
  image: ['image'],
  video: ['video'],
  document: ['document'],
  gif: ['gif', 'video'],
  location: ['location'],
  product: ['product'],
};
const FILES: readonly string[] = ['image', 'video', 'document', 'gif'];

const file = media({ filename: () => undefined });

/** A header that is filled at each send, and what fills it. */
interface Filled {
  readonly format: string;
  readonly kinds: readonly string[];
}

function checkFilledHeader({ format, kinds }: Filled, use: BlockUse, report: Report): void {
  const [first = ''] = kinds;
  const example = `{ "type": "header", "parameters": [{ "type": "${first}", "${first}": … }] }`;
  const { header, at } = use;
  if (header === null)
    return report({
      field: at,
      message: `needs a header: this template shows ${format} above its text. Add ${example}`,
      reason: 'missing',
    });
  const actual = header.parameters.length;
  if (actual !== 1)
    return report({
      field: `${header.at}.parameters`,
      message: `must hold exactly one ${first}: ${example}`,
      limit: 1,
      actual,
    });
  const [parameter = {}] = header.parameters;
  const kind = wordOf(parameter['type']);
  const field = `${header.at}.parameters[0]`;
  if (!kinds.includes(kind))
    return report({ field: `${field}.type`, message: `must be "${first}": that is the header of this template` });
  if (FILES.includes(kind)) file(parameter[kind], `${field}.${kind}`, report);
  else if (!isObject(parameter[kind])) report({ field: `${field}.${kind}`, message: 'is required', reason: 'missing' });
}

function checkHeader({ header, isNamed }: BlockShape, use: BlockUse, report: Report): void {
  if (header === null) {
    if (use.header !== null)
      report({ field: use.header.at, message: 'this template has no header: remove this component' });
    return;
  }
  const { format, text } = header;
  const kinds = rowOf(HEADER_KINDS, format);
  if (kinds !== undefined) checkFilledHeader({ format, kinds }, use, report);
  else if (format === 'text') checkTexts({ what: 'header', text, isNamed, at: use.at }, use.header, report);
}

function checkBlock(block: BlockShape, use: BlockUse, report: Report): void {
  checkHeader(block, use, report);
  checkTexts({ what: 'body', text: block.body, isNamed: block.isNamed, at: use.at }, use.body, report);
  checkUsedButtons(block.buttons, use, report);
  for (const each of use.surplus)
    report({ field: each.at, message: 'takes nothing here or is given twice: remove this component' });
}

function checkOffer(offer: TemplateShape['offer'], use: BlockUse, report: Report): void {
  const wanted = offer?.hasExpiration === true;
  if (use.offer === null) {
    if (wanted)
      report({
        field: use.at,
        message:
          'needs a limited_time_offer component with expiration_time_ms: this template shows when the offer ends',
        reason: 'missing',
      });
    return;
  }
  if (!wanted)
    return report({ field: use.offer.at, message: 'this template has no offer that ends: remove this component' });
  const [parameter = {}] = use.offer.parameters;
  const value = parameter['limited_time_offer'];
  const end = isObject(value) ? value['expiration_time_ms'] : undefined;
  if (!Number.isSafeInteger(end) || (end as number) <= 0)
    report({
      field: `${use.offer.at}.parameters[0].limited_time_offer.expiration_time_ms`,
      message: 'must be the end of the offer in unix milliseconds',
    });
}

function checkCards(cards: readonly BlockShape[], use: BlockUse, report: Report): void {
  if (use.carousel === null)
    return report({
      field: use.at,
      message: `needs a carousel component with ${cards.length} cards`,
      limit: cards.length,
      actual: 0,
      reason: 'missing',
    });
  const given = toCardUses(use.carousel);
  const field = `${use.carousel.at}.cards`;
  if (given.length !== cards.length)
    report({
      field,
      message: `must hold exactly ${cards.length} cards, as the template does`,
      limit: cards.length,
      actual: given.length,
    });
  const seen = new Set<unknown>();
  for (const card of given) {
    const block = typeof card.index === 'number' ? cards[card.index] : undefined;
    if (block === undefined || seen.has(card.index))
      report({ field: `${card.at}.card_index`, message: `must be a number from 0 to ${cards.length - 1}, each once` });
    else checkBlock(block, card.use, report);
    seen.add(card.index);
  }
}

/** The code stands in the body and in the button; a button that copies another code would lock people out. */
function checkCode(use: BlockUse, report: Report): void {
  const [code] = use.body?.parameters ?? [];
  const [button] = use.buttons;
  const value = code?.['text'];
  if (use.body === null || typeof value !== 'string') return;
  const field = `${use.body.at}.parameters[0].text`;
  if (value.length > CODE)
    report({ field, message: `must be at most ${CODE} characters: it is a code`, limit: CODE, actual: value.length });
  const copied = button?.parameters[0]?.['text'];
  if (button !== undefined && typeof copied === 'string' && copied !== value)
    report({ field: `${button.at}.parameters[0].text`, message: 'must be the same code as in the body' });
}

function checkIdentity(shape: TemplateShape, template: { [key: string]: unknown }, report: Report): void {
  if (template['name'] !== shape.name)
    report({ field: 'template.name', message: `must be "${shape.name}", the name of the template` });
  const language = template['language'];
  const code = isObject(language) ? language['code'] : undefined;
  if (typeof code !== 'string' || !isSameLanguage(code, shape.language))
    report({ field: 'template.language.code', message: `must be "${shape.language}", the language of this variant` });
}

/** A campaign is checked a thousand times against one definition: it is read once. */
const shapes = new WeakMap<TemplateDefinition, TemplateShape>();

function shapeOf(definition: TemplateDefinition): TemplateShape {
  const known = shapes.get(definition);
  if (known) return known;
  const shape = toTemplateShape(definition);
  if (isObject(definition)) shapes.set(definition, shape);
  return shape;
}

/**
 * Whether a message fits its template exactly: everything Meta answers with 132000, 132012, 132018, 131008 or 131009
 * after the fact. Fields are paths in the message (`template.components[1].parameters[0].text`). What is wrong with
 * the message in itself is for `checkMessage`, and whether the template may be sent now (its status) for the caller.
 *
 * @returns at most 50 problems, empty when there are none; never throws
 */
export function checkTemplateUse(definition: TemplateDefinition, template: TemplateUse): MessageProblem[] {
  const shape = shapeOf(definition);
  return collect((report) => {
    const value: unknown = template;
    if (!isObject(value)) return report({ field: 'template', message: 'must be an object' });
    checkIdentity(shape, value, report);
    const use = toBlockUse(value['components'], 'template');
    checkBlock(shape, use, report);
    checkOffer(shape.offer, use, report);
    if (shape.cards !== null) checkCards(shape.cards, use, report);
    else if (use.carousel !== null)
      report({ field: use.carousel.at, message: 'this template has no cards: remove this component' });
    if (shape.isAuthentication) checkCode(use, report);
  });
}
