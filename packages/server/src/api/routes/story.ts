import type { ApiPorts } from '../ports.ts';
import { findEvent } from '../store/events.ts';
import { listQuarantineAt } from '../store/quarantine.ts';
import { listRuns } from '../store/runs.ts';
import * as store from '../store/story.ts';
import { type Source, type StoryStep, toStory } from '../story.ts';
import { toSummary } from '../summary.ts';

const MAX_BYTES = 16 << 20;

async function findSource(ports: ApiPorts, workspaceId: string, position: number): Promise<Source | null> {
  const row = await findEvent(ports.db, workspaceId, position);
  if (!row) return null;
  const [read] = await ports.readEvents([row], MAX_BYTES);
  const event = read?.event ?? null;
  return {
    position,
    kind: row.kind,
    provider: row.provider,
    deliveryId: read?.deliveryId ?? null,
    receivedAt: row.receivedAt,
    bytes: read?.body instanceof Uint8Array ? read.body.length : null,
    at: event?.at ?? null,
    summary: event ? toSummary(event) : row.kind,
  };
}

/** Everything that is known about the way of a message, in order of time. */
export async function readStory(ports: ApiPorts, workspaceId: string, id: string): Promise<StoryStep[]> {
  const { db } = ports;
  const message = await store.findJourney(db, workspaceId, id);
  if (!message) return [];
  const { position, reaction } = message;
  // Only the run that sent this message is part of its story; an inbound message has those of all reactions.
  const isMine = (name: string | null): boolean => reaction === null || name === reaction;
  const [source, runs, replies, quarantine] =
    position === null
      ? [null, [], [], []]
      : await Promise.all([
          findSource(ports, workspaceId, position),
          listRuns(db, workspaceId, position),
          reaction === null ? store.listReplies(db, workspaceId, position) : [],
          listQuarantineAt(db, workspaceId, position),
        ]);
  const [attempts, edits, emojis] = await Promise.all([
    store.listAttempts(db, workspaceId, id),
    store.listEdits(db, workspaceId, id),
    store.listEmojis(db, workspaceId, id),
  ]);
  return toStory({
    message,
    source,
    runs: runs.filter((run) => isMine(run.name)),
    replies,
    attempts,
    edits,
    emojis,
    quarantine: quarantine.filter((entry) => isMine(entry.reaction)),
  });
}
