import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';

/** A file in a form, read as it comes. */
export interface FormFile {
  readonly content: AsyncIterable<Uint8Array>;
  readonly declaredType: string | null;
  readonly filename: string | null;
}

/** The form has no end, or is none. */
export class BrokenForm extends Error {
  override readonly name = 'BrokenForm';
}

/** One file with the fields that Meta asks for beside it; any order, as clients differ in it. */
const LIMITS = { files: 1, fields: 10, parts: 12, fieldSize: 10_000, fieldNameSize: 100, headerPairs: 50 };
const UNSAID = 'application/octet-stream';

/** Stays open when reading stops half way: the answer has to go out over the same connection. */
async function* toContent(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch {
    throw new BrokenForm('the form broke off');
  }
}

export const isForm = (req: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(req.headers['content-type'] ?? '');

function toFile(stream: Readable, filename: string, declaredType: string | null): FormFile {
  // Whoever stops reading half way has answered; what the stream says then is nobody's.
  stream.on('error', () => undefined);
  return { content: toContent(stream), declaredType, filename: filename || null };
}

/** The file of a form; null when there is none. Rejects with {@link BrokenForm} for what is no form. */
export function readFormFile(req: IncomingMessage): Promise<FormFile | null> {
  return new Promise((resolve, reject) => {
    const broken = () => reject(new BrokenForm('the body is no form'));
    let type: string | null = null;
    let file: Readable | null = null;
    try {
      const headers = { ...req.headers, 'content-type': req.headers['content-type'] ?? '' };
      const form = new Busboy({ headers, limits: LIMITS });
      form.on('field', (name, value) => {
        if (name === 'type') type = value;
      });
      form.on('file', (...[, stream, filename, , mimeType]) => {
        file = stream;
        resolve(toFile(stream, filename, mimeType === UNSAID || mimeType === '' ? type : mimeType));
      });
      form.on('finish', () => resolve(null));
      form.on('error', broken);
      // The form does not hear of a caller who hangs up, and the file would be waited for without end.
      req.on('close', () => {
        if (req.complete) return;
        file?.destroy(new Error('the caller hung up'));
        broken();
      });
      req.pipe(form);
    } catch {
      broken();
    }
  });
}
