import { createHmac } from 'node:crypto';

export const APP_SECRET = 'simulation-secret';

/** Value of `X-Hub-Signature-256`, as Meta makes it: not by the code that checks it. */
export const sign = (body: Uint8Array, secret = APP_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
