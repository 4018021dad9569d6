import { toEchoBody, toMessageBody } from './bodies.ts';
import { makeChance } from './chance.ts';
import { type Expected, toExpected } from './expected.ts';
import { makeWamid, type Person, toPerson } from './people.ts';
import { makeRequests, type Requests } from './requests.ts';

/** A message that the business sent before the run: statuses speak of it. */
export interface Sent {
  readonly wamid: string;
  readonly person: Person;
}

export interface Seed {
  readonly requests: Requests;
  readonly sent: readonly Sent[];
  /** One reply on every number, to the last request: when they are there, all seeds are folded and all senders run. */
  readonly expected: readonly Expected[];
}

const BATCH = 50;
/** Divides by the count of numbers. */
const AUDIENCE = 10_000;
/** Outside of the customers of a run. */
const TESTERS_FROM = 9_000_000;

/**
 * Makes `count` sent messages known to the program by echoes (what Meta reports when the business writes from its
 * phone), through the same door as everything else, then asks every number for one reply.
 */
export function makeSeed(options: {
  readonly secret: string;
  readonly run: string;
  readonly count: number;
  readonly numbers: number;
}): Seed {
  const { run, count, numbers } = options;
  const at = Math.floor(Date.now() / 1000) - 60;
  const sent = Array.from({ length: count }, (_, n): Sent => {
    // Runs of one number, as campaigns are: a batch of statuses then names few numbers, not all.
    const number = Math.floor(n / BATCH) % numbers;
    const turn = Math.floor(n / (BATCH * numbers)) * BATCH + (n % BATCH);
    const person = toPerson(2, (turn % (AUDIENCE / numbers)) * numbers + number, numbers);
    return { wamid: makeWamid(run), person };
  });
  const requests = makeRequests(options.secret);
  for (let n = 0; n < count; n += BATCH)
    requests.add(toEchoBody(sent.slice(n, n + BATCH).map((one) => ({ ...one, at }))));
  const chance = makeChance(1);
  const expected = Array.from({ length: numbers }, (_, number) => {
    const person = toPerson(1, TESTERS_FROM + number + ((numbers - (TESTERS_FROM % numbers)) % numbers), numbers);
    const message = { wamid: makeWamid(run), at, content: { type: 'text', text: { body: 'hello' } } };
    requests.add(toMessageBody(chance, person, [message]));
    return toExpected(person.phone, message);
  });
  return { requests, sent, expected: expected.flat() };
}
