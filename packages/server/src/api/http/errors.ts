import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Log, toDatabaseFault, toReason } from '#kit';
import type { FieldError, ProblemCode, ProblemDetail } from '../problems.ts';
import { refuse } from './answer.ts';

interface Issue {
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const toPath = (pointer: string): string => pointer.slice(1).replaceAll('/', '.');
const at = (base: string, key: string): string => (base === '' ? key : `${base}.${key}`);

function toFieldErrors(issue: Issue): FieldError[] {
  const field = toPath(issue.instancePath);
  const { keys, maximum } = issue.params;
  if (issue.keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => ({ field: at(field, String(key)), message: 'There is no such field' }));
  }
  const limit = issue.keyword === 'too_big' && typeof maximum === 'number' ? { limit: maximum } : {};
  return [{ field: field === '' ? '(whole)' : field, message: issue.message ?? 'Wrong value', ...limit }];
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

function toInvalid(error: FastifyError): ProblemDetail {
  const part = PARTS[error.validationContext ?? ''] ?? 'request';
  const errors = (error.validation as unknown as readonly Issue[]).flatMap(toFieldErrors);
  return { detail: `In the ${part}: ${errors.map((one) => `${one.field}: ${one.message}`).join('; ')}`, errors };
}

const BY_CODE: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

/** PostgreSQL's word for a text with NUL in it: only a request can have brought one, since no row has. */
const UNSTORABLE = '22021';
const HOLDS_NUL = 'A text in the request holds NUL (\\u0000), which nothing here can hold. Leave it out.';

function toCode(error: FastifyError): ProblemCode {
  const known = BY_CODE[error.code];
  if (known) return known;
  if (error instanceof SyntaxError) return 'invalid_json';
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
    ? 'invalid_request'
    : 'internal';
}

/** What a handler threw, as a problem. Only here is anything logged, once; the caller gets no insides. */
export function makeErrorHandler(
  log: Log,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    if (error.validation) return refuse(reply, 'invalid_request', toInvalid(error));
    if (error.code === UNSTORABLE) return refuse(reply, 'invalid_request', { detail: HOLDS_NUL });
    const code = toCode(error);
    if (code !== 'internal') return refuse(reply, code);
    const line = { method: request.method, route: request.routeOptions.url ?? null, reason: toReason(error) };
    if (!(error instanceof TypeError) && toDatabaseFault(error) !== 'data') {
      log.warn(line, 'api.unavailable');
      return refuse(reply.header('retry-after', '5'), 'unavailable');
    }
    log.error({ ...line, stack: error.stack ?? null, cause: error.cause ? toReason(error.cause) : null }, 'api.failed');
    return refuse(reply, 'internal');
  };
}
