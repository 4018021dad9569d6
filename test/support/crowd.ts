/**
 * Many people who write to many numbers through the emulator, and the oracle: each text must come back to its writer
 * once, in the order it was written. Goes with test/system/fixtures/echo-reactions.ts.
 */
import { join } from 'node:path';
import {
  type Emulator,
  type EmulatorOptions,
  type IdentityMode,
  type PhoneMessage,
  startEmulator,
} from '@wharf/emulator';
import type { Site } from './site.ts';
import { API_KEY } from './site.ts';
import { until } from './until.ts';
import { type Environment, ROOT } from './wharf.ts';

const SECRETS = {
  appSecret: 'system-test-app-secret',
  verifyToken: 'system-test-verify',
  accessToken: 'system-test-token',
};
const IDENTITIES: readonly IdentityMode[] = ['phone', 'username_and_phone', 'username_only', 'parent_bsuid'];
/** Keeps the crowd writing for as long as it is answered, instead of all at once. */
const MOST_UNANSWERED = 6;
const FIRST_NUMBER = 106_540_352_242_900;

interface Person {
  readonly id: string;
  readonly numberId: string;
  readonly written: PhoneMessage[];
}

export interface CrowdOptions extends Omit<Partial<EmulatorOptions>, 'numbers'> {
  readonly people: number;
  /** Business numbers; Meta's 80 messages a second are for each. */
  readonly numbers: number;
  readonly seed: number;
}

export interface Crowd extends AsyncDisposable {
  readonly emulator: Emulator;
  /** Points Wharf at this crowd's Meta. */
  readonly env: Environment;
  /** Everybody writes `count` texts, taking turns, without waiting for anything. */
  shout(count: number): void;
  /**
   * Everybody writes `count` texts: the next when the one before has its second tick, and fewer than six are unanswered.
   * Resolves when the last tick is there.
   */
  converse(count: number, withinMs: number): Promise<void>;
  /** Resolves when as many answers came as were written; a failure shows what Wharf's books say. */
  answered(site: Pick<Site, 'rows'>, withinMs: number): Promise<void>;
  /** Whose answers are not what they wrote; empty when all is well. */
  findWrongs(): string[];
  readonly written: number;
  readonly arrived: number;
}

const textOf = (message: PhoneMessage): string => String((message.body.text as { body?: unknown } | undefined)?.body);

/** What is missing, doubled or out of order, in words. */
function toWrong(person: Person, inbox: readonly PhoneMessage[]): string[] {
  const wanted = person.written.map(textOf);
  const got = inbox.map(textOf);
  if (got.join('\n') === wanted.join('\n')) return [];
  const missing = wanted.filter((text) => !got.includes(text));
  const doubled = got.filter((text, n) => got.indexOf(text) !== n);
  const words =
    missing.length > 0
      ? `missing ${missing.join(', ')}`
      : doubled.length > 0
        ? `doubled ${doubled.join(', ')}`
        : 'disordered';
  return [`${words}; came as ${got.join(', ')}`];
}

function write(emulator: Emulator, person: Person, name: number): void {
  const body = { type: 'text' as const, text: { body: `${name}/${person.written.length}` } };
  person.written.push(emulator.send({ personId: person.id, numberId: person.numberId, body }));
}

