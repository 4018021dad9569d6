import type { MessageProblem, OutgoingMessage, Recipient } from '../message.ts';
import { isObject } from './check/rules.ts';
import type { Untrusted } from './check/rules.ts';
import { checkCallbackData, checkMessage, checkPair, checkRecipient } from './check/message.ts';
import { coerce, coerceContent } from './graph-coerce.ts';
import { graphErrorOfProblems } from './graph-error.ts';
import type { GraphErrorBody } from './graph-error.ts';
import { present } from './present.ts';

/** What a client of Meta's send API wants, or Meta's own answer why not. */
export type GraphSend =
  | {
      readonly kind: 'send';
      readonly message: OutgoingMessage;
      readonly recipient: Recipient;
      readonly callbackData?: string;
    }
  | { readonly kind: 'read'; readonly messageId: string; readonly typing: boolean }
  | { readonly kind: 'refused'; readonly problems: readonly MessageProblem[]; readonly error: GraphErrorBody };

/**
 * Keys that change what is sent or what it costs, which would be lost here. Everything else that is no key of a
 * message is ignored, as the Graph API does with parameters it does not know.
 */
const LOST: readonly string[] = [
  'category',
  'ttl',
  'ttl_seconds',
  'direct_send_config',
  'product_policy',
  'message_activity_sharing',
];

function refused(problems: readonly MessageProblem[]): GraphSend {
  return { kind: 'refused', problems, error: graphErrorOfProblems(problems).body };
}

const problem = (field: string, message: string, reason?: MessageProblem['reason']): MessageProblem =>
  reason === undefined ? { field, message } : { field, message, reason };

function checkProduct(body: Untrusted): MessageProblem[] {
  const product = coerce.word(body['messaging_product']);
  if (product === undefined) return [problem('messaging_product', 'is required', 'missing')];
  return product === 'whatsapp' ? [] : [problem('messaging_product', 'must be one of "whatsapp"', 'word')];
}

/** `recipient_type` may be left out; the identity hash keeps Meta's name in problems. */
function toRecipient(body: Untrusted): Recipient {
  return present({
    to: coerce.text(body['to']) as string | undefined,
    recipient: coerce.text(body['recipient']) as string | undefined,
    group: coerce.word(body['recipient_type']) === 'group' ? true : undefined,
    identityKeyHash: body['recipient_identity_key_hash'] as string | undefined,
  });
}

const META_FIELDS: { readonly [field: string]: string } = {
  '': 'to',
  group: 'recipient_type',
  identityKeyHash: 'recipient_identity_key_hash',
  callbackData: 'biz_opaque_callback_data',
};
const inMetaWords = (found: MessageProblem): MessageProblem => ({
  ...found,
  field: META_FIELDS[found.field] ?? found.field,
});

function checkRecipientType(body: Untrusted): MessageProblem[] {
  const type = body['recipient_type'];
  if (type === undefined || ['individual', 'group'].includes(coerce.word(type) as string)) return [];
  return [problem('recipient_type', 'must be one of "individual", "group"', 'word')];
}

function toMessage(body: Untrusted): Untrusted {
  const type = coerce.word(body['type'] ?? 'text');
  const key = typeof type === 'string' ? type : '';
  const content = Object.hasOwn(body, key) ? { [key]: coerceContent(key, body[key]) } : {};
  const context = coerce.object(body['context']);
  return { ...(context === undefined ? {} : { context: toQuote(context) }), ...content, type };
}

/** Some clients send back what a webhook's context held; the id alone counts. */
function toQuote(context: unknown): unknown {
  return isObject(context) && context['message_id'] !== undefined ? { message_id: context['message_id'] } : context;
}

/** Messages of one layer only: a message of no known type makes no sense with any recipient. */
function checkSend(body: Untrusted, message: Untrusted, recipient: Recipient): MessageProblem[] {
  const callbackData = body['biz_opaque_callback_data'];
  const alone = [
    ...checkRecipientType(body),
    ...checkRecipient(recipient).map(inMetaWords),
    ...checkMessage(message),
    ...(callbackData === undefined ? [] : checkCallbackData(callbackData).map(inMetaWords)),
    ...LOST.filter((key) => body[key] !== undefined).map((key) =>
      problem(key, 'is not supported here: leave it out, or send this message at Meta directly', 'unknown'),
    ),
  ];
  return alone.length > 0 ? alone : checkPair(message as unknown as OutgoingMessage, recipient);
}

function parseRead(body: Untrusted): GraphSend {
  const messageId = body['message_id'];
  const typing = coerce.object(body['typing_indicator']);
  const problems = [
    ...(coerce.word(body['status']) === 'read' ? [] : [problem('status', 'must be one of "read"', 'word')]),
    ...(typeof messageId === 'string' && messageId !== '' ? [] : [problem('message_id', 'is required', 'missing')]),
    ...(typing === undefined || (isObject(typing) && coerce.word(typing['type']) === 'text')
      ? []
      : [problem('typing_indicator.type', 'must be one of "text"', 'word')]),
  ];
  if (problems.length > 0) return refused(problems);
  return { kind: 'read', messageId: messageId as string, typing: typing !== undefined };
}

/**
 * The inverse of `toGraphBody` and `toReadBody`: the body of `POST /PHONE/messages`, parsed from JSON or a form, as
 * tolerant as Meta is (type and recipient_type may be missing, punctuation in numbers, words in capitals, numbers as
 * text) and strict where Meta is. Takes any value and never throws. Every problem is named, with Meta's error for it;
 * put a trace id in with `graphErrorOfProblems(problems, traceId)`.
 */
export function parseGraphSend(body: unknown): GraphSend {
  if (!isObject(body)) return refused([problem('', 'must be a JSON object')]);
  const product = checkProduct(body);
  if (product.length > 0) return refused(product);
  if (body['status'] !== undefined) return parseRead(body);
  const message = toMessage(body);
  const recipient = toRecipient(body);
  const problems = checkSend(body, message, recipient);
  if (problems.length > 0) return refused(problems);
  const callbackData = body['biz_opaque_callback_data'] as string | undefined;
  return present({ kind: 'send' as const, message: message as unknown as OutgoingMessage, recipient, callbackData });
}
