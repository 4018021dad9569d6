import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Caller } from '../ports.ts';
import { type ProblemCode, type ProblemDetail, toProblem } from '../problems.ts';

/** The server as routes are given it: requests are typed by their schemas. */
export type Api = ReturnType<typeof withZod>;
const withZod = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

const TYPE = 'application/problem+json; charset=utf-8';

/** Answers with a registered problem; routes return what this returns. */
export function refuse(reply: object, code: ProblemCode, more: ProblemDetail & { status?: number } = {}): FastifyReply {
  const { status, ...detail } = more;
  const problem = { ...toProblem(code, detail), ...(status === undefined ? {} : { status }) };
  // Routes have replies of many types; all of them can send text.
  const plain = reply as FastifyReply;
  if (problem.status === 401) void plain.header('www-authenticate', 'Bearer realm="wharf"');
  return plain.code(problem.status).type(TYPE).send(JSON.stringify(problem));
}

const callers = new WeakMap<FastifyRequest, Caller>();

export const setCaller = (request: FastifyRequest, caller: Caller): void => void callers.set(request, caller);

/** Who is behind a request that got past the sign-in; every row it sees is of this workspace. */
export function callerOf(request: object): Caller {
  const caller = callers.get(request as FastifyRequest);
  if (!caller) throw new Error('a route behind the sign-in was reached without a caller');
  return caller;
}
