import { conversationCursor, parseCursor, threadCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { findConversation, listConversations } from '../store/conversations.ts';
import { listThread } from '../store/messages.ts';
import { viewMessages } from '../message-view.ts';
import { toConversation } from '../views.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Conversations'];
const NOT_THERE = 'There is no such conversation';

function registerList(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/conversations',
    {
      schema: {
        summary: 'Conversations, latest message first',
        tags,
        querystring: schemas.pageQuery.strict(),
        response: answers({ 200: schemas.page(schemas.conversation) }),
      },
    },
    async (request, reply) => {
      const { limit, after } = request.query;
      const cursor = parseCursor(conversationCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const from = cursor && ([cursor[1], cursor[2]] as const);
      const rows = await listConversations(ports.db, callerOf(request).workspaceId, { after: from, limit: limit + 1 });
      return toPage(rows, limit, { item: toConversation, cursor: (row) => ['c', row.lastMessageUs, row.id] });
    },
  );
}

function registerThread(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/conversations/:id/messages',
    {
      schema: {
        summary: 'Messages of one conversation, newest first',
        tags,
        params: byId,
        querystring: schemas.pageQuery.strict(),
        response: answers({ 200: schemas.page(schemas.message) }),
      },
    },
    async (request, reply) => {
      const { limit, after } = request.query;
      const cursor = parseCursor(threadCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const { workspaceId } = callerOf(request);
      const conversationId = request.params.id;
      const from = cursor && ([cursor[1], cursor[2]] as const);
      const rows = await listThread(ports.db, workspaceId, { conversationId, after: from, limit: limit + 1 });
      const isUnknown = rows.length === 0 && (await findConversation(ports.db, workspaceId, conversationId)) === null;
      if (isUnknown) return refuse(reply, 'not_found', { detail: NOT_THERE });
      const item = await viewMessages(ports, workspaceId, rows);
      return toPage(rows, limit, { item, cursor: (row) => ['t', row.atUs, row.id] });
    },
  );
}

function registerRelease(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/conversations/:id/release',
    {
      schema: {
        summary: 'Give a conversation back to the bot',
        description:
          'From a person, or from the app on the business’s phone, which has it after an answer by hand until it has been silent for a day. It may take it again.',
        tags,
        params: byId,
        body: emptyBody,
        response: answers({ 200: schemas.conversation }),
      },
    },
    async (request, reply) => {
      const key = { workspaceId: callerOf(request).workspaceId, id: request.params.id };
      const outcome = await ports.conversations.release(key);
      if (outcome === 'other_app') return refuse(reply, 'conversation_elsewhere');
      const row = await findConversation(ports.db, key.workspaceId, key.id);
      if (outcome === null || row === null) return refuse(reply, 'not_found', { detail: NOT_THERE });
      return toConversation(row);
    },
  );
}

/** Who we talk with, and what was said. */
export function registerConversations(app: Api, ports: ApiPorts): void {
  registerList(app, ports);
  app.get(
    '/api/v1/conversations/:id',
    {
      schema: {
        summary: 'One conversation',
        tags,
        params: byId,
        response: answers({ 200: schemas.conversation }),
      },
    },
    async (request, reply) => {
      const row = await findConversation(ports.db, callerOf(request).workspaceId, request.params.id);
      return row ? toConversation(row) : refuse(reply, 'not_found', { detail: NOT_THERE });
    },
  );
  registerThread(app, ports);
  registerRelease(app, ports);
}
