import { buffer } from 'node:stream/consumers';
import { type Database, every, type Log, statement, toReason } from '#kit';
import { type Keeping, keepBytes, toSha256 } from './keep.ts';
import type { Shrinker } from './shrinker.ts';

interface Wanted {
  readonly id: string;
  readonly workspaceId: string;
  readonly contentSha256: string;
  readonly storedBytes: number;
  readonly attempts: number;
}

const CLAIM = statement(
  'media_thumbnail_claim',
  `with due as (
     select id from media where thumbnail_state = 'wanted' and thumbnail_due_at <= $1 order by thumbnail_due_at, id limit 1 for update skip locked)
   update media m set thumbnail_attempts = m.thumbnail_attempts + 1, thumbnail_due_at = $1::timestamptz + $2::float8 * interval '1 millisecond'
   from due where m.id = due.id
   returning m.id, m.workspace_id as "workspaceId", m.content_sha256 as "contentSha256", m.stored_bytes as "storedBytes", m.thumbnail_attempts as attempts`,
);

const SETTLE = statement(
  'media_thumbnail_settle',
  `update media set thumbnail_state = case when $3::text is null then 'failed' else 'made' end, thumbnail_sha256 = $3
   where id = $1 and thumbnail_state = 'wanted' and thumbnail_attempts = $2`,
);

export interface ThumbnailOptions extends Keeping {
  readonly log: Log;
  readonly shrinker: Shrinker;
}

export interface Thumbnails {
  wake(): void;
  stop(): Promise<void>;
}

const POLL_MS = 5_000;
const LEASE_MS = 60_000;
const MAX_ATTEMPTS = 3;
/** A picture larger than that is sent as a document, and shown as one. */
const MAX_BYTES = 25 << 20;

async function claim(db: Database, nowMs: number): Promise<Wanted | null> {
  return (await db.rows<Wanted>(CLAIM, [new Date(nowMs), LEASE_MS]))[0] ?? null;
}

/** The digest of the small picture; null when there will be none. */
async function make(options: ThumbnailOptions, wanted: Wanted): Promise<string | null> {
  const { blobs, shrinker, log } = options;
  const { workspaceId, contentSha256: sha256 } = wanted;
  const isHopeless = wanted.attempts > MAX_ATTEMPTS || wanted.storedBytes > MAX_BYTES;
  const stream = isHopeless ? null : await blobs.open({ workspaceId, sha256 });
  if (stream === null) return null;
  const shrunk = await shrinker.shrink(await buffer(stream));
  if (!shrunk.ok) {
    log.warn({ media: wanted.id, reason: shrunk.reason }, 'media.no_thumbnail');
    return null;
  }
  const kept = await keepBytes(options, {
    workspaceId,
    sha256: await toSha256(shrunk.jpeg),
    bytes: shrunk.jpeg,
    declared: 'image/jpeg',
  });
  return kept.contentSha256;
}

/** Makes small pictures of those that are stored, one after the other, until there are no more; several processes share. */
export function startThumbnails(options: ThumbnailOptions): Thumbnails {
  const { db, clock, log, shrinker } = options;
  let stopped = false;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    for (let wanted = await claim(db, clock.now()); wanted; wanted = stopped ? null : await claim(db, clock.now())) {
      const sha256 = await make(options, wanted);
      // Stopped in the middle it was not the picture's fault: the next process makes it.
      if (!stopped) await db.run(SETTLE, [wanted.id, wanted.attempts, sha256]);
    }
  }

  function wake(): void {
    if (stopped) return;
    running ??= drain()
      .catch((error: unknown) => log.warn({ reason: toReason(error) }, 'media.thumbnails_failed'))
      .finally(() => (running = null));
  }

  const stopPolling = every({ clock, log, name: 'thumbnails', ms: POLL_MS, chore: async () => wake() });
  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      await stopPolling();
      await shrinker.stop();
      await running;
    },
  };
}
