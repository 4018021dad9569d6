import type { IncomingMessage } from 'node:http';

/** Meta's deliveries reach 3 MB. */
export const MAX_BODY = 4 << 20;

/** The raw bytes, or why there are none. */
export type BodyRead =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: 'too_large' | 'aborted' };

/** Reads a body up to the limit; past it, reading stops at once. */
export function readBody(req: IncomingMessage, limit: number): Promise<BodyRead> {
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.resolve({ ok: false, why: 'too_large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const abort = () => resolve({ ok: false, why: 'aborted' });
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      chunks.length = 0;
      req.removeAllListeners('data');
      resolve({ ok: false, why: 'too_large' });
    });
    req.on('end', () => {
      const [first] = chunks;
      resolve({ ok: true, bytes: chunks.length === 1 && first ? first : Buffer.concat(chunks) });
    });
    req.on('error', abort);
    req.on('aborted', abort);
  });
}
