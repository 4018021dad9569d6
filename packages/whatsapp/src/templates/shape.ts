import { isObject, under } from '../outbound/check/rules.ts';
import type { Untrusted } from '../outbound/check/rules.ts';
import { isPosition, variablesOf } from './variables.ts';

/**
 * A definition read for sending and showing: words in lower case, parts by their place. Total over any value, so that a
 * template that came from Meta with parts unknown here can still be used.
 */
export interface HeaderShape {
  readonly format: string;
  readonly text: string;
}

export interface ButtonShape {
  readonly type: string;
  readonly text: string;
  readonly url: string | null;
  readonly phone: string | null;
  /** A code is copied or filled in: what the message gives belongs on the button too. */
  readonly isOtp: boolean;
}

/** What a message and a card of a carousel have in common. */
export interface BlockShape {
  readonly header: HeaderShape | null;
  readonly body: string;
  readonly buttons: readonly ButtonShape[];
  readonly isNamed: boolean;
}

export interface TemplateShape extends BlockShape {
  readonly name: string;
  readonly language: string;
  readonly isAuthentication: boolean;
  readonly footer: string | null;
  readonly offer: { readonly text: string; readonly hasExpiration: boolean } | null;
  readonly cards: readonly BlockShape[] | null;
}

const objects = (value: unknown): Untrusted[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A word of Meta's vocabulary, in lower case. */
export const wordOf = (value: unknown): string => textOf(value).toLowerCase();

const ofType = (components: readonly Untrusted[], type: string): Untrusted | undefined =>
  components.find((each) => wordOf(each['type']) === type);

/** Meta turns the `otp` button of an authentication template into a `url` one when it is read back. */
function toButton(raw: Untrusted, isAuthentication: boolean): ButtonShape {
  const type = wordOf(raw['type']);
  const isOtp = type === 'otp' || (isAuthentication && (type === 'url' || type === 'copy_code'));
  const label = textOf(raw['text']) || (isOtp ? toOtpLabel(wordOf(raw['otp_type']), raw) : '');
  const [url, phone] = [textOf(raw['url']), textOf(raw['phone_number'])];
  return { type, text: label, url: url === '' ? null : url, phone: phone === '' ? null : phone, isOtp };
}

/** Meta's own English labels, where the template leaves them to Meta. */
function toOtpLabel(otpType: string, raw: Untrusted): string {
  if (otpType === 'one_tap') return textOf(raw['autofill_text']) || 'Autofill';
  return 'Copy code';
}

function toHeader(component: Untrusted | undefined): HeaderShape | null {
  if (component === undefined) return null;
  return { format: wordOf(component['format']) || 'text', text: textOf(component['text']) };
}

function toBlock(components: readonly Untrusted[], kind: { isAuthentication: boolean; isNamed: boolean }): BlockShape {
  const { isAuthentication, isNamed } = kind;
  const body = ofType(components, 'body');
  return {
    header: toHeader(ofType(components, 'header')),
    body: isAuthentication ? toAuthenticationBody(body) : textOf(body?.['text']),
    buttons: objects(ofType(components, 'buttons')?.['buttons']).map((each) => toButton(each, isAuthentication)),
    isNamed,
  };
}

/** Meta writes this text itself, in the template's language; until it is read back only the English one is known. */
function toAuthenticationBody(body: Untrusted | undefined): string {
  const given = textOf(body?.['text']);
  if (given !== '') return given;
  const advice = body?.['add_security_recommendation'] === true ? ' For your security, do not share this code.' : '';
  return `*{{1}}* is your verification code.${advice}`;
}

function toFooter(component: Untrusted | undefined): string | null {
  if (component === undefined) return null;
  const minutes = component['code_expiration_minutes'];
  if (textOf(component['text']) === '' && typeof minutes === 'number')
    return `This code expires in ${minutes} minutes.`;
  return textOf(component['text']);
}

function toOffer(component: Untrusted | undefined): TemplateShape['offer'] {
  if (component === undefined) return null;
  const offer = component['limited_time_offer'];
  if (!isObject(offer)) return { text: textOf(component['text']), hasExpiration: false };
  return { text: textOf(offer['text']), hasExpiration: offer['has_expiration'] === true };
}

/** Where Meta does not say which format, the first variable does. */
function decideNamed(format: string, components: readonly Untrusted[]): boolean {
  if (format !== '') return format === 'named';
  const cards = objects(ofType(components, 'carousel')?.['cards']);
  const all = [...components, ...cards.flatMap((card) => objects(card['components']))];
  const [first] = all.flatMap((each) => variablesOf(textOf(each['text'])));
  return first !== undefined && !isPosition(first);
}

export function toTemplateShape(definition: unknown): TemplateShape {
  const raw = isObject(definition) ? definition : {};
  const components = objects(raw['components']);
  const isAuthentication = wordOf(raw['category']) === 'authentication';
  const isNamed = decideNamed(wordOf(raw['parameter_format']), components);
  const carousel = ofType(components, 'carousel');
  const toCard = (card: Untrusted) => toBlock(objects(card['components']), { isAuthentication: false, isNamed });
  return {
    ...toBlock(components, { isAuthentication, isNamed }),
    name: textOf(raw['name']),
    language: textOf(raw['language']),
    isAuthentication,
    footer: toFooter(ofType(components, 'footer')),
    offer: toOffer(ofType(components, 'limited_time_offer')),
    cards: carousel === undefined ? null : objects(carousel['cards']).map(toCard),
  };
}

/** What a button of the definition takes when it is sent. */
export function hasUrlVariable(button: ButtonShape): boolean {
  return button.type === 'url' && button.url !== null && variablesOf(button.url).length > 0;
}

/** Path of a component as the caller wrote it. */
export const componentPath = (at: string, index: number): string => under(`${at}.components`, index);
