/**
 * The registry of problems (RFC 9457): every `code` the API answers with, its status, and the way out. docs/errors.md
 * lists the same rows; a test keeps them equal.
 */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly next: string;
}

export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'The request is not as documented',
    next: 'Correct the fields named in errors; GET /api/docs shows what is permitted.',
  },
  invalid_json: {
    status: 400,
    title: 'The body is not JSON',
    next: 'Send one JSON value in UTF-8, or leave the body and its Content-Type away.',
  },
  bad_cursor: {
    status: 400,
    title: 'The cursor is not one of this list',
    next: 'Pass `next` of the page before as `after`, unchanged, or begin again without it.',
  },
  unauthorized: {
    status: 401,
    title: 'Not signed in',
    next: 'Send the header Authorization: Bearer with an API key of this installation, or sign in on the dashboard.',
  },
  wrong_key: {
    status: 401,
    title: 'This key is not known here',
    next: 'Use the key in WHARF_API_KEY, or the one printed at the first start.',
  },
  cross_site: {
    status: 403,
    title: 'The request came from another site',
    next: 'A browser session works only from the dashboard itself; programs send an API key.',
  },
  link_expired: {
    status: 403,
    title: 'This link to a file is no longer valid',
    next: 'GET /api/v1/media/{id} gives a new one; links end within minutes.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    next: 'Check the path and the id.',
  },
  channel_unknown: {
    status: 404,
    title: 'No such channel',
    next: 'GET /api/v1/channels lists the channels of this workspace.',
  },
  conversation_unknown: {
    status: 404,
    title: 'No such conversation',
    next: 'GET /api/v1/conversations lists them; or name a person in `to` or `recipient`.',
  },
  account_unknown: {
    status: 404,
    title: 'No such WhatsApp Business account',
    next: 'GET /api/v1/templates names the accounts of this workspace in `accounts`.',
  },
  contact_unknown: {
    status: 404,
    title: 'No such contact',
    next: 'Conversations and messages name their contact; or name a person in `to` or `recipient`.',
  },
  media_unknown: {
    status: 404,
    title: 'No such file',
    next: 'GET /api/v1/media/{id} says what became of a file; its id is in the message it came with.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path has no such method',
    next: 'The Allow header of this answer names the methods it has.',
  },
  idempotency_conflict: {
    status: 409,
    title: 'This Idempotency-Key belongs to another request',
    next: 'Use a new key for a new message. The same key with the same body returns the first message.',
  },
  already_settled: {
    status: 409,
    title: 'This entry is not open any more',
    next: 'GET /api/v1/quarantine shows what became of it.',
  },
  message_not_waiting: {
    status: 409,
    title: 'This message is not waiting any more',
    next: 'GET /api/v1/messages/{id} shows what became of it.',
  },
  message_not_ended: {
    status: 409,
    title: 'This message has not come to a bad end',
    next: 'GET /api/v1/messages/{id} shows where it is; to say the same again, send a new message.',
  },
  conversation_elsewhere: {
    status: 409,
    title: 'Another app has this conversation',
    next: 'WhatsApp routes it (standby): take the thread there, and it comes back with the next message.',
  },
  template_exists: {
    status: 409,
    title: 'The account has another template of this name and language',
    next: 'PATCH that template, or use another name.',
  },
  template_locked: {
    status: 409,
    title: 'This template cannot be changed so now',
    next: 'The detail says why, and when or how it can. Meta was not asked.',
  },
  template_unread: {
    status: 409,
    title: 'This template has not been read from Meta yet',
    next: 'POST /api/v1/templates/sync and try again when `accounts` of GET /api/v1/templates says that it was read.',
  },
  changed_meanwhile: {
    status: 412,
    title: 'Somebody else changed it meanwhile',
    next: 'Read it again, and send your change with the new ETag in If-Match.',
  },
  media_settled: {
    status: 409,
    title: 'This file is not to be fetched',
    next: 'GET /api/v1/media/{id} shows its state: stored and uploaded files are here, deleted ones stay deleted.',
  },
  too_large: {
    status: 413,
    title: 'The body is too large',
    next: 'A request may have 1 MB, one that sends messages 18 MB: room for 1,000 of the longest texts in plain UTF-8. Send fewer messages in one request, and media by link or id.',
  },
  media_too_large: {
    status: 413,
    title: 'The file is too large',
    next: 'A file may have 100 MB, and less for most kinds. Make it smaller; nothing was stored.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON',
    next: 'Send Content-Type: application/json.',
  },
  consent_evidence_missing: {
    status: 422,
    title: 'An opt-in needs its evidence',
    next: 'Give the wording the person agreed to in text, and when they did in at.',
  },
  range_unsatisfiable: {
    status: 416,
    title: 'The range lies outside the file',
    next: 'Content-Range of this answer says how large the file is.',
  },
  channel_needed: {
    status: 422,
    title: 'It is not clear which channel should send',
    next: 'Name one of GET /api/v1/channels in channelId, or connect a channel first.',
  },
  policy_denied: {
    status: 422,
    title: 'The policy refuses this message',
    next: 'Each reason names its way out. Nothing was queued.',
  },
  message_invalid: {
    status: 422,
    title: 'WhatsApp would refuse this message',
    next: 'Correct the fields named in errors. Nothing was queued.',
  },
  capability_missing: {
    status: 422,
    title: 'This channel cannot do that',
    next: 'Use a channel whose provider has it; the detail says which.',
  },
  template_invalid: {
    status: 422,
    title: 'Meta would refuse this template',
    next: 'Correct the fields named in errors. Meta was not asked.',
  },
  meta_refused: {
    status: 422,
    title: 'Meta refused it',
    next: 'The detail has Meta’s words, its code and the way out. Nothing was changed.',
  },
  media_invalid: {
    status: 422,
    title: 'WhatsApp would refuse this file',
    next: 'Convert the file as errors say, or name another kind. Nothing was stored.',
  },
  request_refused: {
    status: 422,
    title: 'The request was refused',
    next: 'The detail says why. Nothing was changed.',
  },
  precondition_needed: {
    status: 428,
    title: 'The change does not say what it is based on',
    next: 'Send the ETag of the last GET in the header If-Match, or * to change it whatever it is now.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many wrong keys from this address',
    next: 'Wait for the seconds in Retry-After, then try the right key.',
  },
  internal: {
    status: 500,
    title: 'Something is broken in Wharf',
    next: 'Look for api.failed in the log at this time; please report it with that line.',
  },
  meta_unavailable: {
    status: 502,
    title: 'Meta could not be reached, or has no time',
    next: 'Try again: what was done all the same is found by a reading, and the same request does nothing twice.',
  },
  unavailable: {
    status: 503,
    title: 'The database is away',
    next: 'Try again after the seconds in Retry-After. Nothing was half stored.',
  },
  storage_full: {
    status: 507,
    title: 'There is no room for files',
    next: 'Make room on the disk of the data folder, or keep files in a bucket (WHARF_BUCKET).',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

export interface FieldError {
  readonly field: string;
  readonly message: string;
  readonly limit?: number;
  readonly actual?: number;
}

/** What one refusal adds to its registered row. */
export interface ProblemDetail {
  readonly detail?: string | undefined;
  readonly errors?: readonly FieldError[] | undefined;
}

export interface Problem extends ProblemDetail {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly next: string;
}

/** The body of an `application/problem+json` answer. `type` leads to the row on the page of this API. */
export function toProblem(code: ProblemCode, more: ProblemDetail = {}): Problem {
  const { status, title, next } = PROBLEMS[code];
  return { type: `/api/docs#problem-${code}`, title, status, code, ...more, next };
}
