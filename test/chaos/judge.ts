import type { LedgerArrival, LedgerSend } from '@wharf/emulator';
import type { Books } from './books.ts';
import { markOf } from './marks.ts';

/** A customer's message: when it was first offered to Wharf, and first answered 200. */
export interface Heard {
  readonly mark: string;
  readonly wamid: string;
  readonly offeredAt: number;
  readonly ackedAt: number;
}

/** What the business ordered by the API. */
export interface Ordered {
  readonly mark: string;
  readonly kind: 'text' | 'template';
  readonly offeredAt: number;
  readonly ackedAt: number;
  readonly ids: ReadonlySet<string>;
  readonly refused: string | null;
}

/** All that is known when a form has come to rest. */
export interface Evidence {
  readonly heard: readonly Heard[];
  readonly orders: readonly Ordered[];
  readonly arrivals: readonly LedgerArrival[];
  readonly sends: readonly LedgerSend[];
  readonly books: Books;
  readonly forgedAccepted: number;
  readonly givenUp: number;
  /** What is wrong with how it went, in words. */
  readonly stuck: readonly string[];
  /** Webhooks answered neither 200 nor 503, though signed. */
  readonly oddAnswers: readonly number[];
}

/** What is wrong, one line for each, by the name of the count. */
export type Findings = Readonly<Record<CountName, readonly string[]>>;

export const COUNTS = {
  lost: 'answered 200 and not stored',
  missing: 'messages whose answer, or which themselves, never came',
  doubled: 'done twice',
  disordered: 'answers that overtook an earlier one of the same person',
  resent: 'sent again although they had arrived',
  untrue: 'messages of which Wharf says what is not so',
  down: 'status rows that went down, or got a second WhatsApp id',
  quarantined: 'quarantined without cause',
  parked: 'left parked',
  outbox: 'left in the outbox, or as a task',
  refused: 'refused without cause, forged ones taken',
  stuck: 'faults not recovered from in 90 s, full disks not noticed, stops not in order',
} as const;
export type CountName = keyof typeof COUNTS;

const ARRIVED: ReadonlySet<string> = new Set(['read', 'delivered', 'sent', 'accepted', 'played']);

interface Indexed {
  readonly received: ReadonlySet<string>;
  readonly byMark: ReadonlyMap<string, readonly LedgerArrival[]>;
  readonly told: ReadonlyMap<string, Books['told'][number]>;
}

const findLost = ({ heard }: Evidence, { received }: Indexed): string[] =>
  heard.filter(({ wamid, ackedAt }) => ackedAt < Infinity && !received.has(wamid)).map(({ mark }) => mark);

/** A template whose answer was lost is not sent again without evidence (a business decides that): Wharf says so, and why. */
function isGivenUp({ kind, ids }: Ordered, { told }: Indexed): boolean {
  const said = [...ids].map((id) => told.get(id));
  return kind === 'template' && said.every((one) => one?.state === 'failed' && one.reason !== null);
}

function findMissing({ heard, orders }: Evidence, indexed: Indexed): string[] {
  const isHere = (mark: string): boolean => (indexed.byMark.get(mark)?.length ?? 0) > 0;
  return [
    ...heard.filter(({ mark }) => !isHere(mark)).map(({ mark }) => mark),
    ...orders
      .filter((order) => order.refused === null && !isHere(order.mark) && !isGivenUp(order, indexed))
      .map(({ mark }) => mark),
  ];
}

/** Twice for two messages of ours: an effect happened twice. */
function findDoubled({ orders, books }: Evidence, { byMark }: Indexed): string[] {
  const twice = [...byMark].filter(([, all]) => new Set(all.map(({ callbackData }) => callbackData)).size > 1);
  return [
    ...twice.map(([mark]) => mark),
    ...orders.filter(({ ids }) => ids.size > 1).map(({ mark }) => mark),
    ...(books.strayEvents > 0 ? [`${books.strayEvents} events stored twice or without a mark`] : []),
  ];
}

/** One message of ours that Meta took twice. */
function findResent({ sends }: Evidence): string[] {
  const taken = Map.groupBy(sends, ({ callbackData, wamid }) => callbackData ?? wamid);
  return [...taken].filter(([, all]) => all.length > 1).map(([id]) => id);
}

interface Step {
  readonly mark: string;
  readonly offeredAt: number;
  readonly ackedAt: number;
}

/**
 * What was acknowledged before another one was even offered comes first; between two that were under way at once no order
 * is owed. `steps` are in order of arrival.
 */
export function findOvertaken(steps: readonly Step[]): string[] {
  let latest: Step | undefined;
  return steps.flatMap((step) => {
    const before = latest;
    if (!latest || step.offeredAt > latest.offeredAt) latest = step;
    return before && step.ackedAt < before.offeredAt ? [`${before.mark} overtook ${step.mark}`] : [];
  });
}

function findDisordered({ heard, orders, arrivals }: Evidence): string[] {
  const known = new Map<string, Step & { readonly way: string }>();
  for (const one of heard) known.set(one.mark, { ...one, way: 'answers' });
  for (const one of orders) known.set(one.mark, { ...one, way: 'orders' });
  const first = new Set<string>();
  const steps = arrivals.flatMap((arrival) => {
    const mark = markOf(arrival);
    const step = known.get(mark);
    if (!step || first.has(mark)) return [];
    first.add(mark);
    return [{ ...step, lane: `${arrival.personId} ${step.way}` }];
  });
  return [...Map.groupBy(steps, ({ lane }) => lane).values()].flatMap(findOvertaken);
}

/** Phones are on and people read: what arrived is read in the end, and nothing else is. */
function findUntrue({ arrivals, books }: Evidence): string[] {
  const arrived = new Set(arrivals.map(({ callbackData }) => callbackData));
  return books.told.flatMap(({ id, state, reason }) => {
    if (arrived.has(id) && state !== 'read') return [`${id} arrived and was read, and Wharf says ${state}, ${reason}`];
    if (!arrived.has(id) && ARRIVED.has(state)) return [`${id} never arrived, and Wharf says ${state}`];
    return [];
  });
}

const times = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : []);

function findRefused({ orders, oddAnswers, forgedAccepted, givenUp }: Evidence): string[] {
  return [
    ...orders.flatMap(({ mark, refused }) => (refused === null ? [] : [`${mark}: the API answered ${refused}`])),
    ...[...Map.groupBy(oddAnswers, (status) => status)].map(([status, all]) => `${all.length} webhooks: ${status}`),
    ...times(forgedAccepted, 'forged webhooks taken'),
    ...times(givenUp, 'webhooks given up'),
  ];
}

export function judge(evidence: Evidence): Findings {
  const { books, arrivals } = evidence;
  const indexed: Indexed = {
    received: new Set(books.received),
    byMark: Map.groupBy(arrivals, markOf),
    told: new Map(books.told.map((one) => [one.id, one])),
  };
  return {
    lost: findLost(evidence, indexed),
    missing: findMissing(evidence, indexed),
    doubled: findDoubled(evidence, indexed),
    disordered: findDisordered(evidence),
    resent: findResent(evidence),
    untrue: findUntrue(evidence),
    down: books.crimes,
    quarantined: books.quarantined,
    parked: times(books.open.parked, 'facts'),
    outbox: [...times(books.open.outbox, 'messages'), ...times(books.open.tasks, 'tasks')],
    refused: findRefused(evidence),
    stuck: evidence.stuck,
  };
}

export const isRight = (findings: Findings): boolean => Object.values(findings).every((list) => list.length === 0);
