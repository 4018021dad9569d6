import { type Clock, type Database } from '#kit';
import type { BlobStore } from './blob-store.ts';
import { sniffType } from './content-type.ts';
import { type Kept, touchBlob } from './store.ts';

export interface Keeping {
  readonly db: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
}

/** Off the event loop: 100 MB take 0.1 s. */
export async function toSha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Buffer.from(digest).toString('hex');
}

const PICTURES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** Of these types a small picture can be made. */
export const toThumbnailState = (sniffedType: string): 'none' | 'wanted' =>
  PICTURES.has(sniffedType) ? 'wanted' : 'none';

/** Stores a file under its digest. The row that will name it comes afterwards: until then an hour keeps it. */
export async function keepBytes(
  { db, clock, blobs }: Keeping,
  file: {
    readonly workspaceId: string;
    readonly sha256: string;
    readonly bytes: Uint8Array;
    readonly declared: string | null;
  },
): Promise<Kept> {
  const { workspaceId, sha256, bytes, declared } = file;
  await touchBlob(db, { workspaceId, sha256 }, clock.now());
  await blobs.put({ workspaceId, sha256 }, { bytes });
  return { contentSha256: sha256, sniffedType: await sniffType(bytes, declared), sizeBytes: bytes.length };
}
