import { type Clock, type DatabasePool, statement } from '#kit';
import type { BlobKey, BlobStore } from './blob-store.ts';

const SETTLE = statement(
  'blobs_settle',
  `update blobs b set settled = true where not settled and touched_at < $1 and (
     exists (select from media m where m.workspace_id = b.workspace_id and m.content_sha256 = b.sha256)
     or exists (select from media m where m.workspace_id = b.workspace_id and m.thumbnail_sha256 = b.sha256))`,
);

// Whoever stores the same file meanwhile waits for this row, and looks only then whether the bytes are there.
const TAKE = statement(
  'blobs_take',
  `delete from blobs where (workspace_id, sha256) in (
     select b.workspace_id, b.sha256 from blobs b where not b.settled and b.touched_at < $1
       and not exists (select from media m where m.workspace_id = b.workspace_id and m.content_sha256 = b.sha256)
       and not exists (select from media m where m.workspace_id = b.workspace_id and m.thumbnail_sha256 = b.sha256)
     order by b.touched_at limit $2 for update skip locked)
   returning workspace_id as "workspaceId", sha256`,
);

/** From the moment a file is touched until its row names it: minutes at most. */
const GRACE_MS = 3_600_000;
const AT_ONCE = 50;

/** Removes the bytes that nothing names any more: of deleted files, and of processes that died half way. Returns how many. */
export async function sweepBlobs(options: {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly blobs: BlobStore;
}): Promise<number> {
  const { db, clock, blobs } = options;
  const before = new Date(clock.now() - GRACE_MS);
  await db.run(SETTLE, [before]);
  return db.transaction(async (tx) => {
    const taken = await tx.rows<BlobKey>(TAKE, [before, AT_ONCE]);
    await Promise.all(taken.map((key) => blobs.remove(key)));
    return taken.length;
  });
}
