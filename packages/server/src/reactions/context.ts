import {
  checkMessage,
  type OutgoingMessage,
  reaction as toReaction,
  text as toText,
  type WhatsAppEvent,
} from '@wharf/whatsapp';

/** Something to be done once. Its place in the list is part of its identity. */
export type Intent =
  | { readonly type: 'send'; readonly message: OutgoingMessage }
  | { readonly type: 'read'; readonly messageId: string; readonly typing: boolean };

export interface Note {
  readonly name: string;
  readonly data: unknown;
}

/** What the ledger knows when the event is handled. */
export interface View {
  readonly conversationId: string | null;
  readonly contactId: string | null;
  readonly messageId: string | null;
  readonly owner: string;
  readonly ownerEpoch: number | null;
}

/**
 * What a handler gets. Its calls only note what shall be done; it is done when the handler has returned, once, in this
 * order, also when the handler had to be run again after a crash.
 */
export interface Context<E extends WhatsAppEvent = WhatsAppEvent> {
  readonly event: E;
  readonly view: View;
  /** Aborted when the handler took too long. Pass it to fetch. */
  readonly signal: AbortSignal;
  /** Answers in the conversation of the event: a text, or any message from `@wharf/whatsapp`'s builders. */
  reply(message: string | OutgoingMessage): void;
  /** The same, quoting the message of the event. */
  quote(message: string | OutgoingMessage): void;
  /** Puts an emoji on the message of the event; an empty string takes it back. */
  react(emoji: string): void;
  /** Marks the message of the event as read; `typing` shows the typing indicator for up to 25 s. */
  markRead(options?: { readonly typing?: boolean }): void;
  /** Writes something down with the reaction, as JSON; shown in the message's story. */
  note(name: string, data?: unknown): void;
}

export interface Recorded {
  readonly intents: Intent[];
  readonly notes: Note[];
}

/** WhatsApp id of the message the event is, or is about. */
function subjectOf(event: WhatsAppEvent): string | null {
  if ('message' in event) return event.message.id;
  return 'target' in event ? event.target : null;
}

function refuse(message: OutgoingMessage): void {
  const [problem] = checkMessage(message);
  if (problem) throw new TypeError(`This message cannot be sent: ${problem.field}: ${problem.message}`);
}

// Copied at once: what the handler does to it later must not change what is stored, and what has no JSON must not be
// found out about after the handler has succeeded.
function toNoteData(name: string, data: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(data ?? null) ?? 'null') as unknown;
  } catch (error) {
    throw new TypeError(`The data of note "${name}" cannot be written as JSON. Give it plain values.`, {
      cause: error,
    });
  }
}

/** A context that records what its handler asks for. */
export function makeContext<E extends WhatsAppEvent>(
  event: E,
  view: View,
  signal: AbortSignal,
): { context: Context<E>; recorded: Recorded } {
  const recorded: Recorded = { intents: [], notes: [] };
  const subject = subjectOf(event);

  function send(message: OutgoingMessage): void {
    if (!view.conversationId)
      throw new TypeError(`An event of kind ${event.kind} belongs to no conversation, so there is nobody to reply to.`);
    refuse(message);
    recorded.intents.push({ type: 'send', message });
  }
  function withSubject(what: string): string {
    if (subject === null)
      throw new TypeError(`An event of kind ${event.kind} is about no message, so ${what} has no target.`);
    return subject;
  }
  const toMessage = (message: string | OutgoingMessage): OutgoingMessage =>
    typeof message === 'string' ? toText(message) : message;

  const context: Context<E> = {
    event,
    view,
    signal,
    reply: (message) => send(toMessage(message)),
    quote: (message) => send({ ...toMessage(message), context: { message_id: withSubject('a quote') } }),
    react: (emoji) => send(toReaction(withSubject('a reaction'), emoji)),
    markRead: (options) =>
      void recorded.intents.push({
        type: 'read',
        messageId: withSubject('a read mark'),
        typing: options?.typing ?? false,
      }),
    note: (name, data) => void recorded.notes.push({ name, data: toNoteData(name, data) }),
  };
  return { context, recorded };
}
