import { toLanguageCode } from '@wharf/whatsapp';
import { z } from 'zod';
import { parseCursor, templateCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas/templates.ts';
import { findChannel } from '../store/channels.ts';
import { listAccounts, listHistory, listTemplates, listVariants } from '../store/templates.ts';
import { toTemplate, toTemplateAccount, toTemplateDetail } from '../template-views.ts';
import { answers, byId } from './shapes.ts';
import { registerTemplateActions } from './template-actions.ts';

const tags = ['Templates'];
const HISTORY = 200;
const UNKNOWN = { detail: 'There is no such template' };

/** The account a channel belongs to; `''` belongs to none: its list is empty. */
async function toAccount(ports: ApiPorts, workspaceId: string, query: z.output<typeof schemas.templatesQuery>) {
  if (query.channelId === undefined) return { accountId: query.accountId };
  const channel = await findChannel(ports.db, workspaceId, query.channelId);
  if (!channel) return null;
  const accountId = channel.provider === 'meta' ? (channel.accountId ?? '') : '';
  return { accountId: query.accountId === undefined || query.accountId === accountId ? accountId : '' };
}

function registerList(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/templates',
    {
      schema: {
        summary: 'Message templates by name and language',
        description:
          'As Meta had them at the last reading, and as its webhooks changed them since. `accounts` says when that was, and what went wrong.',
        tags,
        querystring: schemas.templatesQuery,
        response: answers({ 200: schemas.templatePage }),
      },
    },
    async (request, reply) => {
      const { limit, after, status, category, language, name, gone } = request.query;
      const cursor = parseCursor(templateCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const { workspaceId } = callerOf(request);
      const account = await toAccount(ports, workspaceId, request.query);
      if (!account) return refuse(reply, 'channel_unknown');
      const filter = {
        ...account,
        gone,
        status: status?.toUpperCase(),
        category: category?.toUpperCase(),
        language: language === undefined ? undefined : toLanguageCode(language),
        name: name?.toLowerCase(),
      };
      const from = cursor && ([cursor[1], cursor[2], cursor[3]] as const);
      const [rows, accounts] = await Promise.all([
        listTemplates(ports.db, workspaceId, { filter, after: from, limit: limit + 1 }),
        listAccounts(ports.db, workspaceId, { nowMs: ports.clock.now(), ...account }),
      ]);
      const found = toPage(rows, limit, {
        item: (row) => toTemplate(ports.templates, row),
        cursor: (row) => ['m', row.name, row.language, row.id],
      });
      return { ...found, accounts: accounts.map(toTemplateAccount) };
    },
  );
}

/** Message templates: what Meta has, what became of it, and what can be done. */
export function registerTemplates(app: Api, ports: ApiPorts): void {
  registerList(app, ports);
  app.get(
    '/api/v1/templates/:id',
    {
      schema: {
        summary: 'One template with its languages and its history',
        tags,
        params: byId,
        response: answers({ 200: schemas.templateDetail }),
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      const variants = await listVariants(ports.db, workspaceId, id);
      const row = variants.find((variant) => variant.id === id);
      if (!row) return refuse(reply, 'not_found', UNKNOWN);
      const history = await listHistory(ports.db, workspaceId, { id, limit: HISTORY });
      return toTemplateDetail(ports.templates, row, { variants, history });
    },
  );
  registerTemplateActions(app, ports);
}
