import type { Readable } from 'node:stream';

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
  /** Fetches a message's file now. False: nothing is to be fetched. */
  fetchAgain(workspaceId: string, id: string): Promise<boolean>;
}