export async function makeCrowd({ people: count, numbers: size, seed, ...more }: CrowdOptions): Promise<Crowd> {
  const numbers = Array.from({ length: size }, (_, n) => ({
    id: String(FIRST_NUMBER + n),
    displayPhoneNumber: String(15_550_100_000 + n),
    verifiedName: `Shop ${n}`,
  }));
  const emulator = await startEmulator({ ...SECRETS, numbers, seed, statusDelayMs: 100, ...more });
  const people = Array.from({ length: count }, (_, n): Person => {
    const { id } = emulator.addPerson({ name: `Person ${n}`, identity: IDENTITIES[n % IDENTITIES.length] ?? 'phone' });
    return { id, numberId: numbers[n % size]?.id ?? '', written: [] };
  });
  const sum = (measure: (person: Person) => number) => people.reduce((total, person) => total + measure(person), 0);
  const arrived = () => sum((person) => emulator.inbox(person.id).length);
  const written = () => sum((person) => person.written.length);
  const state = () => `${arrived()} of ${written()} answers; ${JSON.stringify(emulator.stats())}`;
  return {
    emulator,
    env: {
      WHATSAPP_GRAPH_URL: emulator.url,
      WHATSAPP_APP_SECRET: SECRETS.appSecret,
      WHATSAPP_VERIFY_TOKEN: SECRETS.verifyToken,
      WHATSAPP_ACCESS_TOKEN: SECRETS.accessToken,
      WHATSAPP_PHONE_NUMBER_ID: String(FIRST_NUMBER),
      WHARF_API_KEY: API_KEY,
      WHARF_REACTIONS: join(ROOT, 'test/system/fixtures/echo-reactions.ts'),
    },
    shout(each) {
      for (let turn = 0; turn < each; turn++)
        for (const [name, person] of people.entries()) write(emulator, person, name);
    },
    async converse(each, withinMs) {
      const isHeard = (person: Person) => person.written.at(-1)?.ticks !== 'sent';
      const mayWrite = (person: Person) =>
        isHeard(person) && person.written.length - emulator.inbox(person.id).length < MOST_UNANSWERED;
      const end = new Map(people.map((person) => [person, person.written.length + each]));
      const speak = () => {
        for (const [name, person] of people.entries())
          if (mayWrite(person) && person.written.length < (end.get(person) ?? 0)) write(emulator, person, name);
        return people.every((person) => person.written.length === end.get(person) && isHeard(person));
      };
      await until('everybody was heard', speak, { withinMs, everyMs: 5, seen: state });
    },
    async answered(site, withinMs) {
      const seen = async () => `${state()}; ${JSON.stringify(await site.rows(STUCK))}`;
      await until('all answers came', () => arrived() >= written(), { withinMs, seen });
      await emulator.settled();
    },
    findWrongs: () =>
      people.flatMap((person, name) =>
        toWrong(person, emulator.inbox(person.id)).map((wrong) => `person ${name}: ${wrong}`),
      ),
    get written() {
      return written();
    },
    get arrived() {
      return arrived();
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** What Wharf's own books say once nothing is left to do. */
export interface Books {
  readonly received: number;
  readonly sent: number;
  /** Of those sent, by delivery state. */
  readonly states: Readonly<Record<string, number>>;
  readonly quarantined: number;
  readonly parked: number;
}

const OPEN = `select (select count(*) from outbox)::int as outbox, (select count(*) from reaction_tasks)::int as tasks,
  (select count(*) from messages where direction = 'out' and state <> 'read')::int as unread, (select count(*) from parked)::int as parked`;

/** For a failure: what is stuck, and where. */
const STUCK = `select jsonb_build_object(
  'segments', (select count(*) from segments), 'events', (select count(*) from events), 'tasks', (select count(*) from reaction_tasks),
  'messages', (select jsonb_agg(m) from (select direction, state, count(*) from messages group by 1, 2) m),
  'outbox', (select jsonb_agg(o) from (select channel_id, kind, state, epoch, attempt, count(*), min(due_at) from outbox group by 1, 2, 3, 4, 5) o),
  'leases', (select jsonb_agg(l) from (select split_part(name, '/', 1), owner, count(*), min(expires_at - now()) from leases group by 1, 2) l),
  'attempts', (select jsonb_agg(a) from (select outcome, code, count(*) from attempts group by 1, 2) a),
  'parked', (select jsonb_agg(p) from (select * from parked limit 5) p),
  'channels', (select jsonb_agg(c) from (select state, state_reason, count(*) from channels group by 1, 2) c)) as stuck`;

const BOOKS = `select count(*) filter (where direction = 'in')::int as received, count(*) filter (where direction = 'out')::int as sent,
  (select count(*) from quarantine)::int as quarantined, (select count(*) from parked)::int as parked,
  (select coalesce(jsonb_object_agg(state, n), '{}') from (select state, count(*) as n from messages where direction = 'out' group by state) s) as states
  from messages`;

/** Waits until Wharf has nothing left to do and every status is folded, then reads its books. */
export async function closeBooks(site: Pick<Site, 'rows'>, withinMs = 30_000): Promise<Books> {
  let last = '';
  const isDone = async () => {
    const [open] = await site.rows<Record<string, number>>(OPEN);
    last = JSON.stringify(open);
    return open !== undefined && Object.values(open).every((count) => count === 0);
  };
  await until('nothing is left to do', isDone, {
    withinMs,
    everyMs: 200,
    seen: async () => `${last} ${JSON.stringify(await site.rows(STUCK))}`,
  });
  const [books] = await site.rows<Books & Record<string, unknown>>(BOOKS);
  if (!books) throw new Error('The database answered nothing');
  return books;
}
