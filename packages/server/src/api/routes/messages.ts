import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts, Refusal } from '../ports.ts';
import { isProblemCode } from '../problems.ts';
import * as schemas from '../schemas.ts';
import { readMediaOf } from '../media-view.ts';
import { findMessage } from '../store/messages.ts';
import { toMessage } from '../views.ts';
import { answers, byId } from './shapes.ts';
import { readMessage } from './story.ts';

const tags = ['Messages'];

const sendHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters')
    .optional()
    .describe('The same key with the same body returns the first message instead of sending a second'),
});

function refuseSend(reply: object, { code, status, detail, errors }: Refusal): FastifyReply {
  const known = isProblemCode(code) ? code : 'request_refused';
  return refuse(reply, known, { status, detail, errors });
}

function registerSend(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/messages',
    {
      schema: {
        summary: 'Send a message',
        description:
          'Takes Meta’s own message body. It is checked, queued durably and sent in the order of its conversation; the answer is the queued message.',
        tags,
        headers: sendHeaders,
        body: schemas.sendRequest,
        response: answers({ 200: schemas.message, 201: schemas.message }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const idempotencyKey = request.headers['idempotency-key'] ?? null;
      const submitted = await ports.submit({ ...request.body, workspaceId, idempotencyKey });
      if (!submitted.ok) return refuseSend(reply, submitted.problem);
      const row = await findMessage(ports.db, workspaceId, submitted.id);
      if (!row) throw new Error('a submitted message is always stored');
      if (submitted.replayed) void reply.header('idempotent-replayed', 'true');
      else void reply.header('location', `/api/v1/messages/${row.id}`);
      const media = await readMediaOf(ports, workspaceId, [row]);
      return reply.code(submitted.replayed ? 200 : 201).send(toMessage(row, media.get(row.id) ?? []));
    },
  );
}

/** What was said and sent, and how each message fared. */
export function registerMessages(app: Api, ports: ApiPorts): void {
  registerSend(app, ports);
  app.get(
    '/api/v1/messages/:id',
    {
      schema: {
        summary: 'One message with its whole story',
        tags,
        params: byId,
        response: answers({ 200: schemas.messageDetail }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const found = await readMessage(ports, workspaceId, request.params.id);
      if (!found) return refuse(reply, 'not_found', { detail: 'There is no such message' });
      const media = await readMediaOf(ports, workspaceId, [found.row]);
      return { ...toMessage(found.row, media.get(found.row.id) ?? []), story: found.story };
    },
  );
}
