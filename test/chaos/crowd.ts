/**
 * The world: people who write by a schedule laid down beforehand, whatever Wharf does, and Meta between them and it. Each
 * text is a mark of its own and comes back as the answer, so that a phone shows what was handled, how often and in which
 * order.
 */
import { join } from 'node:path';
import { type Emulator, type IdentityMode, type PhonePerson, startEmulator } from '@wharf/emulator';
import { makeChance } from '../support/chance.ts';
import { type Environment, ROOT } from '../support/wharf.ts';
import { makePostman, type Postman } from './postman.ts';

export const API_KEY = 'wharf-chaos-key-0123456789abcdef';
const SECRETS = { appSecret: 'chaos-app-secret', verifyToken: 'chaos-verify', accessToken: 'chaos-token' };
const IDENTITIES: readonly IdentityMode[] = ['phone', 'username_and_phone', 'username_only', 'parent_bsuid'];
const FIRST_NUMBER = 106_540_352_242_900;
const ACCOUNT = '102290129340398';
const NUMBERS = 10;
/** Meta lets 45 messages through to one person at once, and one every 6 s: a person writes every 10 s. */
const SECONDS_EACH = 10;

/** What always goes wrong a little, besides the faults. */
const WEATHER = {
  duplicate: 0.1,
  reorderStatuses: 0.3,
  reorder: 0.02,
  badSignature: 0.02,
  drop: 0.02,
  lostAnswer: 0.01,
  throttle: 0.005,
  maxDelayMs: 500,
};
/** Meta's retries, which go on for 7 days, made short: first after 0.1 s, then at most 0.6 s apart, until they are answered 200. */
const RETRY = { firstMs: 100, maxMs: 500 };

export interface Person {
  readonly name: number;
  readonly phone: PhonePerson;
  readonly numberId: string;
}

/** A customer's message. */
export interface Written {
  readonly mark: string;
  readonly wamid: string;
  readonly person: Person;
  readonly at: number;
}

export interface Crowd {
  readonly emulator: Emulator;
  readonly postman: Postman;
  readonly people: readonly Person[];
  /** By mark. */
  readonly written: ReadonlyMap<string, Written>;
  /** Points Wharf at this Meta, by whatever way leads there. */
  env(graphUrl: string): Environment;
  /** Everybody writes once: all conversations exist, all windows are open. */
  greet(): void;
  /** Writes by schedule until it is over or told to end; resolves then. */
  write(signal: AbortSignal): Promise<void>;
}

export interface CrowdOptions {
  readonly seed: number;
  /** Messages a second. */
  readonly rate: number;
}

const toNumbers = () =>
  Array.from({ length: NUMBERS }, (_, n) => ({
    id: String(FIRST_NUMBER + n),
    displayPhoneNumber: String(15_550_100_000 + n),
    verifiedName: `Shop ${n}`,
  }));

/** Calls `act` at moments drawn beforehand, `rate` a second on average; late ones are made up for at once. */
export async function followSchedule(
  { rate, chance, signal }: { rate: number; chance: () => number; signal: AbortSignal },
  act: () => void,
): Promise<void> {
  let dueAt = performance.now();
  while (!signal.aborted) {
    dueAt += (-Math.log(1 - chance()) * 1000) / rate;
    const waitMs = dueAt - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (!signal.aborted) act();
  }
}

export async function openCrowd({ seed, rate }: CrowdOptions): Promise<Crowd> {
  const postman = makePostman(SECRETS.appSecret);
  const emulator = await startEmulator({
    ...SECRETS,
    seed,
    wabaId: ACCOUNT,
    numbers: toNumbers(),
    statusDelayMs: 100,
    // As many POSTs at once as come: nobody waits for an answer before the next customer writes.
    concurrency: 1_000,
    batch: { min: 1, max: 20, waitMs: 10 },
    faults: WEATHER,
    retry: RETRY,
    deliver: (body, headers) => postman.deliver(body, headers),
  });
  const people = Array.from({ length: Math.ceil(rate * SECONDS_EACH) }, (_, name): Person => {
    const phone = emulator.addPerson({ name: `Person ${name}`, identity: IDENTITIES[name % 4] ?? 'phone' });
    return { name, phone, numberId: String(FIRST_NUMBER + (name % NUMBERS)) };
  });
  const written = new Map<string, Written>();
  const counts = new Map<Person, number>();

  function say(person: Person): void {
    const turn = counts.get(person) ?? 0;
    counts.set(person, turn + 1);
    const mark = `${person.name}/${turn}`;
    const body = { type: 'text' as const, text: { body: mark } };
    const { id, at } = emulator.send({ personId: person.phone.id, numberId: person.numberId, body });
    written.set(mark, { mark, wamid: id, person, at });
  }
  const chance = makeChance(seed);
  return {
    emulator,
    postman,
    people,
    written,
    env: (graphUrl) => ({
      WHATSAPP_GRAPH_URL: graphUrl,
      WHATSAPP_APP_SECRET: SECRETS.appSecret,
      WHATSAPP_VERIFY_TOKEN: SECRETS.verifyToken,
      WHATSAPP_ACCESS_TOKEN: SECRETS.accessToken,
      WHATSAPP_PHONE_NUMBER_ID: String(FIRST_NUMBER),
      WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT,
      WHARF_API_KEY: API_KEY,
      WHARF_REACTIONS: join(ROOT, 'test/system/fixtures/echo-reactions.ts'),
    }),
    greet: () => people.forEach(say),
    write: (signal) =>
      followSchedule({ rate, chance, signal }, () => {
        const person = people[Math.floor(chance() * people.length)];
        if (person) say(person);
      }),
  };
}
