import type { MessageContent } from '../../events.ts';
import { toForm } from '../form.ts';
import { type JsonObject, present, rowOf, toBoolean, toObject, toPart, toText, toTime } from '../read.ts';
import type { InteractiveType } from './vocabulary.ts';

type InteractiveReader = (reply: JsonObject) => MessageContent | undefined;

/** By `interactive.type`; the object lies under the same key. */
const INTERACTIVE = {
  button_reply: (reply) => {
    const id = toText(reply.id);
    return id === undefined ? undefined : { type: 'button', via: 'interactive', id, title: toText(reply.title) ?? '' };
  },
  list_reply: toListReply,
  nfm_reply: toForm,
  call_permission_reply: (reply) => {
    const response = toText(reply.response);
    if (response === undefined) return undefined;
    return present<MessageContent>({
      type: 'call_permission',
      response,
      permanent: toBoolean(reply.is_permanent),
      expiresAt: toTime(reply.expiration_timestamp),
      source: toText(reply.response_source),
    });
  },
  // Announced in August 2026 without a shape: kept whole as unknown content.
  product: () => undefined,
} satisfies Record<InteractiveType, InteractiveReader>;

/** Undefined when the type is new or its object is missing. */
export function toInteractive(value: unknown): MessageContent | undefined {
  const interactive = toPart(value);
  const type = toText(interactive.type) ?? '';
  const reader = rowOf<InteractiveReader>(INTERACTIVE, type);
  const reply = toObject(interactive[type]);
  return reader === undefined || reply === undefined ? undefined : reader(reply);
}

function toListReply(reply: JsonObject): MessageContent | undefined {
  const id = toText(reply.id);
  if (id === undefined) return undefined;
  return present<MessageContent>({
    type: 'list',
    id,
    title: toText(reply.title) ?? '',
    description: toText(reply.description),
  });
}
