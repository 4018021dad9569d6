import { messagesCursor, parseCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { messagesQuery } from '../schemas/sending.ts';
import { listMessages } from '../store/message-list.ts';
import { viewMessages } from '../message-view.ts';
import { answers, byId } from './shapes.ts';
import { readMessage } from './story.ts';

const tags = ['Messages'];
const WEEK_MS = 7 * 86_400_000;

function registerList(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/messages',
    {
      schema: {
        summary: 'Messages, newest first',
        description: 'Of the last seven days, unless `since` says otherwise.',
        tags,
        querystring: messagesQuery,
        response: answers({ 200: schemas.page(schemas.message) }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { limit, after, since, until, ...filters } = request.query;
      const cursor = parseCursor(messagesCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const rows = await listMessages(ports.db, {
        ...filters,
        workspaceId,
        sinceMs: since === undefined ? ports.clock.now() - WEEK_MS : Date.parse(since),
        untilMs: until === undefined ? null : Date.parse(until),
        before: cursor?.[1] ?? null,
        limit: limit + 1,
      });
      const item = await viewMessages(ports, workspaceId, rows);
      return toPage(rows, limit, { item, cursor: (row) => ['m', row.id] });
    },
  );
}

/** What was said and sent, and how each message fared. */
export function registerMessages(app: Api, ports: ApiPorts): void {
  registerList(app, ports);
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
      const view = await viewMessages(ports, workspaceId, [found.row]);
      return { ...view(found.row), story: found.story };
    },
  );
}
