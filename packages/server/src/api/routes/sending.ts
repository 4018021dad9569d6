import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import { viewMessages } from '../message-view.ts';
import type { ApiPorts } from '../ports.ts';
import type { Judged, Refusal, Submitted, SubmitRequest } from '../ports/sending.ts';
import { isProblemCode, type ProblemCode, toProblem } from '../problems.ts';
import * as schemas from '../schemas.ts';
import * as sending from '../schemas/sending.ts';
import { findMessage } from '../store/messages.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Messages'];
/**
 * 1,000 of the longest texts (4,096 characters of 4 bytes in UTF-8: 16,384 bytes) with 2 KB of other fields each. Written with
 * escapes (`\ud83d\ude00`) the same texts take three times as much; then fewer fit.
 */
export const BULK_BYTES = 18 << 20;

const sendHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters')
    .optional()
    .describe('The same key with the same body returns the first message instead of sending a second'),
});

const toCode = ({ code }: Refusal): ProblemCode => (isProblemCode(code) ? code : 'request_refused');

const refuseSend = (reply: object, problem: Refusal): FastifyReply => {
  const { status, detail, errors } = problem;
  return refuse(reply, toCode(problem), { status, detail, errors });
};

function toItemProblem(refusal: Refusal): z.output<typeof schemas.problem> {
  const { status, detail, errors } = refusal;
  const { errors: fields, ...problem } = toProblem(toCode(refusal), { detail, ...(errors ? { errors } : {}) });
  return { ...problem, status, ...(fields ? { errors: [...fields] } : {}) };
}

const toVerdict = ({ verdict, category }: Judged): z.output<typeof sending.verdict> => ({
  verdict: verdict.verdict,
  category,
  until: verdict.until === null ? null : new Date(verdict.until).toISOString(),
  reasons: verdict.reasons.map(({ problems, ...reason }) => ({
    ...reason,
    ...(problems ? { problems: problems.map((problem) => ({ ...problem })) } : {}),
  })),
});

type Body = z.output<typeof sending.sendRequest>;

/** Many in one request: a key for the whole stands for one of each, with a space that no caller's own key can have. */
function toRequests(body: Body, workspaceId: string, key: string | null): SubmitRequest[] {
  const { messages, message, ...rest } = body;
  if (!messages) return [{ ...rest, message, workspaceId, idempotencyKey: key }];
  return messages.map(({ idempotencyKey = null, ...one }, n) => ({
    ...one,
    workspaceId,
    idempotencyKey: idempotencyKey ?? (key === null ? null : `${key} ${n}`),
  }));
}

/** For a thousand messages that simply go, why they may would be most of the answer. */
const isPutOff = (judged: Judged | null): judged is Judged => judged?.verdict.verdict === 'defer';

function toItem(submitted: Submitted, isDry: boolean): z.output<typeof sending.bulkAnswer>['data'][number] {
  if (!submitted.ok) return { ok: false, problem: toItemProblem(submitted.problem) };
  const { id, replayed, judged } = submitted;
  // Without a verdict it was sent earlier, with the same key: that message exists.
  if (isDry && judged) return { ok: true, dryRun: true, verdict: toVerdict(judged) };
  return { ok: true, id, replayed, verdict: isPutOff(judged) ? toVerdict(judged) : null };
}

/** The message as it is stored now. */
async function readBack(ports: ApiPorts, workspaceId: string, id: string) {
  const row = await findMessage(ports.db, workspaceId, id);
  if (!row) throw new Error('a submitted message is always stored');
  return (await viewMessages(ports, workspaceId, [row]))(row);
}

function registerSend(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/messages',
    {
      bodyLimit: BULK_BYTES,
      schema: {
        summary: 'Send a message, or up to 1,000',
        description:
          'Takes Meta’s own message body. It is checked, judged by the policy, queued durably and sent in the order of its conversation; the answer is the queued message. With `messages` each has its own answer, in order. With `dry_run=true` the answer is what the policy would decide.',
        tags,
        querystring: sending.sendQuery,
        headers: sendHeaders,
        body: sending.sendRequest,
        response: answers({
          200: z.union([schemas.message, sending.dryRun, sending.bulkAnswer]),
          201: schemas.message,
        }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const isDry = request.query.dry_run === 'true';
      const requests = toRequests(request.body, workspaceId, request.headers['idempotency-key'] ?? null);
      const all = await ports.sending.submit(requests, { isDry });
      const [submitted] = all;
      if (request.body.messages || !submitted)
        return reply.code(200).send({ data: all.map((one) => toItem(one, isDry)) });
      if (!submitted.ok) return refuseSend(reply, submitted.problem);
      if (isDry && submitted.judged) return reply.code(200).send({ dryRun: true, ...toVerdict(submitted.judged) });
      const message = await readBack(ports, workspaceId, submitted.id);
      if (submitted.replayed) void reply.header('idempotent-replayed', 'true');
      else void reply.header('location', `/api/v1/messages/${message.id}`);
      return reply.code(submitted.replayed ? 200 : 201).send(message);
    },
  );
}

function registerCancel(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/messages/:id/cancel',
    {
      schema: {
        summary: 'Take a message back that has not been sent',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 200: schemas.message }),
      },
    },
    async (request, reply) => {
      const key = { workspaceId: callerOf(request).workspaceId, id: request.params.id };
      const outcome = await ports.sending.cancel(key);
      return outcome.ok ? readBack(ports, key.workspaceId, key.id) : refuseSend(reply, outcome.problem);
    },
  );
}

function registerEdit(app: Api, ports: ApiPorts): void {
  app.patch(
    '/api/v1/messages/:id',
    {
      schema: {
        summary: 'Change a message that has not been sent, or when it goes',
        description:
          '`sendAt` as when it was submitted: with an offset, or without one for the time where the person is. Its time to live moves along.',
        tags,
        params: byId,
        body: sending.editRequest,
        response: answers({ 200: schemas.message }),
      },
    },
    async (request, reply) => {
      const key = { workspaceId: callerOf(request).workspaceId, id: request.params.id };
      const outcome = await ports.sending.edit({ ...key, ...request.body });
      return outcome.ok ? readBack(ports, key.workspaceId, key.id) : refuseSend(reply, outcome.problem);
    },
  );
}

function registerRetry(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/messages/:id/retry',
    {
      schema: {
        summary: 'Send a message once more that failed, was blocked or cancelled, or has expired',
        description:
          'It becomes a new message; asked twice, it is still one. Where a failed message may have arrived after all, look at its story first.',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 200: schemas.message, 201: schemas.message }),
      },
    },
    async (request, reply) => {
      const key = { workspaceId: callerOf(request).workspaceId, id: request.params.id };
      const submitted = await ports.sending.retry(key);
      if (!submitted.ok) return refuseSend(reply, submitted.problem);
      const message = await readBack(ports, key.workspaceId, submitted.id);
      return reply.code(submitted.replayed ? 200 : 201).send(message);
    },
  );
}

/** What is asked of the outbox. */
export function registerSending(app: Api, ports: ApiPorts): void {
  registerSend(app, ports);
  registerCancel(app, ports);
  registerEdit(app, ports);
  registerRetry(app, ports);
}
