/**
 * The receiving half. In come a query string, headers and raw bytes; out come verdicts and typed events.
 * It never reads a clock, draws a random number or does I/O, and it never throws on what a stranger sent.
 */
export * from './events.ts';
export { MESSAGE_TYPES, WEBHOOK_FIELDS } from './inbound/meta/vocabulary.ts';
export type { MessageType, WebhookField } from './inbound/meta/vocabulary.ts';
export { type ParsedJson, parseJson } from './inbound/json.ts';
export { splitDelivery } from './inbound/split.ts';
export { WHAPI_KEYS, WHAPI_MESSAGE_TYPES } from './inbound/whapi/vocabulary.ts';
export { answerChallenge, type ChallengeAnswer } from './webhook/challenge.ts';
export { secretsMatch } from './webhook/secrets.ts';
export { signBody, verifySignature } from './webhook/signature.ts';
