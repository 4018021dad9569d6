import { pino } from 'pino';

type Fields = Readonly<Record<string, unknown>>;

/** One wide line per unit of work. Never a secret, a phone number or the text of a message. */
export interface Log {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

/**
 * What moves a terminal's cursor or turns its text round, and JSON leaves as it is: C1 controls (U+009B begins a command
 * to the terminal like ESC [), line separators, direction marks.
 */
const UNSEEN = /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const toSeen = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Reasons quote what others wrote. */
const writeOut = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll(UNSEEN, toSeen) : value,
    ]),
  );

export function makeLog(options: { readonly level: string; readonly pretty: boolean }): Log {
  const transport = { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' } };
  const base = { level: options.level, base: null, formatters: { log: writeOut } };
  return pino(options.pretty ? { ...base, transport } : base);
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };

/** What an unknown thrown value says, for logs and stored reasons; at most 500 characters. */
export function toReason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return text.slice(0, 500);
}
