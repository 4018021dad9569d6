import { signBody } from '@wharf/whatsapp';
import { toStatusBody } from './load/bodies.ts';
import { makeChance } from './load/chance.ts';
import { makeWamid, toPerson } from './load/people.ts';

/** Offers one signed delivery; true when it was answered 200, which is when it is on disk. */
export type Probe = (port: number) => Promise<boolean>;

/** Longer than any answer; a program that is not up yet refuses at once. */
const PATIENCE_MS = 10_000;

/** Every delivery is new: a status of a message that nobody knows, so that no reply is owed. */
export function makeProbe(secret: string): Probe {
  const chance = makeChance(11);
  const person = toPerson(2, 1, 1);
  return async (port) => {
    const status = { wamid: makeWamid('probe'), word: 'delivered', person, at: Math.floor(Date.now() / 1000) } as const;
    const body = toStatusBody(chance, status);
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signBody(Buffer.from(body), secret) };
    try {
      const response = await fetch(`http://127.0.0.1:${port}/webhooks/whatsapp`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      // It does not listen yet, or no more.
      return false;
    }
  };
}
