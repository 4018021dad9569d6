import { createHmac } from 'node:crypto';

/** Value of `X-Hub-Signature-256`. The emulator signs by itself: it must not share code with the receiver it tests. */
export function signBody(body: Uint8Array | string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
