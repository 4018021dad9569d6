import type { ServerResponse } from 'node:http';
import { type GraphError, type MessageProblem, graphErrorOfProblems, toGraphError } from '@wharf/whatsapp';

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: object, headers: Answer['headers'] = {}): Answer => ({ status: 200, body, headers });

export function fail(error: GraphError, headers: Answer['headers'] = {}): Answer {
  const { httpStatus, body } = toGraphError(error);
  return { status: httpStatus, body, headers };
}

export function failForm(problems: readonly MessageProblem[]): Answer {
  const { httpStatus, body } = graphErrorOfProblems(problems);
  return { status: httpStatus, body };
}

/** The rest of a body that was not read to its end is nobody's request. */
export const closing = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, connection: 'close' },
});

export const BAD_TOKEN = fail({
  code: 190,
  message: 'Invalid OAuth access token',
  details: 'Send an API key of this Wharf installation as the access token: Authorization: Bearer <key>.',
});

export const UNAVAILABLE = fail(
  { code: 2, message: 'Service temporarily unavailable', details: 'Nothing was queued. Try again in some seconds.' },
  { 'retry-after': '5' },
);

/**
 * The database went away while the message was being queued. Whoever repeats it with this key sends it once, whatever became
 * of the first; without it the second one is a message of its own.
 */
export const queuedPerhaps = (key: string): Answer =>
  fail(
    {
      code: 2,
      message: 'Service temporarily unavailable',
      details: `It is not known whether the message was queued. Send it again with the header "Idempotency-Key: ${key}": it goes out once, whatever became of the first.`,
    },
    { 'retry-after': '5', 'idempotency-key': key },
  );

export const BROKEN = fail({
  code: 1,
  message: 'An unknown error occurred',
  details: 'Something is broken in Wharf: look for graph.failed in its log, by the trace id.',
  httpStatus: 500,
});

export const TOO_LARGE = fail({ code: 100, message: 'The request is too large', httpStatus: 413 });

const OFFER =
  'Wharf offers POST /PHONE_NUMBER_ID/messages, POST /PHONE_NUMBER_ID/media, GET and DELETE /MEDIA_ID. For anything else call Meta directly, or use /api/v1 (see /api/docs).';

/** In Meta's words for an object that is not there, or not yours, or cannot do that. */
export function unsupported(method: string, id: string): Answer {
  const object = id === '' ? 'The object' : `Object with ID '${id.slice(0, 64)}'`;
  return fail({
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    message: `Unsupported ${method.toLowerCase()} request. ${object} does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    details: OFFER,
  });
}

const HEADERS = {
  'content-type': 'application/json; charset=UTF-8',
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Every error carries the id by which its line in the log is found. */
function withTrace(body: object, traceId: string): object {
  return 'error' in body && typeof body.error === 'object' ? { error: { ...body.error, fbtrace_id: traceId } } : body;
}

export function send(res: ServerResponse, answer: Answer, traceId: string): void {
  const text = JSON.stringify(withTrace(answer.body, traceId));
  const challenge: Record<string, string> = answer.status === 401 ? { 'www-authenticate': 'Bearer realm="wharf"' } : {};
  res.writeHead(answer.status, {
    ...HEADERS,
    ...challenge,
    ...answer.headers,
    'x-fb-trace-id': traceId,
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}
