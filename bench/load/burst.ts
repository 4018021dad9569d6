import { toMessageBody, toStatusBody } from './bodies.ts';
import type { Chance } from './chance.ts';
import { type Expected, toExpected } from './expected.ts';
import { makeInbound } from './inbound.ts';
import { toPerson } from './people.ts';
import { makeRequests, type Requests } from './requests.ts';
import type { Sent } from './seed.ts';

/** Requests of one event each for a closed loop: messages and statuses 1 : 10, as at Meta's worst case for a number. */
export interface Burst {
  readonly requests: Requests;
  /** By request: the replies its message gets; none for a status. */
  readonly expected: readonly (readonly Expected[])[];
}

const CUSTOMERS = 10_000;
const WORDS = ['sent', 'delivered', 'read'] as const;
const MESSAGE_SHARE = 1 / 11;

export interface BurstOptions {
  readonly secret: string;
  readonly run: string;
  readonly count: number;
  readonly numbers: number;
  readonly sent: readonly Sent[];
  readonly chance: Chance;
}

let customers = 0;
let statuses = 0;

export function makeBurst({ secret, run, count, numbers, sent, chance }: BurstOptions): Burst {
  const at = Math.floor(Date.now() / 1000);
  const requests = makeRequests(secret);
  const expected: Expected[][] = [];
  for (let n = 0; n < count; n++) {
    if (chance() < MESSAGE_SHARE) {
      const person = toPerson(1, customers++ % CUSTOMERS, numbers);
      const message = makeInbound(chance, run, at);
      requests.add(toMessageBody(chance, person, [message]));
      expected.push(toExpected(person.phone, message));
      continue;
    }
    const one = sent[statuses % sent.length];
    if (!one) throw new Error('statuses need sent messages');
    const round = Math.floor(statuses / sent.length);
    // Every round over the sent messages is one word; beyond three, later times keep the statuses distinct.
    requests.add(toStatusBody(chance, { ...one, word: WORDS[Math.min(round, 2)] ?? 'read', at: at + round }));
    statuses++;
    expected.push([]);
  }
  return { requests, expected };
}
