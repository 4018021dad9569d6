import type { Transaction } from '#kit';
import type { ApiPorts } from '../ports.ts';
import { type EventRow, findEvent } from '../store/events.ts';
import { findMessage, type MessageRow } from '../store/messages.ts';
import { listQuarantineAt } from '../store/quarantine.ts';
import { listRuns } from '../store/runs.ts';
import * as store from '../store/story.ts';
import { type Source, type StoryParts, type StoryStep, toStory } from '../story.ts';
import { toSummary } from '../summary.ts';

const MAX_BYTES = 16 << 20;

async function readSource(ports: ApiPorts, row: EventRow): Promise<Source> {
  const [read] = await ports.readEvents([row], MAX_BYTES);
  const event = read?.event ?? null;
  return {
    position: row.position,
    kind: row.kind,
    provider: row.provider,
    deliveryId: read?.deliveryId ?? null,
    receivedAt: row.receivedAt,
    bytes: read?.body instanceof Uint8Array ? read.body.length : null,
    at: event?.at ?? null,
    summary: event ? toSummary(event) : row.kind,
  };
}

/** A message, and all that is known about it but the delivery it came from, which never changes. */
interface Found {
  readonly row: MessageRow;
  readonly source: EventRow | null;
  readonly parts: Omit<StoryParts, 'source'>;
}

type Origin = Pick<StoryParts, 'runs' | 'replies' | 'quarantine'> & Pick<Found, 'source'>;

async function findOrigin(tx: Transaction, workspaceId: string, message: store.JourneyRow): Promise<Origin> {
  const { position, reaction } = message;
  if (position === null) return { source: null, runs: [], replies: [], quarantine: [] };
  const [source, runs, replies, quarantine] = await Promise.all([
    findEvent(tx, workspaceId, position),
    listRuns(tx, workspaceId, position),
    reaction === null ? store.listReplies(tx, workspaceId, position) : [],
    listQuarantineAt(tx, workspaceId, position),
  ]);
  // Only the run that sent this message is part of its story; an inbound message has those of all reactions.
  const isMine = (name: string | null): boolean => reaction === null || name === reaction;
  return {
    source,
    runs: runs.filter((run) => isMine(run.name)),
    replies,
    quarantine: quarantine.filter((entry) => isMine(entry.reaction)),
  };
}

async function find(tx: Transaction, workspaceId: string, id: string): Promise<Found | null> {
  const [row, message] = await Promise.all([findMessage(tx, workspaceId, id), store.findJourney(tx, workspaceId, id)]);
  if (!row || !message) return null;
  const [{ source, ...origin }, attempts, edits, emojis] = await Promise.all([
    findOrigin(tx, workspaceId, message),
    store.listAttempts(tx, workspaceId, id),
    store.listEdits(tx, workspaceId, id),
    store.listEmojis(tx, workspaceId, id),
  ]);
  return { row, source, parts: { message, ...origin, attempts, edits, emojis } };
}

/**
 * A message and everything that is known about its way, in order of time; null when there is none. Both as of one
 * moment, or a message that is being settled would contradict its own story.
 */
export async function readMessage(
  ports: ApiPorts,
  workspaceId: string,
  id: string,
): Promise<{ readonly row: MessageRow; readonly story: StoryStep[] } | null> {
  const found = await ports.db.snapshot((tx) => find(tx, workspaceId, id));
  if (!found) return null;
  const { row, source, parts } = found;
  return { row, story: toStory({ ...parts, source: source && (await readSource(ports, source)) }) };
}
