import type { Identity } from '../../../packages/server/src/ledger/index.ts';
import {
  conversationKey,
  lockTargets,
  resolveContacts,
  touchConversations,
} from '../../../packages/server/src/ledger/index.ts';
import { CLASS, enqueue, type Outgoing } from '../../../packages/server/src/outbox/index.ts';
import type { Clock, Transaction } from '../../../packages/server/src/kit/index.ts';
import type { OutgoingMessage } from '@wharf/whatsapp';
import { type Dice, makeDice } from '../engine/dice.ts';
import type { MetaPlan } from './meta.ts';
import type { Profile } from './profile.ts';

export interface Person {
  readonly id: string;
  readonly phone: string;
  readonly bsuid: string;
  readonly isNameless: boolean;
  /** Writes to the business first. */
  readonly writes: boolean;
}

export interface SendingNumber {
  readonly id: string;
  readonly channelId: string;
}

/** A message that somebody asks Wharf to send. */
export interface Order {
  readonly id: string;
  readonly person: Person;
  readonly number: SendingNumber;
  readonly class: number;
  readonly message: OutgoingMessage;
  /** Not at once, but so much later. */
  readonly laterMs: number | null;
}

export type Deed =
  | {
      readonly atMs: number;
      readonly what: 'write';
      readonly person: Person;
      readonly number: SendingNumber;
      readonly body: string;
    }
  | { readonly atMs: number; readonly what: 'order'; readonly orders: readonly Order[]; readonly isTold: boolean }
  | { readonly atMs: number; readonly what: 'phone'; readonly person: Person; readonly online: boolean }
  | { readonly atMs: number; readonly what: 'strange'; readonly n: number };

export interface Load {
  readonly people: readonly Person[];
  readonly numbers: readonly SendingNumber[];
  readonly deeds: readonly Deed[];
  readonly orders: readonly Order[];
}

const text = (body: string): OutgoingMessage => ({ type: 'text', text: { body } });
const TEMPLATES: readonly OutgoingMessage[] = [
  { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
  {
    type: 'template',
    template: {
      name: 'order_update',
      language: { code: 'pt_BR' },
      components: [
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ana' },
            { type: 'text', text: '7' },
          ],
        },
      ],
    },
  },
];

function makePeople(profile: Profile, dice: Dice): Person[] {
  return Array.from({ length: profile.people }, (_, n): Person => {
    const writes = dice.hits(0.6);
    const digits = String(n).padStart(3, '0');
    const isNameless = writes && dice.hits(0.2);
    return { id: `p${n}`, phone: `491700000${digits}`, bsuid: `DE.90000${digits}`, writes, isNameless };
  });
}

const makeNumbers = (profile: Profile): SendingNumber[] =>
  profile.rates.map((_rate, n) => ({ id: `10654035224290${n}`, channelId: `chn_${n}` }));

/** What a customer says: it decides how the handler fares (see handlers.ts). */
function makeWords({ trouble, weather }: Profile, dice: Dice): () => string {
  let [said, deadly] = [0, trouble.deadly];
  return () => {
    said++;
    if (deadly > 0 && said > 2) return `deadly ${deadly--}`;
    if (dice.hits(trouble.poison)) return `poison ${said}`;
    if (dice.hits(trouble.unfoldable)) return `unfoldable ${said}`;
    if (dice.hits(0.2)) return `say ${dice.int(2, 4)}`;
    if (dice.hits(0.15)) return `wait ${dice.pick([20, 300, 3_000])}`;
    return dice.hits(0.1) && weather !== 'calm' ? `stumble ${dice.int(1, 3)}` : `hello ${said}`;
  };
}

type Writing = Extract<Deed, { what: 'write' }>;

/** In fair weather everything is to arrive: so the service window opens, and with what cannot be stored it would not. */
const toOpening = (deed: Writing, { weather }: Profile): Writing =>
  weather === 'calm' && deed.body.startsWith('unfoldable') ? { ...deed, body: 'hello' } : deed;

