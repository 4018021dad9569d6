import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Context } from './context.ts';
import { makeMatcher, type Matched, type Query } from './query.ts';

export type Next = () => Promise<void>;
/** Handles an event, or calls `next` to let those after it have a look. */
export type Handler<E extends WhatsAppEvent = WhatsAppEvent> = (context: Context<E>, next: Next) => unknown;

/** A reaction is a value: who wants the event, and what to do with it. */
export interface Reaction {
  readonly wants: (event: WhatsAppEvent) => boolean;
  readonly handle: Handler;
}

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

function hearing(what: string | RegExp | readonly string[]): (event: WhatsAppEvent) => boolean {
  const isText = makeMatcher('message.received:text');
  const words = new Set((what instanceof RegExp ? [] : [what].flat()).map((word) => word.toLowerCase()));
  return (event) => {
    if (!isText(event) || event.kind !== 'message.received' || event.message.content.type !== 'text') return false;
    const { body } = event.message.content;
    return what instanceof RegExp
      ? new RegExp(what.source, what.flags.replace(/[gy]/g, '')).test(body)
      : words.has(body.trim().toLowerCase());
  };
}

function tapping(id: string | RegExp): (event: WhatsAppEvent) => boolean {
  return (event) => {
    if (event.kind !== 'message.received') return false;
    const { content } = event.message;
    if (content.type !== 'button' && content.type !== 'list') return false;
    return id instanceof RegExp
      ? new RegExp(id.source, id.flags.replace(/[gy]/g, '')).test(content.id)
      : content.id === id;
  };
}

/** Runs a description and returns what it described, as one reaction. */
export function describe(tell: (bot: Bot) => void): Reaction {
  const list: Reaction[] = [];
  const add = (wants: Reaction['wants'], handle: unknown): Bot => {
    if (typeof handle !== 'function') throw new TypeError('A reaction needs a function as its last argument.');
    list.push({ wants, handle: handle as Handler });
    return bot;
  };
  const bot: Bot = {
    on: (queries, handler) => {
      const matchers = ([queries].flat() as Query[]).map(makeMatcher);
      return add((event) => matchers.some((matches) => matches(event)), handler);
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
