/**
 * Meta's own send API, in front of the outbox. Comes in: HTTP requests as Meta's clients make them, with a Wharf API key
 * for the access token. Goes out: messages and read marks to be queued, and answers in Meta's shape, once what became of
 * a message is known or the wait for it is over. Never talks to Meta, never sends by itself, and knows no cookie.
 */
export { type GraphApi, makeGraphApi } from './graph-api.ts';
export type { GraphApiOptions, GraphChannel, GraphFile, GraphMedia, ReadMark, Taken } from './options.ts';