/** Some write once, some again and again; some want several answers. */
function makeWritings({ people, numbers, dice, seed }: Cast, profile: Profile): Deed[] {
  const toWord = makeWords(profile, makeDice(seed, 'words'));
  return people
    .filter((person) => person.writes)
    .flatMap((person) => {
      const number = dice.pick(numbers);
      const write = (atMs: number): Writing => ({ atMs, what: 'write', person, number, body: toWord() });
      const first = numbers.map((each): Writing => toOpening({ ...write(dice.int(0, 2_000)), number: each }, profile));
      const later = Array.from({ length: dice.int(0, 2) }, () => write(dice.int(6_000, 6_000 + profile.loadMs)));
      // Some do not wait for an answer: what they say one after the other is handled one after the other.
      const atMs = dice.int(6_000, 6_000 + profile.loadMs);
      const burst = dice.hits(0.3) ? Array.from({ length: dice.int(3, 5) }, (_, n) => write(atMs + n * 30)) : [];
      return [...first, ...later, ...burst];
    });
}

interface Cast {
  readonly people: readonly Person[];
  readonly numbers: readonly SendingNumber[];
  readonly dice: Dice;
  readonly seed: number;
}

function makeOrder({ people, numbers, dice, seed }: Cast, n: number, to?: Person): Order {
  const person = to ?? dice.pick(people);
  const isFree = person.writes && dice.hits(0.6);
  return {
    id: `msg_${String(seed).padStart(6, '0')}_${String(n).padStart(5, '0')}`,
    person,
    number: dice.pick(numbers),
    class: dice.pick([CLASS.reply, CLASS.transactional, CLASS.campaign]),
    message: isFree ? text(`order ${n}`) : dice.pick(TEMPLATES),
    laterMs: dice.hits(0.12) ? dice.int(500, 8_000) : null,
  };
}

/** Single messages, campaigns in one go, and bursts to one person. */
function makeOrders(cast: Cast, profile: Profile): Deed[] {
  const { dice, people } = cast;
  const deeds: Deed[] = [];
  for (let n = 0; n < profile.messages; ) {
    const size = dice.pick([1, 1, 1, 2, 12, 40]);
    const to = size <= 12 && dice.hits(0.5) ? dice.pick(people) : undefined;
    const orders = Array.from({ length: Math.min(size, profile.messages - n) }, (_, k) => makeOrder(cast, n + k, to));
    n += orders.length;
    const atMs = dice.int(5_000, 5_000 + profile.loadMs);
    deeds.push({ atMs, what: 'order', orders, isTold: dice.hits(0.7) });
  }
  return deeds;
}

/** More to one person at once than a pair may get: now and then, as it takes minutes. */
function makeFloods(cast: Cast, profile: Profile): Deed[] {
  const dice = makeDice(cast.seed, 'flood');
  if (!dice.hits(0.15)) return [];
  const person = dice.pick(cast.people);
  const number = dice.pick(cast.numbers);
  const orders = Array.from({ length: dice.int(50, 56) }, (_, k): Order => {
    const id = `msg_${String(cast.seed).padStart(6, '0')}_f${String(k).padStart(4, '0')}`;
    const message = TEMPLATES[0] ?? text(id);
    return { id, person, number, class: CLASS.transactional, message, laterMs: null };
  });
  return [{ atMs: dice.int(5_000, 5_000 + profile.loadMs), what: 'order', orders, isTold: true }];
}

function makeOutages(people: readonly Person[], profile: Profile, dice: Dice): Deed[] {
  if (profile.weather === 'calm') return [];
  return people
    .filter(() => dice.hits(0.06))
    .flatMap((person): Deed[] => {
      const atMs = dice.int(1_000, 5_000 + profile.loadMs);
      const back = { atMs: atMs + dice.int(1_000, 20_000), what: 'phone' as const, person, online: true };
      return [{ atMs, what: 'phone', person, online: false }, back];
    });
}

