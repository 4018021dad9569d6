import { toBody, toNumber, toPart, toText, toTime } from '../inbound/read.ts';
import { present } from '../outbound/present.ts';
import { toSegment } from '../outbound/path.ts';
import type { CallOutcome } from '../outcome.ts';
import { refusal } from './call.ts';
import { isJson, objects, parseBody } from './graph-read.ts';
import type { Json } from './graph-read.ts';
import { read } from './whapi-wire.ts';
import type { WhapiWire } from './whapi-wire.ts';

/** A message that left this number, from Whapi's own list. */
export interface WhapiSent {
  readonly id: string;
  /** Whapi's word: `text`, `image`, `action` (a reaction) … (open set). */
  readonly type: string;
  /** Unix milliseconds, of whole seconds. */
  readonly at: number;
  /** Body or caption, as far as the type has one. */
  readonly text?: string;
  /** `pending`, `sent`, `delivered` … (open set). */
  readonly status?: string;
  /** `api`, `mobile`, `web` … (open set): who wrote it. */
  readonly source?: string;
  /** Whapi's own object. */
  readonly raw: Json;
}

const PAGE_SIZE = 100;
/** 2,000 messages to one chat since a lost answer: then there is no telling which of them it was. */
const MAX_PAGES = 20;
const TOO_MANY = refusal(
  'the chat holds too many messages since then',
  'Too much was written in this chat to look for one message. Ask for a shorter time.',
);
const NO_CHAT = refusal(
  'the chat is neither a phone number nor a chat id',
  'Name the chat by its phone number or chat id.',
);

/** Digits become the chat with that person; ids stay. */
function toChatId(chat: string): string | null {
  if (chat.includes('@')) return chat;
  const digits = chat.replace(/\D/g, '');
  return digits === '' ? null : `${digits}@s.whatsapp.net`;
}

function textOf(raw: Json, type: string): string | undefined {
  const part = toPart(raw[type]);
  const body = part['body'];
  return toBody(isJson(body) ? body['text'] : body) ?? toBody(part['caption']);
}

function toSent(raw: Json): WhapiSent | null {
  const [id, type, at] = [toText(raw['id']), toText(raw['type']) ?? 'unknown', toTime(raw['timestamp'])];
  if (id === undefined || at === undefined || raw['from_me'] !== true) return null;
  const [status, source] = [toText(raw['status']), toText(raw['source'])];
  return present({ id, type, at, text: textOf(raw, type), status, source, raw });
}

interface Page {
  readonly messages: readonly Json[];
  readonly total: number | undefined;
}

function parseMessages(body: string): Page | null {
  const answer = parseBody(body);
  if (answer === null || !Array.isArray(answer['messages'])) return null;
  return { messages: objects(answer['messages']), total: toNumber(answer['total']) };
}

interface Gathered {
  readonly sent: WhapiSent[];
  /** Ids of all that came, also of what is no evidence. */
  readonly seen: Set<string>;
  readonly sinceMs: number;
}

/** False when the page brought nothing new: a server that ignores the offset would go on for ever. */
function gather({ sent, seen, sinceMs }: Gathered, page: Page): boolean {
  const fresh = page.messages.filter((raw) => !seen.has(toText(raw['id']) ?? ''));
  for (const raw of fresh) {
    seen.add(toText(raw['id']) ?? '');
    const one = toSent(raw);
    if (one !== null && one.at >= sinceMs) sent.push(one);
  }
  return fresh.length > 0;
}

/** Asks Whapi to filter, and filters again: an answer that ignores a parameter must not become false evidence. */
export async function readSentSince(wire: WhapiWire, chat: string, sinceMs: number): Promise<CallOutcome<WhapiSent[]>> {
  const chatId = toChatId(chat);
  if (chatId === null) return NO_CHAT;
  const seconds = Math.max(0, Math.floor(sinceMs / 1000));
  const gathered: Gathered = { sent: [], seen: new Set(), sinceMs: seconds * 1000 };
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const offset = page * PAGE_SIZE;
    const query = `count=${PAGE_SIZE}&offset=${offset}&time_from=${seconds}&from_me=true`;
    const outcome: CallOutcome<Page> = await read(
      wire,
      { method: 'GET', path: `/messages/list/${toSegment(chatId)}`, query },
      parseMessages,
    );
    if (outcome.kind !== 'ok') return outcome;
    const { messages, total } = outcome.value;
    const isNew = gather(gathered, outcome.value);
    const isLast = messages.length < PAGE_SIZE || (total !== undefined && offset + messages.length >= total);
    if (isLast || !isNew) return { kind: 'ok', value: gathered.sent.sort((a, b) => a.at - b.at) };
  }
  return TOO_MANY;
}
