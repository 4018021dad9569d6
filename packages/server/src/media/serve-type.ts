/** What a browser may show in place; everything else is offered as a file. SVG and PDF can run code: never among them. */
const INLINE: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'audio/aac',
  'audio/amr',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'video/mp4',
  'video/3gpp',
  'video/webm',
]);

const baseOf = (type: string): string => type.split(';', 1)[0] ?? '';

export const isInline = (sniffed: string): boolean => INLINE.has(baseOf(sniffed));

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'application/pdf': 'pdf',
  'text/plain': 'txt',
};

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const MAX_NAME = 120;

/** Control and format characters (the right-to-left override turns `exe.jpg` round), separators and what shells read. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029<>:"/\\|?*%]/gu;

/** A name that is only a name on every system: no path, nothing invisible, at most 120 characters with its extension. */
export function toSafeName(filename: string | null, sniffed: string): string {
  const clean = (filename ?? '')
    .toWellFormed()
    .replaceAll(UNSAFE, '_')
    .replaceAll(/^[\s.]+|[\s.]+$/g, '');
  const dot = clean.lastIndexOf('.');
  const extension = dot > 0 && clean.length - dot <= 12 ? clean.slice(dot) : '';
  const stem = (extension === '' ? clean : clean.slice(0, dot)).slice(0, MAX_NAME - extension.length);
  const name = `${stem}${extension}`.toWellFormed();
  if (name === '') return `file.${EXTENSIONS[baseOf(sniffed)] ?? 'bin'}`;
  return RESERVED.test(name) ? `_${name}` : name;
}

/** RFC 6266: a plain name for old readers, and the whole one percent-encoded (RFC 5987). */
export function toDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** The headers under which a stored file is handed out; what was declared plays no part. */
export function toServedAs(
  sniffed: string,
  filename: string | null,
): { readonly type: string; readonly disposition: string } {
  const inline = isInline(sniffed);
  return {
    type: inline ? sniffed : 'application/octet-stream',
    disposition: toDisposition(inline ? 'inline' : 'attachment', toSafeName(filename, sniffed)),
  };
}
