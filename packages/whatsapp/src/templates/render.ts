import { isObject } from '../outbound/check/rules.ts';
import type { Untrusted } from '../outbound/check/rules.ts';
import type { OutgoingMedia } from '../message.ts';
import type { TemplateUse } from './check-use.ts';
import type { TemplateDefinition } from './definition.ts';
import { toTemplateShape, wordOf } from './shape.ts';
import type { BlockShape, ButtonShape, HeaderShape } from './shape.ts';
import { toBlockUse, toCardUses } from './use.ts';
import type { BlockUse, UsedButton, UsedPart } from './use.ts';
import { fill, variablesOf } from './variables.ts';

/** What a person will see. Variables without a value stay as `{{1}}`. */
export interface RenderedTemplate {
  readonly header?: RenderedHeader;
  readonly body: string;
  readonly footer?: string;
  readonly buttons: readonly RenderedButton[];
  readonly cards?: readonly RenderedTemplate[];
  /** `expiresAt` in unix milliseconds. */
  readonly offer?: { readonly text: string; readonly expiresAt?: number };
}

export interface RenderedHeader {
  readonly format: 'text' | 'image' | 'video' | 'document' | 'gif' | 'location' | 'product' | (string & {});
  readonly text?: string;
  readonly media?: OutgoingMedia;
}

export interface RenderedButton {
  readonly type: string;
  readonly text: string;
  readonly url?: string;
  readonly phone?: string;
  /** What a tap copies. */
  readonly code?: string;
}

const EMPTY: BlockUse = { at: '', header: null, body: null, offer: null, carousel: null, buttons: [], surplus: [] };
const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Currency and date carry the words to show beside their numbers. */
function toValue(parameter: Untrusted | undefined): string | undefined {
  if (parameter === undefined) return undefined;
  const kind = wordOf(parameter['type']);
  const value = parameter[kind];
  return isObject(value) ? stringOf(value['fallback_value']) : stringOf(value);
}

function fillTexts(text: string, used: UsedPart | null): string {
  const parameters = used?.parameters ?? [];
  const order = variablesOf(text);
  return fill(text, (variable) => {
    const named = parameters.find((each) => each['parameter_name'] === variable);
    if (named !== undefined) return toValue(named);
    const place = /^\d+$/.test(variable) ? Number(variable) - 1 : order.indexOf(variable);
    const positional = parameters[place];
    return positional?.['parameter_name'] === undefined ? toValue(positional) : undefined;
  });
}

function toMedia(used: UsedPart | null, format: string): OutgoingMedia | undefined {
  const parameter = used?.parameters.find((each) => isObject(each[wordOf(each['type'])]));
  const value = parameter?.[wordOf(parameter['type'])];
  if (!isObject(value) || format === 'location' || format === 'product') return undefined;
  const [id, link] = [stringOf(value['id']), stringOf(value['link'])];
  return { ...(id === undefined ? {} : { id }), ...(link === undefined ? {} : { link }) };
}

function toHeader(header: HeaderShape, used: UsedPart | null): RenderedHeader {
  const { format, text } = header;
  if (format === 'text') return { format, text: fillTexts(text, used) };
  const media = toMedia(used, format);
  return media === undefined ? { format } : { format, media };
}

function toButton(button: ButtonShape, used: UsedButton | undefined): RenderedButton {
  const value = toValue(used?.parameters[0]);
  const { type, text, url, phone, isOtp } = button;
  const shown = { type, text, ...(phone === null ? {} : { phone }) };
  if (isOtp || type === 'copy_code') return { ...shown, code: value ?? '{{1}}' };
  return url === null ? shown : { ...shown, url: fill(url, () => value) };
}

function toRendered(block: BlockShape, use: BlockUse): RenderedTemplate {
  const header = block.header === null ? {} : { header: toHeader(block.header, use.header) };
  const buttonAt = (index: number): UsedButton | undefined => use.buttons.find((each) => each.index === index);
  return {
    ...header,
    body: fillTexts(block.body, use.body),
    buttons: block.buttons.map((button, index) => toButton(button, buttonAt(index))),
  };
}

function toOffer(offer: { text: string }, used: UsedPart | null): NonNullable<RenderedTemplate['offer']> {
  const value = used?.parameters[0]?.['limited_time_offer'];
  const end = isObject(value) ? value['expiration_time_ms'] : undefined;
  return { text: offer.text, ...(typeof end === 'number' ? { expiresAt: end } : {}) };
}

/**
 * The template as a person will see it, with the values of a message or without any. Shows whatever it is given: see
 * `checkTemplateUse` for whether it can be sent. Text is the sender's own and not escaped.
 */
export function renderTemplate(definition: TemplateDefinition, template?: TemplateUse): RenderedTemplate {
  const shape = toTemplateShape(definition);
  const use = toBlockUse(template?.components, 'template');
  const given = use.carousel === null ? [] : toCardUses(use.carousel);
  const cards = shape.cards?.map((card, index) =>
    toRendered(card, given.find((each) => each.index === index)?.use ?? EMPTY),
  );
  return {
    ...toRendered(shape, use),
    ...(shape.footer === null ? {} : { footer: shape.footer }),
    ...(shape.offer === null ? {} : { offer: toOffer(shape.offer, use.offer) }),
    ...(cards === undefined ? {} : { cards }),
  };
}
