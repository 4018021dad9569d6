import type { FileTypeResult } from 'file-type';

/** 10 MB in each thread: loaded with the first file. */
const loadDetector = () => import('file-type');

/** As much of a file's beginning as its type can be read from. */
export const HEAD_BYTES = 64 << 10;

/** Names that mean the same, in Meta's spelling. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'audio/vnd.wave': 'audio/wav',
  'audio/opus': 'audio/ogg; codecs=opus',
  'audio/ogg;codecs=opus': 'audio/ogg; codecs=opus',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-aac': 'audio/aac',
  'application/xml': 'text/xml',
};

/** Lower case, in Meta's spelling; parameters other than a codec say nothing of the type. */
export function toType(declared: string): string {
  const [base = '', ...parameters] = declared
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const codec = parameters.find((parameter) => parameter.startsWith('codecs='))?.replaceAll('"', '');
  const whole = codec === undefined ? base : `${base}; ${codec}`;
  return SPELLINGS[whole] ?? SPELLINGS[base] ?? whole;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
// As browsers look for markup (WHATWG MIME Sniffing), and more freely: whatever may run is never called text.
const MARKUP = /<(!doctype|html|head|body|script|iframe|svg|style|img|table|title|h1|div|font|br|a|p|!--)[\s>/]/i;

function isText(head: Uint8Array): boolean {
  try {
    // The last character may have been cut in two.
    decoder.decode(head, { stream: head.length >= HEAD_BYTES });
  } catch {
    return false;
  }
  return !head.includes(0);
}

function toTextType(head: Uint8Array): string {
  const text = Buffer.from(head).toString('utf8');
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml';
  if (MARKUP.test(text)) return 'text/html';
  return /^\s*<\?xml/i.test(text) ? 'text/xml' : 'text/plain';
}

/** Microsoft's old formats share one container; which it is, only the name or the declaration tells. */
const OLD_OFFICE: ReadonlySet<string> = new Set([
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
]);

/**
 * The type that the content shows, whatever was declared: lower case, with the codec for Ogg. What shows nothing is
 * `text/plain` (or what markup it holds) when it is UTF-8, else `application/octet-stream`.
 */
export async function sniffType(bytes: Uint8Array, declared: string | null): Promise<string> {
  const { fileTypeFromBuffer } = await loadDetector();
  return decideType(await fileTypeFromBuffer(bytes), bytes.subarray(0, HEAD_BYTES), declared);
}

/** The same of a file, of which `head` is the beginning. */
export async function sniffFile(
  file: { readonly path: string; readonly head: Uint8Array },
  declared: string | null,
): Promise<string> {
  const { fileTypeFromFile } = await loadDetector();
  return decideType(await fileTypeFromFile(file.path), file.head, declared);
}

function decideType(found: FileTypeResult | undefined, head: Uint8Array, declared: string | null): string {
  const type = found === undefined ? null : toType(found.mime);
  if (type === 'text/xml') return toTextType(head);
  if (type === 'application/x-cfb') return OLD_OFFICE.has(toType(declared ?? '')) ? toType(declared ?? '') : type;
  return type ?? (isText(head) ? toTextType(head) : 'application/octet-stream');
}
