import type { MessageProblem, OutgoingType, Recipient } from '../../message.ts';
import { BASIC_RULES, quote } from './basic.ts';
import { interactiveRule } from './interactive.ts';
import { byWord, isObject, oneOf, shape, text } from './rules.ts';
import type { Fields, Rule } from './rules.ts';
import { collect } from './collect.ts';
import { recipientRule } from './recipient.ts';
import { checkAuthentication, templateRule } from './template.ts';

const CALLBACK_DATA = 512;

const CONTENT: { readonly [type in OutgoingType]: Rule } = {
  ...BASIC_RULES,
  interactive: interactiveRule,
  template: templateRule,
};

/** The words a message's `type` may be. */
export const OUTGOING_TYPES = Object.keys(CONTENT) as readonly OutgoingType[];

/** Reactions and pins point at a message already, so they cannot quote one. */
const POINTING: readonly string[] = ['reaction', 'pin'] satisfies OutgoingType[];

function messageRule(type: string, content: Rule): Rule {
  return shape({ type: oneOf(type), [type]: content }, POINTING.includes(type) ? {} : { context: quote });
}
const RULES: Fields = Object.fromEntries(
  Object.entries(CONTENT).map(([type, rule]) => [type, messageRule(type, rule)]),
);
const anyMessage = byWord('type', RULES);

export interface CheckOptions {
  /** The template's category, when known: `AUTHENTICATION` has rules of its own (code of at most 15 characters). */
  readonly category?: string;
}

/**
 * Everything that can be known to be wrong with a message before it is sent, by shape and by Meta's limits. Takes any
 * value and never throws. Lengths are UTF-16 code units. No problem found does not mean delivered: whether a template
 * exists, the window is open or the person is on WhatsApp is Meta's to say.
 *
 * @returns at most 50 problems, empty when there are none
 * @example
 * checkMessage({ type: 'text', text: { body: '' } });
 * // [{ field: 'text.body', message: 'must not be empty', actual: 0 }]
 */
export function checkMessage(message: unknown, options: CheckOptions = {}): MessageProblem[] {
  return collect((report) => {
    if (!isObject(message)) return report({ field: '', message: 'must be a message object with a type' });
    anyMessage(message, '', report);
    if (
      message['type'] === 'template' &&
      options.category?.toUpperCase() === 'AUTHENTICATION' &&
      isObject(message['template'])
    )
      checkAuthentication(message['template']['components'], report);
  });
}

/** What is wrong with an address; fields are `to`, `recipient`, `group`. `whapi` also takes chat ids (`…@lid`). */
export function checkRecipient(recipient: unknown, provider: 'meta' | 'whapi' = 'meta'): MessageProblem[] {
  return collect((report) => recipientRule(provider)(recipient, '', report));
}

/** What is wrong with the data that comes back with every status of the message (`biz_opaque_callback_data`). */
export function checkCallbackData(data: unknown): MessageProblem[] {
  return collect((report) => text(CALLBACK_DATA)(data, 'callbackData', report));
}

/** Groups take text, media, text and media templates, pins. Meta says nothing of reactions: they are let through. */
const NOT_IN_GROUPS: readonly string[] = ['interactive', 'location', 'contacts'] satisfies OutgoingType[];

/** What is wrong with this message to this recipient, besides what is wrong with either alone. */
export function checkPair(message: { readonly type: OutgoingType }, recipient: Recipient): MessageProblem[] {
  const { type } = message;
  const group = recipient.group === true;
  if (type === 'pin' && !group) return [{ field: 'type', message: 'a pin goes to a group only' }];
  if (group && NOT_IN_GROUPS.includes(type))
    return [{ field: 'type', message: `${type} messages cannot be sent to a group` }];
  return [];
}
