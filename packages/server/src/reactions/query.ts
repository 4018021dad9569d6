import type { EventKind, EventOf, MediaRef, MessageContent, WhatsAppEvent } from '@wharf/whatsapp';
import { CONTENT, KINDS, MEDIA } from './vocabulary.ts';

type ContentType = MessageContent['type'];
type MediaKind = MediaRef['kind'];

/** What a handler may listen to: an event's kind, or narrower `message.received:<content>` and `…:media:<kind>`. */
export type Query = EventKind | `message.received:${ContentType}` | `message.received:media:${MediaKind}`;

type Received = EventOf<'message.received'>;
type WithContent<C> = Received & { readonly message: Received['message'] & { readonly content: C } };

/** The event a query lets through. */
export type Matched<Q extends Query> = Q extends `message.received:media:${infer K}`
  ? WithContent<Extract<MessageContent, { type: 'media' }> & { readonly media: MediaRef & { readonly kind: K } }>
  : Q extends `message.received:${infer T}`
    ? WithContent<Extract<MessageContent, { type: T }>>
    : Q extends EventKind
      ? EventOf<Q>
      : never;

type Part = { readonly word: string | undefined; readonly name: string; readonly table: object };

/** Says where a query leaves the vocabulary, and which words were possible there. */
function checkParts(query: string, [kind, content, media, ...rest]: readonly string[]): void {
  const refuse = (what: string, allowed: readonly string[]): never => {
    throw new TypeError(`Reaction filter "${query}": ${what}. Use one of: ${allowed.join(', ')}`);
  };
  const check = ({ word, name, table }: Part): void => {
    if (word !== undefined && !Object.hasOwn(table, word)) refuse(`unknown ${name} "${word}"`, Object.keys(table));
  };
  check({ word: kind, name: 'event', table: KINDS });
  if (content !== undefined && kind !== 'message.received')
    refuse('only message.received can be narrowed', ['message.received:text', 'message.received:media:image']);
  check({ word: content, name: 'content', table: CONTENT });
  if (media !== undefined && content !== 'media')
    refuse(
      'only message.received:media can be narrowed further',
      Object.keys(MEDIA).map((word) => `message.received:media:${word}`),
    );
  check({ word: media, name: 'media', table: MEDIA });
  if (rest.length > 0) refuse('too many parts', [[kind, content, media].join(':')]);
}

/** A test for events; throws on a query that can never match, naming the permitted words. */
export function makeMatcher(query: Query): (event: WhatsAppEvent) => boolean {
  const parts = query.split(':');
  checkParts(query, parts);
  const [kind, content, media] = parts;
  if (content === undefined) return (event) => event.kind === kind;
  return (event) => {
    if (event.kind !== 'message.received') return false;
    const given = event.message.content;
    return given.type === content && (media === undefined || (given.type === 'media' && given.media.kind === media));
  };
}
