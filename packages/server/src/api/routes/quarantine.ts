import { parseCursor, quarantineCursor, toPage } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { findQuarantined, listQuarantine } from '../store/quarantine.ts';
import { toQuarantineEntry } from '../views.ts';
import { answers, byId, emptyBody } from './shapes.ts';

const tags = ['Quarantine'];

const ACTIONS = {
  replay: { summary: 'Handle it once more, as the reactions are now', settled: 'replayed' },
  discard: { summary: 'Let it go: no reaction will run for it', settled: 'discarded' },
} as const;

/** Asked again, an action that was done answers the same: a lost answer is no reason to fear the button. */
function registerAction(app: Api, ports: ApiPorts, action: keyof typeof ACTIONS): void {
  const { summary, settled } = ACTIONS[action];
  app.post(
    `/api/v1/quarantine/:id/${action}`,
    {
      schema: { summary, tags, params: byId, body: emptyBody, response: answers({ 200: schemas.quarantineEntry }) },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      const { id } = request.params;
      const before = await findQuarantined(ports.db, workspaceId, id);
      if (!before) return refuse(reply, 'not_found', { detail: 'There is no such entry' });
      if (before.state === 'open') await ports[action](id);
      const entry = (await findQuarantined(ports.db, workspaceId, id)) ?? before;
      if (entry.state === settled) return toQuarantineEntry(entry);
      return refuse(reply, 'already_settled', { detail: `The entry is ${entry.state}` });
    },
  );
}

/** What could not be handled: seen, explained, tried again or let go. */
export function registerQuarantine(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/quarantine',
    {
      schema: {
        summary: 'Quarantined events, newest first',
        tags,
        querystring: schemas.quarantineQuery.strict(),
        response: answers({ 200: schemas.page(schemas.quarantineEntry) }),
      },
    },
    async (request, reply) => {
      const { limit, after, state } = request.query;
      const cursor = parseCursor(quarantineCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const query = { state, after: cursor?.[1], limit: limit + 1 };
      const rows = await listQuarantine(ports.db, callerOf(request).workspaceId, query);
      return toPage(rows, limit, { item: toQuarantineEntry, cursor: (row) => ['q', row.id] });
    },
  );
  registerAction(app, ports, 'replay');
  registerAction(app, ports, 'discard');
}