const makeStranges = ({ post, loadMs }: Profile, dice: Dice): Deed[] =>
  Array.from({ length: post.strange }, (_, n) => ({ atMs: dice.int(1_000, 6_000 + loadMs), what: 'strange', n }));

export function makeLoad(seed: number, profile: Profile): Load {
  const dice = makeDice(seed, 'load');
  const people = makePeople(profile, dice);
  const numbers = makeNumbers(profile);
  const cast = { people, numbers, dice, seed };
  const deeds = [
    ...makeWritings(cast, profile),
    ...makeOrders(cast, profile),
    ...makeFloods(cast, profile),
    ...makeOutages(people, profile, dice),
    ...makeStranges(profile, makeDice(seed, 'strange')),
  ].sort((a, b) => a.atMs - b.atMs);
  const orders = deeds.flatMap((deed) => (deed.what === 'order' ? deed.orders : []));
  return { people, numbers, deeds, orders };
}

/** Meta, as this load and weather want it. The limit on people is Wharf's own to keep: Meta's smallest is 250. */
export const toMetaPlan = ({ numbers }: Load, profile: Profile): MetaPlan => ({
  faults: profile.faults,
  network: profile.network,
  batch: profile.batch,
  tier: 'TIER_UNLIMITED',
  numbers: numbers.map(({ id }, n) => ({
    id,
    displayPhoneNumber: `1555000111${n}`,
    verifiedName: 'Shop',
    messagesPerSecond: profile.rates[n] ?? 80,
  })),
});

const toIdentity = (person: Person): Identity =>
  person.isNameless ? { kind: 'bsuid', value: person.bsuid } : { kind: 'phone', value: person.phone };

/** Stores orders as the API does: contact, conversation, message, outbox. The same orders again change nothing. */
export async function storeOrders(tx: Transaction, orders: readonly Order[], clock: Clock): Promise<void> {
  const nowMs = clock.now();
  const sightings = orders.map(({ person }) => ({
    workspaceId: 'main',
    eventId: 'api',
    identities: [toIdentity(person)],
    name: null,
  }));
  const contacts = await resolveContacts(tx, sightings, nowMs);
  const touches = orders.map(({ person, number }, n) => ({
    workspaceId: 'main',
    channelId: number.channelId,
    contactId: contacts[n] ?? '',
    lane: toIdentity(person).value,
    address: person.isNameless ? { recipient: person.bsuid } : { to: person.phone },
    at: null,
    inbound: false,
    messageId: null,
  }));
  const views = await touchConversations(tx, touches, nowMs);
  const keys = touches.map((touch) => views.get(conversationKey(touch))?.id ?? null);
  const targets = await lockTargets(tx, keys);
  const outgoing = orders.flatMap((order, n): Outgoing[] => {
    const target = targets.get(keys[n] ?? '');
    return target ? [toOutgoing(order, target, nowMs)] : [];
  });
  await enqueue(tx, outgoing, nowMs);
}

type Target = NonNullable<ReturnType<Awaited<ReturnType<typeof lockTargets>>['get']>>;

const toOutgoing = (order: Order, target: Target, nowMs: number): Outgoing => ({
  id: order.id,
  kind: 'message',
  workspaceId: 'main',
  channelId: target.channelId,
  lane: target.id,
  address: target.address,
  class: order.class,
  conversationId: target.id,
  contactId: target.contactId,
  origin: order.class === CLASS.campaign ? 'campaign' : 'api',
  message: order.message,
  preview: order.id,
  at: nowMs,
  sendAt: order.laterMs === null ? null : nowMs + order.laterMs,
  expiresAt: nowMs + 48 * 3_600_000,
  callbackData: null,
  retryOf: null,
  ownerEpoch: null,
  position: null,
  reaction: null,
  idempotencyKey: null,
  requestDigest: null,
});
