import { buffer } from 'node:stream/consumers';
import type { Upload } from '@wharf/whatsapp';
import type { Database } from '#kit';
import type { BlobStore } from './blob-store.ts';
import { toSafeName } from './serve-type.ts';
import { findFiles } from './store.ts';

interface ReadOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
}

interface WantedFile {
  readonly workspaceId: string;
  readonly id: string;
  /** More than this is not read into memory. */
  readonly maxBytes: number;
}

/** A whole file as providers take it; `too-large`, or null: it is not stored here. */
export async function readFile({ db, blobs }: ReadOptions, wanted: WantedFile): Promise<Upload | 'too-large' | null> {
  const { workspaceId, id, maxBytes } = wanted;
  const [row] = await findFiles(db, workspaceId, [id]);
  if (row?.state !== 'stored' || row.contentSha256 === null) return null;
  const key = { workspaceId, sha256: row.contentSha256 };
  const sizeBytes = row.sizeBytes ?? (await blobs.size(key)) ?? 0;
  if (sizeBytes > maxBytes) return 'too-large';
  const stream = await blobs.open(key);
  const mimeType = row.sniffedType ?? 'application/octet-stream';
  return stream && { bytes: await buffer(stream), mimeType, filename: toSafeName(row.filename, mimeType) };
}
