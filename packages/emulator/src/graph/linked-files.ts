import { isRecord } from '../json.ts';
import { checkFile, toPlainType } from './check-file.ts';
import { isOfKind } from './check-media.ts';

/** A file that a send names by its address. */
export interface LinkedFile {
  readonly kind: string;
  readonly link: string;
}

/** What an address led to. */
export interface Fetched {
  /** `Content-Type`, as it was declared. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const kinds: ReadonlySet<string> = new Set(['image', 'sticker', 'video', 'audio', 'document']);

/** Every file by link in a send: alone, in a header, in the parameters of a template, on a card. */
export function listLinks(value: unknown): LinkedFile[] {
  if (Array.isArray(value)) return value.flatMap(listLinks);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    kinds.has(key) && isRecord(part) && typeof part.link === 'string'
      ? [{ kind: key, link: part.link }]
      : listLinks(part),
  );
}

const maxDocument = 100 * 1024 * 1024;

/** Whether WhatsApp takes what a link led to: by its declared type, its bytes and its size. */
export function isFit(kind: string, { type, bytes }: Fetched): boolean {
  const plain = toPlainType(type);
  if (kind === 'document') return bytes.length > 0 && bytes.length <= maxDocument;
  return isOfKind(kind, plain) && checkFile(plain, { bytes }) === null;
}
