import { pino } from 'pino';

type Fields = Readonly<Record<string, unknown>>;

/** One wide line per unit of work. Never a secret, a phone number or the text of a message. */
export interface Log {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export function makeLog(options: { readonly level: string; readonly pretty: boolean }): Log {
  const transport = { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' } };
  const base = { level: options.level, base: null };
  return pino(options.pretty ? { ...base, transport } : base);
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };

/** What an unknown thrown value says, for logs and stored reasons; at most 500 characters. */
export function toReason(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  return text.slice(0, 500);
}
