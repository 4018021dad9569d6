import type { ByteRange } from './blob-store.ts';

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * One range of a `Range` header (RFC 9110 §14). Null: send the whole, as for several ranges or what is not understood;
 * `none`: it lies outside the file.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'none' | null {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '')
    return Number(last) === 0 || sizeBytes === 0
      ? 'none'
      : { from: Math.max(0, sizeBytes - Number(last)), to: sizeBytes - 1 };
  const from = Number(first);
  const to = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < from) return null;
  return from >= sizeBytes ? 'none' : { from, to };
}
