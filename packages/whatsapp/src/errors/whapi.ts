import type { Failure } from '../outcome.ts';
import { parseErrorObject, toFailure } from './reply.ts';
import type { HttpReply } from './reply.ts';
import { HOUR, MINUTE, PERMANENT, SENDER, throttled } from './rows.ts';
import type { Columns } from './rows.ts';
import { httpVerdict } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface WhapiRow extends Columns {
  readonly status: number;
  readonly name: string;
  readonly advice: string;
}

/** Whapi's codes are HTTP statuses; the vendor publishes no finer ones. */
// biome-ignore format: a table, one row a line
export const WHAPI_ROWS: readonly WhapiRow[] = [
  { status: 400, name: 'Bad request', ...PERMANENT, advice: 'Whapi.Cloud refused a value in the request. The details name it; correct the message and send it anew.' },
  { status: 401, name: 'Token not accepted', ...SENDER, advice: 'Whapi.Cloud did not accept the token. Copy the channel token anew into the channel settings.' },
  { status: 402, name: 'Plan or trial limit', ...SENDER, waitMs: HOUR, advice: 'The plan or trial of this Whapi.Cloud channel is used up. Extend it in the Whapi.Cloud panel.' },
  { status: 403, name: 'Forbidden', ...PERMANENT, advice: 'WhatsApp does not let this number do that, for example write to a group it is not in.' },
  { status: 404, name: 'Not found', ...PERMANENT, advice: 'The chat, message or file does not exist. Check the number or id.' },
  { status: 406, name: 'Channel not authorised', ...SENDER, advice: 'The phone is not linked. Scan the QR code again in the channel\'s page.' },
  { status: 409, name: 'Conflict', ...PERMANENT, advice: 'The request conflicts with the present state. Load it again before trying once more.' },
  { status: 413, name: 'Too large', ...PERMANENT, advice: 'The file is too large for Whapi.Cloud. Send a smaller one, or a link to it.' },
  { status: 415, name: 'Unsupported file', ...PERMANENT, advice: 'Whapi.Cloud does not take this type of file. Convert it first.' },
  { status: 429, name: 'Too many requests', ...throttled(MINUTE, 'number'), advice: 'Too many requests for this channel. It slows down by itself.' },
];

function verdictOf(reply: HttpReply, spoken: boolean): Verdict {
  const row = WHAPI_ROWS.find((each) => each.status === reply.httpStatus);
  const pauses = row?.kind === 'channel';
  // A proxy's 403 or 404 would fail every message; only Whapi's own words condemn one.
  if (row === undefined || (!spoken && !pauses && row.status !== 429))
    return httpVerdict(reply, spoken ? 'api' : 'other');
  const { status: _status, name: _name, ...verdict } = row;
  return verdict;
}

/** What an answer of Whapi.Cloud means for the call. Pure and total like `decideFailure`. */
export function whapiFailure(reply: HttpReply): Failure {
  const error = parseErrorObject(reply.body);
  return toFailure(reply, verdictOf(reply, error !== null), error);
}
