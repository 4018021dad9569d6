import type { HttpReply } from '../errors/reply.ts';
import type { CallOutcome, Failure } from '../outcome.ts';
import { TransportError } from './transport.ts';
import type { Transport, TransportReply, TransportRequest } from './transport.ts';

/** What both clients do with one exchange: every way it can end becomes a value. */

/** The largest page of templates Meta gives is below 1 MB; an answer beyond this is not an answer. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const ADVICE = {
  invalid:
    'No request can be made with this address or token. Check the channel’s settings for characters that do not belong there.',
  unreachable:
    'The provider could not be reached. It is tried again by itself; if it lasts, check network, DNS and proxy.',
  lost: 'The connection broke before the provider answered. It is looked for before anything is sent again.',
  large: 'The file is larger than allowed here, and was not kept.',
} as const;

/** A failure without any answer. */
export function failureOfTransport(error: TransportError): Failure {
  const silent = { code: 0, httpStatus: null, error: { code: 0, message: error.message } };
  if (error.reason === 'invalid') return { kind: 'channel', ...silent, advice: ADVICE.invalid };
  if (!error.mayHaveArrived) return { kind: 'transient', ...silent, neverLeft: true, advice: ADVICE.unreachable };
  return { kind: 'ambiguous', ...silent, advice: ADVICE.lost };
}

export const tooLargeFailure = (httpStatus: number): Failure => ({
  kind: 'permanent',
  code: 0,
  httpStatus,
  advice: ADVICE.large,
  error: { code: 0, message: 'the file exceeds the allowed size' },
});

/** Refused here, before any request. `message` names the rule, never the value. */
export function refusal(message: string, advice: string): Failure {
  return { kind: 'permanent', code: 0, httpStatus: null, advice, error: { code: 0, message } };
}

/** A foreign transport may reject with anything; then nobody knows whether it left. */
function toKnown(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  return new TransportError('cut', { mayHaveArrived: true, cause: error });
}

export type Exchange =
  | { readonly ok: true; readonly reply: TransportReply }
  | { readonly ok: false; readonly failure: Failure };

export async function exchange(transport: Transport, request: TransportRequest): Promise<Exchange> {
  try {
    return { ok: true, reply: await transport(request) };
  } catch (error) {
    return { ok: false, failure: failureOfTransport(toKnown(error)) };
  }
}

export type Bytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: TransportError };

export async function readBytes(reply: TransportReply, maxBytes: number): Promise<Bytes> {
  try {
    return { ok: true, bytes: await reply.bytes(maxBytes) };
  } catch (error) {
    return { ok: false, error: toKnown(error) };
  }
}

export type Answer = HttpReply & { readonly ok: true };

type Headers = TransportRequest['headers'];

/**
 * What a provider says, without the token that was shown to it: Meta quotes one it cannot read ("Malformed access token
 * EAA…", code 190), and reasons are stored, shown and logged.
 */
export function toText(bytes: Uint8Array, { authorization = '' }: Headers): string {
  const text = Buffer.from(bytes).toString('utf8');
  const token = authorization.slice(authorization.indexOf(' ') + 1);
  return token === '' ? text : text.replaceAll(token, '(the access token)');
}

/** The answer as text, whatever its status. Cut or endless bodies are failures that may have arrived. */
export async function ask(
  transport: Transport,
  request: TransportRequest,
): Promise<Answer | { ok: false; failure: Failure }> {
  const sent = await exchange(transport, request);
  if (!sent.ok) return sent;
  const read = await readBytes(sent.reply, MAX_ANSWER_BYTES);
  if (!read.ok) return { ok: false, failure: { ...failureOfTransport(read.error), httpStatus: sent.reply.status } };
  const body = toText(read.bytes, request.headers);
  return { ok: true, httpStatus: sent.reply.status, body, headers: sent.reply.headers };
}

/** For calls that may be repeated without harm: there is no evidence to look for, so a lost answer is just retried. */
export function safeToRepeat<T>(outcome: CallOutcome<T>): CallOutcome<T> {
  if (outcome.kind !== 'ambiguous') return outcome;
  return { ...outcome, kind: 'transient' };
}

export const BAD_ID = refusal(
  'an id is empty or not an id',
  'The id is empty or not an id. Check where it comes from.',
);

export function toJsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

export const NOT_JSON = refusal(
  'the message is not plain JSON',
  'The message holds something that cannot be written as JSON. Check it with checkMessage before sending.',
);

export const isSuccess = (httpStatus: number): boolean => httpStatus >= 200 && httpStatus < 300;

/**
 * Fails at start rather than at the first message: a header cannot carry line ends, and what refuses it might quote the
 * token.
 */
export function requireToken(token: string): void {
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('the access token must be printable ASCII without spaces: copy it anew');
}

/** An address without trailing slash. */
export function requireBaseUrl(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new TypeError('baseUrl must be an http or https URL, for example "https://graph.facebook.com"');
  return url.replace(/\/+$/, '');
}
