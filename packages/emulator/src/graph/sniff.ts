/** What bytes are, by what they begin with. `application/octet-stream` when nothing fits. Pure. */
export function sniffType(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString('latin1');
  for (const [type, isThis] of signatures) if (isThis(head)) return type;
  return isText(bytes) ? 'text/plain' : 'application/octet-stream';
}

/** Office files: the old ones are OLE containers, the new ones ZIP archives. */
export const ole = 'application/x-ole-storage';
export const zip = 'application/zip';

const starts =
  (...prefixes: string[]) =>
  (head: string): boolean =>
    prefixes.some((prefix) => head.startsWith(prefix));
const isBox =
  (brand: RegExp) =>
  (head: string): boolean =>
    head.slice(4, 8) === 'ftyp' && brand.test(head.slice(8, 12));

const signatures: readonly (readonly [string, (head: string) => boolean])[] = [
  ['image/png', starts('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', starts('\xff\xd8\xff')],
  ['image/gif', starts('GIF87a', 'GIF89a')],
  ['image/webp', (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
  // Only Opus is taken; Vorbis, Theora and others share the container.
  ['audio/ogg', (head) => head.startsWith('OggS') && head.includes('OpusHead')],
  ['audio/amr', starts('#!AMR')],
  ['audio/mpeg', starts('ID3', '\xff\xfb', '\xff\xf3', '\xff\xf2')],
  ['audio/aac', starts('\xff\xf1', '\xff\xf9')],
  ['audio/mp4', isBox(/^M4[AB] $/)],
  ['video/3gpp', isBox(/^3g/)],
  ['video/mp4', isBox(/./)],
  ['application/pdf', starts('%PDF-')],
  [ole, starts('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  [zip, starts('PK\x03\x04')],
];

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A WebP file says in its header whether it moves. */
export const isAnimatedWebp = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(12, 16)).toString('latin1') === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
