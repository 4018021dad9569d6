import type { Readable } from 'node:stream';

/** Bytes by the SHA-256 of their content, apart for each workspace. */
export interface BlobKey {
  readonly workspaceId: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** In memory, or a file of ours that the store may take over. */
export type BlobSource = { readonly bytes: Uint8Array } | { readonly path: string; readonly sizeBytes: number };

/** First and last byte, both included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Where files lie. Each implementation passes the suite in fixtures/blob-conformance.ts. */
export interface BlobStore {
  /** What is read back later is whole or not there. Putting the same again changes nothing. */
  put(key: BlobKey, source: BlobSource): Promise<void>;
  /** Size in bytes; null when it is not there. */
  size(key: BlobKey): Promise<number | null>;
  /** Null when it is not there. The range lies within the size. */
  open(key: BlobKey, range?: ByteRange): Promise<Readable | null>;
  /** Nothing happens when it is not there. */
  remove(key: BlobKey): Promise<void>;
  close(): Promise<void>;
}

const SHA256 = /^[0-9a-f]{64}$/;
const WORKSPACE = /^[\w-]{1,64}$/;

/** `main/ab/abcd…`: names cannot leave their folder whatever a key holds. */
export function toBlobPath({ workspaceId, sha256 }: BlobKey): string {
  if (!SHA256.test(sha256) || !WORKSPACE.test(workspaceId)) throw new TypeError('not the key of a blob');
  return `${workspaceId}/${sha256.slice(0, 2)}/${sha256}`;
}
