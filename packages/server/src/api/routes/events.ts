import type { z } from 'zod';
import { eventCursor, parseCursor, toCursor } from '../cursor.ts';
import { type Api, callerOf, refuse } from '../http/answer.ts';
import type { ApiPorts, EventRead } from '../ports.ts';
import * as schemas from '../schemas.ts';
import { toShallow } from '../shallow.ts';
import * as store from '../store/events.ts';
import { listRuns, type RunRow } from '../store/runs.ts';
import { toSubject } from '../subject.ts';
import { toEventSummary, toTime } from '../views.ts';
import { answers, byId } from './shapes.ts';

type EventDetail = z.output<typeof schemas.eventDetail>;

const tags = ['Events'];
/** Larger bodies (a history sync) are read when their event is opened, not for a list of up to 200. Others share 300 kB. */
const LIST_BODY_BYTES = 300_000;
const SHOWN_BYTES = 64 << 10;
const MAX_BYTES = 16 << 20;

type Read = EventRead & { readonly row: store.EventRow };

/** The events behind rows, read again from their deliveries. */
async function readEvents(ports: ApiPorts, rows: readonly store.EventRow[], maxBytes: number): Promise<Read[]> {
  const reads = await ports.readEvents(rows, maxBytes);
  return reads.flatMap((read, n) => (rows[n] ? [{ ...read, row: rows[n] }] : []));
}

function toWanted(reads: readonly Read[]): store.LinkWanted[] {
  return reads.flatMap(({ row, event }, n) => {
    const subject = event && toSubject(event);
    return subject && row.channelId ? [{ n, channelId: row.channelId, ...subject }] : [];
  });
}

async function summarise(
  ports: ApiPorts,
  workspaceId: string,
  reads: readonly Read[],
): Promise<z.output<typeof schemas.eventSummary>[]> {
  const links = await store.findLinks(ports.db, workspaceId, toWanted(reads));
  return reads.map((read, n) => toEventSummary(read, links.get(n)));
}

const toReaction = (run: RunRow): EventDetail['reactions'][number] => ({
  name: run.name,
  state: run.state,
  attempts: run.attempts,
  at: toTime(run.at),
  error: run.error,
  notes: (run.notes ?? []).map(({ name, data }) => ({ name, data: toShallow(data) })),
  messageIds: [...run.messageIds],
});

function toDelivery({ row, deliveryId, body }: Read): EventDetail['delivery'] {
  const bytes = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length) : Buffer.alloc(0);
  return {
    id: deliveryId,
    receivedAt: row.receivedAt.toISOString(),
    provider: row.provider,
    bytes: bytes.length,
    pointer: row.pointer,
    body: bytes.toString('utf8', 0, SHOWN_BYTES),
    truncated: bytes.length > SHOWN_BYTES,
  };
}

/** One event whole, or null when there is none at this position. */
async function findDetail(ports: ApiPorts, workspaceId: string, id: string): Promise<EventDetail | null> {
  const position = /^\d{1,16}$/.test(id) ? Number(id) : NaN;
  const row = !Number.isSafeInteger(position) ? null : await store.findEvent(ports.db, workspaceId, position);
  if (!row) return null;
  const [read] = await readEvents(ports, [row], MAX_BYTES);
  if (!read) return null;
  const [summary] = await summarise(ports, workspaceId, [read]);
  if (!summary) return null;
  const runs = await listRuns(ports.db, workspaceId, row.position);
  const event = toShallow(read.event) as Record<string, unknown> | null;
  return { ...summary, event, reactions: runs.map(toReaction), delivery: toDelivery(read) };
}

/** What came in, one row per event, newest first; and one event whole. */
export function registerEvents(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/events',
    {
      schema: {
        summary: 'Events, newest first',
        description: `A filter by channel or state looks at ${store.WINDOW} events at a time: a page may hold fewer rows than asked for and still have a next one.`,
        tags,
        querystring: schemas.eventsQuery.strict(),
        response: answers({ 200: schemas.page(schemas.eventSummary) }),
      },
    },
    async (request, reply) => {
      const { limit, after, ...filter } = request.query;
      const cursor = parseCursor(eventCursor, after);
      if (cursor === null) return refuse(reply, 'bad_cursor');
      const { workspaceId } = callerOf(request);
      const { rows, below } = await store.listEvents(ports.db, workspaceId, { filter, limit, below: cursor?.[1] });
      const reads = await readEvents(ports, rows, LIST_BODY_BYTES);
      return { data: await summarise(ports, workspaceId, reads), next: below === null ? null : toCursor(['e', below]) };
    },
  );

  app.get(
    '/api/v1/events/:id',
    {
      schema: {
        summary: 'One event with its raw delivery and what reactions made of it',
        tags,
        params: byId,
        response: answers({ 200: schemas.eventDetail }),
      },
    },
    async (request, reply) => {
      const found = await findDetail(ports, callerOf(request).workspaceId, request.params.id);
      return found ?? refuse(reply, 'not_found', { detail: 'There is no such event' });
    },
  );
}
