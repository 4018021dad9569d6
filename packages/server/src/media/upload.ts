import { hash } from 'node:crypto';
import { makeId } from '#kit';
import { sniffFile, toType } from './content-type.ts';
import { type Keeping, toThumbnailState } from './keep.ts';
import { checkMediaFile, type FileProblem, isSendable, LARGEST_BYTES, type MediaKind, toKind } from './limits.ts';
import { receive, type Received } from './receive.ts';
import { touchBlob } from './store.ts';
import { findUpload, insertUpload } from './upload-store.ts';

export interface UploadRequest {
  readonly workspaceId: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** What the sender says of it; the content decides. */
  readonly declaredType: string | null;
  readonly filename: string | null;
  /** What it will be sent as; null: what shows it best. */
  readonly kind: MediaKind | null;
  readonly isVoice: boolean;
  readonly idempotencyKey: string | null;
}

/** Same names as the problems of the API. */
export interface UploadRefusal {
  readonly code: 'media_invalid' | 'media_too_large' | 'storage_full' | 'idempotency_conflict';
  readonly detail: string;
  readonly errors?: readonly (FileProblem & { readonly field: string })[];
}

export type Uploaded =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean }
  | { readonly ok: false; readonly problem: UploadRefusal };

export interface UploadOptions extends Keeping {
  /** Holds what is half received; beside the store. */
  readonly folder: string;
  readonly hasRoom: () => Promise<boolean>;
}

const refuse = (code: UploadRefusal['code'], detail: string, errors?: UploadRefusal['errors']): Uploaded => ({
  ok: false,
  problem: { code, detail, ...(errors === undefined ? {} : { errors }) },
});

interface Judged {
  readonly kind: MediaKind;
  readonly sniffedType: string;
  readonly problems: readonly FileProblem[];
}

/** The animation flag of a WebP's extended header (RFC 9649 §2.7). */
const isAnimated = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(12, 16)).toString('latin1') === 'VP8X' && ((head[20] ?? 0) & 0x02) !== 0;

async function judge(request: UploadRequest, file: Received): Promise<Judged> {
  const sniffedType = await sniffFile(file, request.declaredType);
  const kind =
    request.kind ?? toKind(isSendable(sniffedType) ? sniffedType : toType(request.declaredType ?? sniffedType));
  const { sizeBytes, head } = file;
  const checked = { mimeType: sniffedType, sizeBytes, isVoice: request.isVoice, isAnimated: isAnimated(head) };
  return { kind, sniffedType, problems: checkMediaFile(kind, checked) };
}

const toDigest = (request: UploadRequest, { sha256 }: Received, kind: MediaKind): string =>
  hash('sha256', JSON.stringify([sha256, kind, request.filename, request.declaredType]), 'hex');

const toReplay = (known: { readonly id: string; readonly digest: string }, digest: string): Uploaded =>
  known.digest === digest
    ? { ok: true, id: known.id, replayed: true }
    : refuse(
        'idempotency_conflict',
        'This Idempotency-Key was used for another request. Use a new key for a new file.',
      );

async function keep(options: UploadOptions, request: UploadRequest, file: Received & Judged): Promise<Uploaded> {
  const { db, blobs, clock } = options;
  const { workspaceId, idempotencyKey, declaredType, filename } = request;
  const { sha256, sizeBytes, path, kind, sniffedType } = file;
  const digest = toDigest(request, file, kind);
  const known = idempotencyKey === null ? null : await findUpload(db, workspaceId, idempotencyKey);
  if (known !== null) return toReplay(known, digest);
  const at = clock.now();
  await touchBlob(db, { workspaceId, sha256 }, at);
  await blobs.put({ workspaceId, sha256 }, { path, sizeBytes });
  const id = makeId('med', at);
  const thumbnail = toThumbnailState(sniffedType);
  const row = { id, workspaceId, kind, declaredType, filename, sha256, sniffedType, sizeBytes, at, thumbnail };
  if (await insertUpload(db, { ...row, idempotencyKey, digest })) return { ok: true, id, replayed: false };
  const winner = await findUpload(db, workspaceId, idempotencyKey ?? '');
  if (winner === null) throw new Error('an upload that lost its key to another one can be found by it');
  return toReplay(winner, digest);
}

/** Takes a file to be sent later: checked whole before it is stored, and once for each idempotency key. */
export async function upload(options: UploadOptions, request: UploadRequest): Promise<Uploaded> {
  if (!(await options.hasRoom()))
    return refuse('storage_full', 'The disk of files is almost full. Nothing was stored.');
  await using file = await receive(options.folder, request.content, LARGEST_BYTES);
  if (file === null) return refuse('media_too_large', `A file may have ${LARGEST_BYTES} bytes. Nothing was stored.`);
  const judged = await judge(request, file);
  if (judged.problems.length > 0) {
    const errors = judged.problems.map((problem) => ({ field: 'file', ...problem }));
    return refuse(
      'media_invalid',
      `The file ${judged.problems.map(({ message }) => message).join('; it ')}. Nothing was stored.`,
      errors,
    );
  }
  // Awaited here: the file is disposed of when this function ends.
  return await keep(options, request, { ...file, ...judged });
}
