import type { Readable } from 'node:stream';
import type { FieldError } from '../problems.ts';

/** What a signed link leads to. */
export type OpenedFile =
  | {
      readonly ok: true;
      readonly status: 200 | 206;
      readonly headers: Readonly<Record<string, string>>;
      readonly stream: Readable;
    }
  | { readonly ok: false; readonly why: 'forged' | 'expired' | 'gone' | 'unchanged' }
  | { readonly ok: false; readonly why: 'range'; readonly sizeBytes: number };

export interface UploadRequest {
  readonly workspaceId: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly declaredType: string | null;
  readonly filename: string | null;
  readonly kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | null;
  readonly isVoice: boolean;
  readonly idempotencyKey: string | null;
}

export type Uploaded =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean }
  | {
      readonly ok: false;
      readonly problem: {
        readonly code: 'media_invalid' | 'media_too_large' | 'storage_full' | 'idempotency_conflict';
        readonly detail: string;
        readonly errors?: readonly FieldError[];
      };
    };

/** Files, as the API asks for them. */
export interface MediaPort {
  /** A path that leads to the bytes until `expiresAt` (unix ms), for whoever has it. */
  sign(mediaId: string, variant: 'file' | 'thumbnail'): { readonly path: string; readonly expiresAt: number };
  open(request: {
    readonly token: string;
    readonly range?: string | undefined;
    readonly ifNoneMatch?: string | undefined;
    readonly ifRange?: string | undefined;
  }): Promise<OpenedFile>;
  /** Takes a file to be sent; reads `content` to its end, or refuses. */
  upload(request: UploadRequest): Promise<Uploaded>;
  /** False: there is no such file (any more). */
  remove(workspaceId: string, id: string): Promise<boolean>;
  /** Fetches a message's file now. False: nothing is to be fetched. */
  fetchAgain(workspaceId: string, id: string): Promise<boolean>;
}
