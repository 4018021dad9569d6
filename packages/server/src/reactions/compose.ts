import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Context } from './context.ts';
import { toPattern } from './pattern.ts';
import { makeMatcher, type Matched, type Query } from './query.ts';

export type Next = () => Promise<void>;
/** Handles an event, or calls `next` to let those after it have a look. */
export type Handler<E extends WhatsAppEvent = WhatsAppEvent> = (context: Context<E>, next: Next) => unknown;

/** A reaction is a value: who wants the event, and what to do with it. */
export interface Reaction {
  readonly wants: (event: WhatsAppEvent) => boolean;
  /**
   * Whether it could want it, as far as that can be told at once: asked for every event while a batch is walked, where a
   * customer's pattern that never ends would hold up everybody, again after every start. Default: `wants`.
   */
  readonly mayWant?: (event: WhatsAppEvent) => boolean;
  readonly handle: Handler;
}

export const mayWant = (reaction: Reaction, event: WhatsAppEvent): boolean =>
  (reaction.mayWant ?? reaction.wants)(event);

const pass: Next = async () => {};

/** Several reactions as one: the first that wants the event gets it; `next` goes on to the following. */
export function concat(reactions: readonly Reaction[]): Reaction {
  const run = async (context: Context, from: number, after: Next): Promise<void> => {
    const n = reactions.findIndex((reaction, i) => i >= from && reaction.wants(context.event));
    const found = reactions[n];
    if (found) await found.handle(context, () => run(context, n + 1, after));
    else await after();
  };
  return {
    wants: (event) => reactions.some((reaction) => reaction.wants(event)),
    mayWant: (event) => reactions.some((reaction) => mayWant(reaction, event)),
    handle: (context, next) => run(context, 0, next),
  };
}

/** What a customer's reactions file is given to describe itself with. */
export interface Bot {
  /** Handles events that match one of the queries, for example `message.received:text` or `call.connect`. */
  on<Q extends Query>(queries: Q | readonly Q[], handler: Handler<Matched<Q>>): Bot;
  /** A text that equals one of the words (case and outer space aside), or matches the pattern. */
  hears(what: string | RegExp | readonly string[], handler: Handler<Matched<'message.received:text'>>): Bot;
  /** A tap on a button or list row with this id, whatever kind of message it was on. */
  taps(id: string | RegExp, handler: Handler<Matched<'message.received:button' | 'message.received:list'>>): Bot;
}

type Conditions = Pick<Reaction, 'wants' | 'mayWant'>;

/** A pattern on a text that some events have; null: this one has none. */
function matching(what: RegExp, textOf: (event: WhatsAppEvent) => string | null): Conditions {
  const pattern = toPattern(what);
  const wants = (event: WhatsAppEvent): boolean => {
    const text = textOf(event);
    return text !== null && pattern.test(text);
  };
  return { wants, mayWant: pattern.isSimple ? wants : (event) => textOf(event) !== null };
}

const isText = makeMatcher('message.received:text');

function toHeard(event: WhatsAppEvent): string | null {
  if (!isText(event) || event.kind !== 'message.received' || event.message.content.type !== 'text') return null;
  return event.message.content.body;
}

function hearing(what: string | RegExp | readonly string[]): Conditions {
  if (what instanceof RegExp) return matching(what, toHeard);
  const words = new Set([what].flat().map((word) => word.toLowerCase()));
  const wants = (event: WhatsAppEvent): boolean => {
    const text = toHeard(event);
    return text !== null && words.has(text.trim().toLowerCase());
  };
  return { wants };
}

function toTapped(event: WhatsAppEvent): string | null {
  if (event.kind !== 'message.received') return null;
  const { content } = event.message;
  return content.type === 'button' || content.type === 'list' ? content.id : null;
}

const tapping = (id: string | RegExp): Conditions =>
  id instanceof RegExp ? matching(id, toTapped) : { wants: (event) => toTapped(event) === id };

/** Runs a description and returns what it described, as one reaction. */
export function describe(tell: (bot: Bot) => void): Reaction {
  const list: Reaction[] = [];
  const add = (conditions: Conditions, handle: unknown): Bot => {
    if (typeof handle !== 'function') throw new TypeError('A reaction needs a function as its last argument.');
    list.push({ ...conditions, handle: handle as Handler });
    return bot;
  };
  const bot: Bot = {
    on: (queries, handler) => {
      const matchers = ([queries].flat() as Query[]).map(makeMatcher);
      return add({ wants: (event) => matchers.some((matches) => matches(event)) }, handler);
    },
    hears: (what, handler) => add(hearing(what), handler),
    taps: (id, handler) => add(tapping(id), handler),
  };
  tell(bot);
  return concat(list);
}

/** Runs a reaction to its end; rejects with what the handler threw. */
export async function react(reaction: Reaction, context: Context): Promise<void> {
  await reaction.handle(context, pass);
}
