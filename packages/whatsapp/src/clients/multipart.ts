import { randomUUID } from 'node:crypto';

export interface Upload {
  readonly bytes: Uint8Array;
  /** For example `image/jpeg`. */
  readonly mimeType: string;
  readonly filename: string;
}

/** A type and its parameters on one line; anything else could add headers of its own. */
export function isMimeType(text: string): boolean {
  return /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.-]+=("[^"\r\n]*"|[\w.+-]+))*$/.test(text);
}

export const NO_MIME_TYPE = 'Name the type of the file, for example "image/jpeg".';

/** As browsers write names in forms (WHATWG HTML, multipart/form-data encoding algorithm). */
function toQuoted(name: string): string {
  return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}

function toField(boundary: string, name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

/** Written by hand so that a transport is given plain bytes, of a length that is known beforehand. */
export function toMultipart(
  upload: Upload,
  fields: { readonly [name: string]: string },
): { body: Uint8Array; contentType: string } {
  const boundary = `wharf-${randomUUID()}`;
  const head = Object.entries(fields)
    .map(([name, value]) => toField(boundary, name, value))
    .join('');
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${toQuoted(upload.filename)}"\r\nContent-Type: ${upload.mimeType}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head + file), upload.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}
