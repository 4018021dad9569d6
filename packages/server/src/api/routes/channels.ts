import type { z } from 'zod';
import { alertsCursor, parseCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { alert, alertsQuery, channel, channelChange, pauseRequest } from '../schemas/channels.ts';
import { type AlertRow, type ChannelRow, findChannel, listAlerts, listChannels } from '../store/channels.ts';
import { toTime } from '../views.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Channels'];
type Channel = z.output<typeof channel>;

function toChannel({ channels }: ApiPorts, row: ChannelRow): Channel {
  const { mps, mpsFrom, tier, tierFrom } = channels.toLimits(row);
  const { quality = null, status = null, canSend = null, problem = null, lookedAt = null } = row.learned;
  const { people, warmUp } = row;
  return {
    ...row,
    pacing: { perSecond: mps, perSecondFrom: mpsFrom, tier, tierFrom, people, warmUp },
    health: { quality, status, canSend, problem, lookedAt },
  };
}

/** Does something about a channel of the caller's, and answers with it. */
async function act(ports: ApiPorts, request: { params: { id: string } }, what: (id: string) => Promise<boolean>) {
  const { workspaceId } = callerOf(request);
  const { id } = request.params;
  const isKnown = (await findChannel(ports.db, workspaceId, id)) !== null && (await what(id));
  const row = isKnown ? await findChannel(ports.db, workspaceId, id) : null;
  return row && toChannel(ports, row);
}

function registerLists(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/channels',
    {
      schema: {
        summary: 'Connected numbers',
        description: 'All of them on one page. `queued` and `scheduled` count to 10,000 at most.',
        tags,
        querystring: schemas.pageQuery.strict(),
        response: answers({ 200: schemas.page(channel) }),
      },
    },
    async (request, reply) => {
      const rows = await listChannels(ports.db, callerOf(request).workspaceId);
      return reply.send({ data: rows.map((row) => toChannel(ports, row)), next: null });
    },
  );
  app.get(
    '/api/v1/alerts',
    {
      schema: {
        summary: 'What somebody should see to, newest first',
        tags: ['Alerts'],
        querystring: alertsQuery.strict(),
        response: answers({ 200: schemas.page(alert) }),
      },
    },
    async (request, reply) => {
      const { limit, after, open } = request.query;
      const cursor = parseCursor(alertsCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const isOpen = open === undefined ? null : open === 'true';
      const query = { before: cursor?.[1] ?? null, isOpen, limit: limit + 1 };
      const rows = await listAlerts(ports.db, callerOf(request).workspaceId, query);
      const toAlert = (row: AlertRow) => ({ ...row, at: row.at.toISOString(), endedAt: toTime(row.endedAt) });
      return toPage(rows, limit, { item: toAlert, cursor: (row) => ['a', row.id] });
    },
  );
}

function registerPause(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/channels/:id/pause',
    {
      schema: {
        summary: 'Send nothing more on a channel; what waits is kept',
        tags,
        params: byId,
        body: pauseRequest,
        response: answers({ 200: channel }),
      },
    },
    async (request, reply) => {
      const reason = request.body?.reason ?? 'Paused by hand';
      return (await act(ports, request, (id) => ports.channels.pause(id, reason))) ?? refuse(reply, 'channel_unknown');
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
        response: answers({ 200: channel }),
      },
    },
    async (request, reply) =>
      (await act(ports, request, (id) => ports.channels.resume(id))) ?? refuse(reply, 'channel_unknown'),
  );
}

function registerChange(app: Api, ports: ApiPorts): void {
  app.patch(
    '/api/v1/channels/:id',
    {
      schema: {
        summary: 'Name a channel, or say how fast and how far it may go',
        description: 'A rate or tier given here counts before what the provider says; null gives the word back to it.',
        tags,
        params: byId,
        body: channelChange,
        response: answers({ 200: channel }),
      },
    },
    async (request, reply) => {
      const { perSecond, ...rest } = request.body;
      const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const change = { ...named, ...(perSecond === undefined ? {} : { mps: perSecond }) };
      return (await act(ports, request, (id) => ports.channels.change(id, change))) ?? refuse(reply, 'channel_unknown');
    },
  );
}

/** The connected numbers, and what is wrong with them. */
export function registerChannels(app: Api, ports: ApiPorts): void {
  registerLists(app, ports);
  registerPause(app, ports);
  registerChange(app, ports);
}
