import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import { toMedia } from '../media-view.ts';
import type { ApiPorts } from '../ports.ts';
import type { OpenedFile } from '../ports/media.ts';
import * as schemas from '../schemas/media.ts';
import { findMedia } from '../store/media.ts';
import { answers, byId, emptyBody, nothing } from './shapes.ts';
import { registerUpload } from './upload.ts';

const tags = ['Media'];

const WHY = { forged: 'link_expired', expired: 'link_expired', gone: 'media_unknown' } as const;

function sendFile(reply: FastifyReply, opened: OpenedFile): FastifyReply {
  if (opened.ok) return reply.code(opened.status).headers(opened.headers).send(opened.stream);
  if (opened.why === 'unchanged') return reply.code(304).send();
  if (opened.why === 'range')
    return refuse(reply.header('content-range', `bytes */${opened.sizeBytes}`), 'range_unsatisfiable');
  return refuse(reply, WHY[opened.why]);
}

/** The bytes themselves: no sign-in, the link is the permission. */
function registerBytes(app: Api, ports: ApiPorts): void {
  app.get(
    '/media/:token',
    { schema: { hide: true, params: z.object({ token: z.string().max(300) }) } },
    async (request, reply) => {
      const { range, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = request.headers;
      const opened = await ports.media.open({
        token: request.params.token,
        range,
        ifNoneMatch,
        ifRange: ifRange?.toString(),
      });
      void reply.header('cross-origin-resource-policy', 'same-origin').header('cache-control', 'no-store');
      return sendFile(reply, opened);
    },
  );
}

/** Files that came with messages, and files to be sent. */
export function registerMedia(app: Api, ports: ApiPorts): void {
  registerBytes(app, ports);
  registerUpload(app, ports);
  app.get(
    '/api/v1/media/:id',
    {
      schema: {
        summary: 'A file: what it is, whether it is stored, and links to its bytes',
        description: 'The links need no sign-in and end within five minutes: read this again for new ones.',
        tags,
        params: byId,
        response: answers({ 200: schemas.media }),
      },
    },
    async (request, reply) => {
      const row = await findMedia(ports.db, callerOf(request).workspaceId, request.params.id);
      return row ? toMedia(row, ports.media.sign) : refuse(reply, 'media_unknown');
    },
  );

  app.delete(
    '/api/v1/media/:id',
    {
      schema: {
        summary: 'Delete a file',
        description: 'Its links end at once; its bytes go within about an hour, unless another file has the same.',
        tags,
        params: byId,
        response: answers({ 204: nothing }),
      },
    },
    async (request, reply) => {
      const isGone = await ports.media.remove(callerOf(request).workspaceId, request.params.id);
      return isGone ? reply.code(204).send(null) : refuse(reply, 'media_unknown');
    },
  );

  app.post(
    '/api/v1/media/:id/fetch',
    {
      schema: {
        summary: 'Fetch a file from the provider now',
        description: 'For files of messages that are not stored, whatever came of earlier tries.',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 202: schemas.media }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      if ((await findMedia(ports.db, workspaceId, id)) === null) return refuse(reply, 'media_unknown');
      if (!(await ports.media.fetchAgain(workspaceId, id))) return refuse(reply, 'media_settled');
      const row = await findMedia(ports.db, workspaceId, id);
      return row ? reply.code(202).send(toMedia(row, ports.media.sign)) : refuse(reply, 'media_unknown');
    },
  );
}
