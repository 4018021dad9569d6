import { findErrorRow } from '../errors/table.ts';
import type { MessageProblem } from '../message.ts';
import { present } from './present.ts';

/** Errors in Meta's own shape, for a server that stands in Meta's place. */
export interface GraphErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: number;
    readonly error_subcode?: number;
    readonly is_transient: boolean;
    readonly error_data: { readonly messaging_product: 'whatsapp'; readonly details: string };
    readonly fbtrace_id?: string;
  };
}

export interface GraphError {
  readonly code: number;
  /** Default: our name of the code. Without the `(#code)` that Meta puts before it. */
  readonly message?: string;
  /** Default: what the table advises. */
  readonly details?: string;
  readonly subcode?: number;
  /** Default: the status Meta gives with the code. */
  readonly httpStatus?: number;
  /** Default: `OAuthException`. */
  readonly type?: string;
  /** Comes back as `fbtrace_id`, which clients log: an id by which you find the request again. */
  readonly traceId?: string;
}

/** Codes whose HTTP status is not 400. */
const STATUSES: { readonly [status: string]: readonly number[] } = {
  206: [131201],
  401: [0, 190, 138000, 138006],
  403: [10, 368, 130497, 131005, 131031, 131207],
  404: [132001],
  429: [131208],
  500: [3, 131000, 131016, 131045, 131057, 133000, 134102, 138004, 138007, 139103],
  503: [2, 133004],
};
const STATUS_OF: ReadonlyMap<number, number> = new Map(
  Object.entries(STATUSES).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

function statusOf(code: number): number {
  if (code >= 200 && code <= 299) return 403;
  return STATUS_OF.get(code) ?? 400;
}

/** The titles that clients have been seen to match on; the others are ours. */
const TITLES: { readonly [code: number]: string } = {
  100: 'Invalid parameter',
  131008: 'Required parameter is missing',
  131009: 'Parameter value is not valid',
  132000: 'Number of parameters does not match the expected number of params',
};

/** @example toGraphError({ code: 131047 }).body.error.message // '(#131047) 24-hour window closed' */
export function toGraphError(error: GraphError): { httpStatus: number; body: GraphErrorBody } {
  const { code, subcode, type = 'OAuthException', traceId } = error;
  const row = findErrorRow(code);
  const title = error.message ?? TITLES[code] ?? row?.name ?? `Error ${code}`;
  const kind = row?.kind;
  const body = present({
    message: `(#${code}) ${title}`,
    type,
    code,
    error_subcode: subcode,
    is_transient: kind === 'ambiguous' || kind === 'transient',
    error_data: { messaging_product: 'whatsapp' as const, details: error.details ?? row?.advice ?? title },
    fbtrace_id: traceId,
  });
  return { httpStatus: error.httpStatus ?? statusOf(code), body: { error: body } };
}

/** Parts that Meta's message layer reads (131008, 131009); the rest is refused by the Graph API itself (100). */
const DEEP = /^(interactive|template|contacts)\b/;

function codeOf({ field, reason }: MessageProblem): 100 | 131008 | 131009 | 132000 {
  if (reason === 'count') return 132000;
  if (reason === 'unknown' || reason === 'word') return 100;
  if (!DEEP.test(field)) return 100;
  return reason === 'missing' ? 131008 : 131009;
}

function sentenceOf({ field, message, reason }: MessageProblem): string {
  const parameter = field === '' ? 'the request' : field;
  return reason === 'missing' && message === 'is required'
    ? `The parameter ${parameter} is required.`
    : `Param ${parameter} ${message}`;
}

/**
 * One error for all problems, as Meta gives one: code and message of the first, every problem in `details`.
 *
 * @param problems at least one
 */
export function graphErrorOfProblems(
  problems: readonly MessageProblem[],
  traceId?: string,
): { httpStatus: number; body: GraphErrorBody } {
  const [first = { field: '', message: 'is not valid' }] = problems;
  const code = codeOf(first);
  const details = problems.length === 0 ? sentenceOf(first) : problems.map(sentenceOf).join('; ');
  const error = { code, details, ...(traceId === undefined ? {} : { traceId }) };
  // The Graph API itself puts its sentence where the message layer has a fixed title.
  return toGraphError(code === 100 ? { ...error, message: sentenceOf(first) } : error);
}
