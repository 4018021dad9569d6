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
    const end = (result: BodyRead) => {
      req.removeAllListeners('data');
      resolve(result);
    };
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) end({ ok: false, why: 'too_large' });
      else chunks.push(chunk);
    });
    req.on('end', () => end({ ok: true, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }));
    req.on('error', () => end({ ok: false, why: 'aborted' }));
    req.on('aborted', () => end({ ok: false, why: 'aborted' }));
  });
}
