import type { MessageContent } from '../events.ts';
import { toCanonicalJson } from './canonical.ts';
import { parseJsonText } from './json.ts';
import { type JsonObject, present, toObject, toText } from './read.ts';

/** The answer to an in-chat form or address request. `response_json` is text that a person's client filled. */
export function toForm(reply: JsonObject): MessageContent {
  const answer = reply.response_json ?? '';
  const raw = typeof answer === 'string' ? answer : toCanonicalJson(answer);
  const parsed = parseJsonText(raw);
  return present<MessageContent>({
    type: 'form',
    name: toText(reply.name) ?? '',
    body: toText(reply.body),
    data: parsed.ok ? (toObject(parsed.value) ?? null) : null,
    raw,
  });
}
