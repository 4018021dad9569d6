import type { WireError } from '../events.ts';
import type { ErrorRow, Failure } from '../outcome.ts';
import { parseCode, parseErrorObject, toFailure } from './reply.ts';
import type { HttpReply, Json } from './reply.ts';
import { findErrorRow } from './table.ts';
import { httpVerdict } from './verdict.ts';
import type { Verdict } from './verdict.ts';

const ADVICE = {
  object: 'Meta does not have it (any more), or this token may not see it.',
  unknown: 'Meta answered with a code this version does not know. The details may help; Meta lists its error codes.',
  silent: 'WhatsApp reported the message as failed and gave no reason. Send it again or reach the person another way.',
} as const;

/** Codes of template making and of a missing node come as subcode of the general 100. */
function findRow(error: Json): ErrorRow | null {
  const code = parseCode(error['code']);
  const subcode = parseCode(error['error_subcode']);
  if (code === null) return null;
  const narrower = code === 100 && subcode !== null && (subcode === 33 || subcode > 1_000_000);
  return (narrower ? findErrorRow(subcode) : null) ?? findErrorRow(code);
}

function toVerdict({ code: _code, codeTo: _codeTo, name: _name, ...columns }: ErrorRow): Verdict {
  return columns;
}

/** Meta says it can be repeated, so a code that reads as final is not; whether it went out is left open. */
function heed(verdict: Verdict, error: Json): Verdict {
  const final = verdict.kind === 'permanent' && verdict.recipient !== true;
  return final && error['is_transient'] === true ? { ...verdict, kind: 'ambiguous' } : verdict;
}

function verdictOf(error: Json, reply: HttpReply): Verdict {
  const row = findRow(error);
  // For one file or template the node, not the sender, is what Meta does not know.
  if (row?.code === 33 && reply.about === 'object') return { kind: 'permanent', advice: ADVICE.object };
  if (row !== null) return heed(toVerdict(row), error);
  return heed({ ...httpVerdict(reply, 'api'), advice: ADVICE.unknown }, error);
}

/**
 * What an answer of the Graph API means for the call. Pure and total: Meta's error object, HTML of a proxy, nothing
 * at all, garbage. Also for a 2xx whose body does not say what it should: then the call may have worked (`ambiguous`).
 */
export function decideFailure(reply: HttpReply): Failure {
  const error = parseErrorObject(reply.body);
  return toFailure(reply, error === null ? httpVerdict(reply, 'other') : verdictOf(error, reply), error);
}

/**
 * What a `failed` status means. The status itself is the evidence that the message did not arrive, so nothing is
 * ambiguous here: what would be for a lost answer is `transient`. Code 0 is a code that was missing, not a token.
 */
export function failureOfStatusErrors(errors: readonly WireError[]): Failure {
  const error = errors.find((each) => each.code !== 0 && findErrorRow(each.code) !== null) ?? errors[0];
  if (error === undefined)
    return { kind: 'permanent', code: 0, httpStatus: null, advice: ADVICE.silent, error: { code: 0 } };
  const row = error.code === 0 ? null : findErrorRow(error.code);
  const verdict: Verdict = row === null ? { kind: 'permanent', advice: ADVICE.unknown } : toVerdict(row);
  const kind = verdict.kind === 'ambiguous' ? 'transient' : verdict.kind;
  return { ...verdict, kind, code: error.code, httpStatus: null, error };
}
