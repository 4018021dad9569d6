import type { EventOf, MessageContent, WhatsAppEvent } from '@wharf/whatsapp';
import { findKeyword, type Words } from './keywords.ts';
import type { Heard, Purpose } from './words.ts';

export type Source = 'keyword' | 'meta_preference' | 'api' | 'import' | 'signup' | 'handler';

/** What a person said about consent. */
export interface Saying {
  readonly purposes: readonly Purpose[];
  /** `resume`: takes an opt-out back, if there was one. */
  readonly state: 'in' | 'out' | 'unknown' | 'resume';
  readonly source: Source;
  readonly text: string | null;
  readonly language: string | null;
}

type Written = EventOf<'message.received' | 'message.history' | 'standby.message'>;

/** What a person wrote to this business alone: not in a group, not passed on from somebody else. */
function isWritten(event: WhatsAppEvent): event is Written {
  if (event.kind === 'message.history' && event.fromBusiness) return false;
  if (event.kind !== 'message.received' && event.kind !== 'message.history' && event.kind !== 'standby.message')
    return false;
  return event.message.groupId === undefined && event.message.context?.forwarded !== true;
}

/** The texts that may be a keyword, and how they were said. */
function toTexts(content: MessageContent): { readonly texts: readonly string[]; readonly heard: Heard } | null {
  if (content.type === 'text') return { texts: [content.body], heard: 'message' };
  if (content.type !== 'button') return null;
  // Below a template without a payload of its own, Meta sends the text twice.
  if (content.via === 'template') return { texts: [content.title, content.id], heard: 'template' };
  return { texts: [content.title], heard: 'anywhere' };
}

function hearWords(event: Written, words: Words): Saying | null {
  const said = toTexts(event.message.content);
  for (const text of said?.texts ?? []) {
    const found = findKeyword(words, text, said?.heard ?? 'message');
    if (found) {
      const { purposes, effect, language } = found;
      return { purposes, state: effect, source: 'keyword', text: said?.texts[0] ?? text, language };
    }
  }
  return null;
}

const PREFERENCE = {
  stop: { state: 'out', source: 'meta_preference' },
  resume: { state: 'in', source: 'meta_preference' },
  signup: { state: 'in', source: 'signup' },
} as const;

/** Meta's own switch covers marketing only; a category or value that is new to us says nothing we may rely on. */
function hearPreference({ category, value, detail }: EventOf<'contact.preference'>): Saying | null {
  if (category !== 'marketing_messages' || value === 'unknown') return null;
  return { purposes: ['marketing'], ...PREFERENCE[value], text: detail ?? null, language: null };
}

/** What an event says about consent; nearly always nothing, and found out at once. */
export function hear(event: WhatsAppEvent, words: Words): Saying | null {
  if (event.kind === 'contact.preference') return hearPreference(event);
  return isWritten(event) ? hearWords(event, words) : null;
}
