import type { Readable } from 'node:stream';
import type { Clock, Database } from '#kit';
import type { BlobStore } from './blob-store.ts';
import { parseRange } from './range.ts';
import { toServedAs } from './serve-type.ts';
import { parseToken, toExpiry, toToken, type Variant } from './signed-link.ts';
import { findServed, type ServedRow } from './store.ts';

export interface LinkOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly blobs: BlobStore;
  readonly secret: Uint8Array;
  readonly ttlMs: number;
}

/** What a signed link leads to. */
export type Opened =
  | {
      readonly ok: true;
      readonly status: 200 | 206;
      readonly headers: Readonly<Record<string, string>>;
      readonly stream: Readable;
    }
  | { readonly ok: false; readonly why: 'forged' | 'expired' | 'gone' | 'unchanged' }
  | { readonly ok: false; readonly why: 'range'; readonly sizeBytes: number };

export interface LinkRequest {
  readonly token: string;
  readonly range?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifRange?: string | undefined;
}

export interface MediaLinks {
  /** A path of this server that leads to the file until `expiresAt`, for whoever has it. */
  sign(mediaId: string, variant: Variant): { readonly path: string; readonly expiresAt: number };
  open(request: LinkRequest): Promise<Opened>;
}

const THUMBNAIL_TYPE = 'image/jpeg';

interface Wanted {
  readonly sha256: string;
  readonly type: string;
  readonly filename: string | null;
}

function toWanted(row: ServedRow | null, variant: Variant): Wanted | null {
  if (row === null) return null;
  const { filename } = row;
  if (variant === 'thumbnail')
    return row.thumbnailSha256 === null ? null : { sha256: row.thumbnailSha256, type: THUMBNAIL_TYPE, filename: null };
  if (row.contentSha256 === null || row.sniffedType === null) return null;
  return { sha256: row.contentSha256, type: row.sniffedType, filename };
}

function toHeaders(wanted: Wanted, maxAgeS: number): Record<string, string> {
  const { type, disposition } = toServedAs(wanted.type, wanted.filename);
  return {
    'content-type': type,
    'content-disposition': disposition,
    'cache-control': `private, max-age=${maxAgeS}`,
    etag: `"${wanted.sha256}"`,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  };
}

const isSame = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;

async function openWanted(
  { blobs }: LinkOptions,
  key: { readonly workspaceId: string; readonly sha256: string },
  asked: { readonly request: LinkRequest; readonly headers: Readonly<Record<string, string>> },
): Promise<Opened> {
  const { request, headers } = asked;
  const sizeBytes = await blobs.size(key);
  if (sizeBytes === null) return { ok: false, why: 'gone' };
  const isPart = request.ifRange === undefined || request.ifRange === headers['etag'];
  const range = isPart ? parseRange(request.range, sizeBytes) : null;
  if (range === 'none') return { ok: false, why: 'range', sizeBytes };
  const stream = await blobs.open(key, range ?? undefined);
  if (stream === null) return { ok: false, why: 'gone' };
  if (range === null)
    return { ok: true, status: 200, headers: { ...headers, 'content-length': `${sizeBytes}` }, stream };
  const part = {
    'content-length': `${range.to - range.from + 1}`,
    'content-range': `bytes ${range.from}-${range.to}/${sizeBytes}`,
  };
  return { ok: true, status: 206, headers: { ...headers, ...part }, stream };
}

async function openLink(options: LinkOptions, request: LinkRequest): Promise<Opened> {
  const { secret, clock, db } = options;
  const link = parseToken(secret, request.token);
  if (link === null) return { ok: false, why: 'forged' };
  const leftMs = link.expiresAt - clock.now();
  if (leftMs <= 0) return { ok: false, why: 'expired' };
  const row = await findServed(db, link.mediaId);
  const wanted = toWanted(row, link.variant);
  if (row === null || wanted === null) return { ok: false, why: 'gone' };
  const headers = toHeaders(wanted, Math.floor(leftMs / 1000));
  if (isSame(request.ifNoneMatch, `"${wanted.sha256}"`)) return { ok: false, why: 'unchanged' };
  return openWanted(options, { workspaceId: row.workspaceId, sha256: wanted.sha256 }, { request, headers });
}

/** Signs links to stored files and serves what they lead to: nothing else hands out bytes. */
export function makeLinks(options: LinkOptions): MediaLinks {
  return {
    sign(mediaId, variant) {
      const expiresAt = toExpiry(options.clock.now(), options.ttlMs);
      return { path: `/media/${toToken(options.secret, { mediaId, variant, expiresAt })}`, expiresAt };
    },
    open: (request) => openLink(options, request),
  };
}
