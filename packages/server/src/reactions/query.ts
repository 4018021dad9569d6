import type { EventKind, EventOf, MediaRef, MessageContent, WhatsAppEvent } from '@wharf/whatsapp';

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

// A table the compiler checks against the vocabulary, so that a query written in plain JavaScript can be refused.
const CONTENT: { readonly [T in ContentType]: true } = {
  text: true,
  media: true,
  location: true,
  contacts: true,
  button: true,
  list: true,
  form: true,
  call_permission: true,
  order: true,
  poll: true,
  media_placeholder: true,
  request_welcome: true,
  unsupported: true,
  unknown: true,
};
const MEDIA: { readonly [K in MediaKind]: true } = {
  image: true,
  video: true,
  audio: true,
  document: true,
  sticker: true,
};

function checkParts(query: string, parts: readonly string[]): void {
  const [kind, content, media] = parts;
  const refuse = (what: string, allowed: readonly string[]): never => {
    throw new TypeError(`Reaction filter "${query}": ${what}. Use one of: ${allowed.join(', ')}`);
  };
  if (content === undefined) return;
  if (kind !== 'message.received')
    refuse('only message.received can be narrowed', ['message.received:text', 'message.received:media:image']);
  if (!Object.hasOwn(CONTENT, content)) refuse(`unknown content "${content}"`, Object.keys(CONTENT));
  if (media !== undefined && (content !== 'media' || !Object.hasOwn(MEDIA, media)))
    refuse(`unknown media "${media}"`, Object.keys(MEDIA));
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
