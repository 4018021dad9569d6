import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { findChannel, listChannels } from '../store/channels.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Channels'];

/** The connected numbers. */
export function registerChannels(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/channels',
    {
      schema: {
        summary: 'Connected numbers',
        description: 'All of them on one page. `queued` counts to 10,000 at most.',
        tags,
        querystring: schemas.pageQuery.strict(),
        response: answers({ 200: schemas.page(schemas.channel) }),
      },
    },
    async (request, reply) => {
      const data = await listChannels(ports.db, callerOf(request).workspaceId);
      return reply.send({ data, next: null });
    },
  );

  app.post(
    '/api/v1/channels/:id/resume',
    {
      schema: {
        summary: 'Send again on a paused channel',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 200: schemas.channel }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      const isKnown = (await findChannel(ports.db, workspaceId, id)) !== null && (await ports.resumeChannel(id));
      const channel = isKnown ? await findChannel(ports.db, workspaceId, id) : null;
      return channel ?? refuse(reply, 'channel_unknown');
    },
  );
}
