import type { WireError } from '../events.ts';
import { parseJsonText } from '../inbound/json.ts';
import { present } from '../outbound/present.ts';
import type { Failure } from '../outcome.ts';
import { MINUTE, SECOND } from './rows.ts';
import type { Verdict } from './verdict.ts';

/** Any answer that was not a success, as it came. */
export interface HttpReply {
  readonly httpStatus: number;
  /** Decoded text; may be empty, HTML or anything else. */
  readonly body: string;
  /** Value of a response header by lower-case name. */
  readonly headers: (name: string) => string | null;
  /**
   * What the call was about: `sender` (default) for calls of the number or account, `object` for one file or template.
   * A missing object must not pause the channel.
   */
  readonly about?: 'sender' | 'object';
}

export type Json = { readonly [key: string]: unknown };

/** Providers' texts are short; what is longer is an error page, and stays out of rows and logs. */
const MAX_TEXT = 500;
/** Waits beyond this are a broken clock or a joke. */
const MAX_WAIT_MS = 7 * 24 * 60 * MINUTE;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;

/** Codes are numbers; strings of digits occur too. */
export function parseCode(value: unknown): number | null {
  const code = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(code) && (code as number) >= 0 ? (code as number) : null;
}

/** The `error` object of the body; both providers use that key. */
export function parseErrorObject(body: string): Json | null {
  const parsed = parseJsonText(body);
  if (!parsed.ok || !isJson(parsed.value)) return null;
  return isJson(parsed.value['error']) ? parsed.value['error'] : null;
}

function toWireError(error: Json, code: number): WireError {
  const data = error['error_data'];
  const details = isJson(data) ? toText(data['details']) : toText(data);
  return present({
    code,
    title: toText(error['error_user_title']) ?? toText(error['type']),
    message: toText(error['message']),
    details: details ?? toText(error['details']) ?? toText(error['error_user_msg']),
    href: toText(error['href']),
  });
}

/** Seconds, or an HTTP date measured against the answer's own `Date`: no clock of ours is needed. */
function parseRetryAfter(headers: HttpReply['headers']): number | null {
  const value = headers('retry-after')?.trim();
  if (value === undefined || value === '') return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * SECOND, MAX_WAIT_MS);
  const waitMs = Date.parse(value) - Date.parse(headers('date') ?? '');
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_WAIT_MS) : null;
}

/** The longest `estimated_time_to_regain_access` (minutes) of all accounts named in Meta's usage header. */
function parseRegainMs(headers: HttpReply['headers']): number | null {
  const parsed = parseJsonText(headers('x-business-use-case-usage') ?? '');
  if (!parsed.ok || !isJson(parsed.value)) return null;
  const minutes = Object.values(parsed.value)
    .flatMap((uses) => (Array.isArray(uses) ? (uses as unknown[]) : []))
    .map((use) => (isJson(use) ? Number(use['estimated_time_to_regain_access']) : 0))
    .filter((each) => Number.isFinite(each) && each > 0);
  return minutes.length === 0 ? null : Math.min(Math.max(...minutes) * MINUTE, MAX_WAIT_MS);
}

/** What the answer asks for counts when it is longer than what the table says. */
function waitOf(verdict: Verdict, headers: HttpReply['headers']): number | undefined {
  const regainMs = verdict.kind === 'throttled' ? parseRegainMs(headers) : null;
  const asked = [verdict.waitMs, parseRetryAfter(headers), regainMs].filter((each) => typeof each === 'number');
  return asked.length === 0 ? undefined : Math.max(...asked);
}

/** Verdict and facts of the answer in one value. */
export function toFailure(reply: HttpReply, verdict: Verdict, error: Json | null): Failure {
  const code = parseCode(error?.['code']) ?? 0;
  return present({
    ...verdict,
    code,
    httpStatus: reply.httpStatus,
    waitMs: waitOf(verdict, reply.headers),
    error: toWireError(error ?? {}, code),
    traceId: toText(error?.['fbtrace_id']) ?? toText(reply.headers('x-fb-trace-id')),
  });
}
