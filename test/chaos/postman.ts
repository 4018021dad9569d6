import { Agent, request } from 'node:http';
import type { Deliver } from '@wharf/emulator';
import { signBody } from '@wharf/whatsapp';

/** One POST of Meta's: when it left, when and how it was answered. */
export interface Posted {
  readonly at: number;
  readonly endedAt: number;
  /** Null: no answer. */
  readonly status: number | null;
  /** With a wrong signature: must never be answered 200. */
  readonly isForged: boolean;
}

/** What happened to a customer's message on the way in. */
export interface Journey {
  /** First left for Wharf. */
  readonly offeredAt: number;
  /** First answered 200; Infinity while it was not. */
  ackedAt: number;
}

/** Carries the emulator's webhooks to Wharf as Meta does, and writes down how each fared. */
export interface Postman {
  readonly deliver: Deliver;
  readonly posted: readonly Posted[];
  /** By WhatsApp id of the customer's message. */
  readonly journeys: ReadonlyMap<string, Journey>;
  /** Where to, from now on. */
  goTo(url: string): void;
  close(): void;
}

/** Meta waits for 5 to 20 s, by what people report. */
const PATIENCE_MS = 5_000;

interface Body {
  readonly entry?: readonly {
    readonly changes?: readonly { readonly value?: { readonly messages?: readonly { readonly id?: string }[] } }[];
  }[];
}

const messagesOf = (body: string): string[] =>
  ((JSON.parse(body) as Body).entry ?? []).flatMap(({ changes = [] }) =>
    changes.flatMap(({ value }) => (value?.messages ?? []).flatMap(({ id }) => id ?? [])),
  );

export function makePostman(appSecret: string): Postman {
  let url: string | null = null;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const posted: Posted[] = [];
  const journeys = new Map<string, Journey>();

  function post(url: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<number> {
    return new Promise((resolve, reject) => {
      const req = request(url, { method: 'POST', agent, headers: { ...headers } }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
        response.once('error', reject);
      });
      req.once('error', reject);
      req.setTimeout(PATIENCE_MS, () => req.destroy(new Error('no answer')));
      req.end(body);
    });
  }
  function note(ids: readonly string[], at: number): Journey[] {
    return ids.map((id) => {
      const journey = journeys.get(id) ?? { offeredAt: at, ackedAt: Infinity };
      journeys.set(id, journey);
      return journey;
    });
  }
  return {
    posted,
    journeys,
    goTo(next) {
      url = next;
    },
    async deliver(body, headers) {
      if (url === null) throw new Error('Wharf is not there yet');
      const at = Date.now();
      const isForged = headers['x-hub-signature-256'] !== signBody(body, appSecret);
      const known = isForged ? [] : note(messagesOf(Buffer.from(body).toString('latin1')), at);
      const status = await post(url, body, headers).catch(() => null);
      const endedAt = Date.now();
      posted.push({ at, endedAt, status, isForged });
      if (status === null) throw new Error('no answer');
      if (status === 200) for (const journey of known) journey.ackedAt = Math.min(journey.ackedAt, endedAt);
      return status;
    },
    close: () => agent.destroy(),
  };
}
