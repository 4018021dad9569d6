import { type Status, toMessageBody, toStatusBatchBody, toStatusBody } from './bodies.ts';
import { between, type Chance, shuffled } from './chance.ts';
import { type Expected, toExpected } from './expected.ts';
import { makeInbound } from './inbound.ts';
import type { Offer } from './open-loop.ts';
import { makeWamid, toPerson } from './people.ts';
import { makeRequests, type Requests } from './requests.ts';
import type { Sent } from './seed.ts';

/** The load of the sustained run: Meta's worst case for one number, spread over several. */
export interface SustainedLoad {
  readonly requests: Requests;
  readonly offers: readonly Offer[];
  readonly expected: readonly (Expected & { readonly atMs: number })[];
  readonly counts: {
    readonly messages: number;
    readonly statuses: number;
    readonly duplicates: number;
    readonly deliveries: number;
  };
}

export interface SustainedOptions {
  readonly secret: string;
  readonly run: string;
  readonly numbers: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly statusesPerSecond: number;
  /** At least a third of all statuses: each message gets its sent, delivered and read. */
  readonly sent: readonly Sent[];
  readonly chance: Chance;
}

const CUSTOMERS = 10_000;
/** Of the deliveries that hold messages: those with two to four of one person, whose order is then defined. */
const SEVERAL_SHARE = 0.1;
/** Of the places in the stream of statuses where a batch begins; batches are 10 to 100 long, so 3 in 10 travel in one. */
const BATCH_SHARE = 0.0077;
const DUPLICATE_SHARE = 0.05;
const UNKNOWN_SHARE = 0.02;
/** How many messages later `delivered` and `read` follow `sent`: 0.8 s and 2.5 s at 1,000 messages a second. */
const FOLLOWS = { sent: 0, delivered: 800, read: 2_500 } as const;

interface Made {
  readonly offers: Offer[];
  readonly expected: (Expected & { readonly atMs: number })[];
}

function addMessages(options: SustainedOptions, requests: Requests): Made {
  const { chance, run, numbers, messagesPerSecond } = options;
  const made: Made = { offers: [], expected: [] };
  const order = shuffled(chance, CUSTOMERS);
  const count = messagesPerSecond * options.seconds;
  const startS = Math.floor(Date.now() / 1000);
  for (let n = 0, turn = 0; n < count; turn++) {
    const several = chance() < SEVERAL_SHARE ? Math.min(between(chance, 2, 4), count - n) : 1;
    const atMs = (n / messagesPerSecond) * 1000;
    const person = toPerson(1, order[turn % CUSTOMERS] ?? 0, numbers);
    const messages = Array.from({ length: several }, () => makeInbound(chance, run, startS + Math.floor(atMs / 1000)));
    made.offers.push({ atMs, request: requests.add(toMessageBody(chance, person, messages)), events: several });
    for (const message of messages)
      for (const one of toExpected(person.phone, message)) made.expected.push({ ...one, atMs });
    n += several;
  }
  return made;
}

/** All statuses in order of time: at each step one message is sent, an earlier one delivered, a still earlier one read. */
function toStatuses({ sent, chance, run, seconds, statusesPerSecond }: SustainedOptions): Status[] {
  const steps = Math.floor((seconds * statusesPerSecond) / 3);
  const startS = Math.floor(Date.now() / 1000);
  const unknown = new Map<number, string>();
  for (let n = 0; n < steps; n++) if (chance() < UNKNOWN_SHARE) unknown.set(n, makeWamid(run));
  const words = Object.entries(FOLLOWS) as [keyof typeof FOLLOWS, number][];
  return Array.from({ length: steps }, (_, step) =>
    words.map(([word, follows]) => {
      // A load shorter than what follows begins anew more than once.
      const n = (((step - follows) % steps) + steps) % steps;
      const one = sent[n];
      if (!one) throw new Error(`${steps} sent messages are needed, ${sent.length} were seeded`);
      return {
        wamid: unknown.get(n) ?? one.wamid,
        person: one.person,
        word,
        at: startS + Math.floor((step * 3) / statusesPerSecond),
      };
    }),
  ).flat();
}

function addStatuses(options: SustainedOptions, requests: Requests): Offer[] {
  const { chance, statusesPerSecond } = options;
  const statuses = toStatuses(options);
  const offers: Offer[] = [];
  for (let n = 0; n < statuses.length; ) {
    const size = chance() < BATCH_SHARE ? Math.min(between(chance, 10, 100), statuses.length - n) : 1;
    const batch = statuses.slice(n, n + size);
    const [only] = batch;
    if (!only) break;
    const request = requests.add(size === 1 ? toStatusBody(chance, only) : toStatusBatchBody(batch));
    n += size;
    // A batch leaves when its last status has happened.
    offers.push({ atMs: ((n - 1) / statusesPerSecond) * 1000, request, events: size });
  }
  return offers;
}

/** The same bytes again, half a second to five seconds later. */
function toDuplicates(chance: Chance, offers: readonly Offer[], untilMs: number): Offer[] {
  const again = offers.filter(() => chance() < DUPLICATE_SHARE);
  return again.map((offer) => ({ ...offer, atMs: Math.min(untilMs, offer.atMs + between(chance, 500, 5_000)) }));
}

export function makeSustained(options: SustainedOptions): SustainedLoad {
  const requests = makeRequests(options.secret);
  const { offers: messages, expected } = addMessages(options, requests);
  const statuses = addStatuses(options, requests);
  const once = [...messages, ...statuses];
  const duplicates = toDuplicates(options.chance, once, options.seconds * 1000);
  const sum = (offers: readonly Offer[]): number => offers.reduce((total, offer) => total + offer.events, 0);
  return {
    requests,
    offers: [...once, ...duplicates].toSorted((a, b) => a.atMs - b.atMs),
    expected,
    counts: {
      messages: sum(messages),
      statuses: sum(statuses),
      duplicates: sum(duplicates),
      deliveries: once.length + duplicates.length,
    },
  };
}
