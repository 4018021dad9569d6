import { statfs } from 'node:fs/promises';
import type { Clock } from '#kit';

/** Above the 512 MB at which webhooks are turned away: files give way before messages do. */
const MIN_FREE_BYTES = 768 << 20;
/** Asking costs a thread of Node's pool, and half a millisecond; files come by the dozen a second. */
const FRESH_MS = 1_000;

/** Whether the folder's disk has room for files, as it was within the last second. */
export function makeRoom(folder: string, clock: Clock): () => Promise<boolean> {
  let askedAt = -Infinity;
  let answer: Promise<boolean> = Promise.resolve(true);

  async function ask(): Promise<boolean> {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= MIN_FREE_BYTES;
  }

  return () => {
    if (clock.elapsed() - askedAt < FRESH_MS) return answer;
    askedAt = clock.elapsed();
    answer = ask();
    return answer;
  };
}
