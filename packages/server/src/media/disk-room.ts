import { statfs } from 'node:fs/promises';

/** Above the 512 MB at which webhooks are turned away: files give way before messages do. */
const MIN_FREE_BYTES = 768 << 20;

/** Whether the folder's disk has room for files. */
export async function hasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= MIN_FREE_BYTES;
}
