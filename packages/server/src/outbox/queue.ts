import { makePace, type Pace } from './pace.ts';
import type { Bucket, Budget } from './pacing.ts';

/** Best first: replies never wait behind campaigns. */
export const CLASS = { reply: 0, transactional: 1, campaign: 2 } as const;
export const CLASSES: readonly number[] = Object.values(CLASS);

/** A message that waits to be sent, without its content. */
export interface Queued {
  readonly id: string;
  readonly seq: number;
  readonly lane: string;
  readonly class: number;
  readonly kind: 'message' | 'read';
  readonly dueAt: number;
  /** `ambiguous`: it may have gone out already; it keeps its place and waits for evidence. */
  readonly state: 'queued' | 'retry' | 'ambiguous';
}

interface Lane {
  readonly key: string;
  readonly class: number;
  /** In order; the head is what may go next. */
  readonly items: Queued[];
  /** The head is on its way, or its fate is unknown: nobody behind it may pass. */
  held: boolean;
}

/** What may go now, and when to look again. */
export interface Picked {
  readonly items: readonly Queued[];
  /** Ms until something else may go; null when only new items or releases can change that. */
  readonly waitMs: number | null;
}

/**
 * The waiting messages of one channel, in memory: classes by priority, lanes in order inside a class, paced by the
 * number and by the pair. Pure bookkeeping: time comes in, nothing is awaited. A picked head keeps its lane until it is
 * settled or put back.
 */
export interface SendQueue extends Pick<Pace, 'slowNumber' | 'slowPair' | 'recall'> {
  add(items: readonly Queued[]): void;
  has(id: string): boolean;
  pick(nowMs: number, limit: number): Picked;
  /** The head is settled: it leaves and the next may go. */
  settle(id: string): void;
  /** The head goes back to wait until `dueAt`. */
  retry(id: string, dueAt: number): void;
  /** Nobody knows what became of the head: it stays, and holds its lane. */
  doubt(id: string): void;
  /** As `retry`, for a head whose fate was unknown; one that is on its way is not touched. */
  revive(id: string, dueAt: number): void;
  readonly size: number;
  /** How many there are of one class. */
  count(cls: number): number;
  ids(classes?: readonly number[]): string[];
  /** Heads that are on their way, or whose fate is unknown: nobody behind them goes until they are settled. */
  heldIds(): string[];
  /** True when there is one whose fate is unknown. */
  readonly isDoubtful: boolean;
}

// Read marks go beside the messages: they neither wait for them nor hold them up, and Meta does not count them.
const keyOf = (item: Queued): string => (item.kind === 'read' ? `read ${item.id}` : `${item.class} ${item.lane}`);

/** Mostly at the end; items of another process may come late, but never before a head on its way. */
function insert(lane: Lane, item: Queued): void {
  let at = lane.items.length;
  while (at > (lane.held ? 1 : 0) && (lane.items[at - 1]?.seq ?? 0) > item.seq) at--;
  lane.items.splice(at, 0, item);
}

function toWait(item: Queued, pace: Pace, nowMs: number): number {
  const due = Math.max(0, item.dueAt - nowMs);
  return item.kind === 'read' ? due : Math.max(due, pace.wait(item.lane, nowMs));
}

/** The heads that may go, best class first; each takes its tokens and holds its lane. */
function pickHeads(lanes: Iterable<Lane>, pace: Pace, nowMs: number, limit: number): Picked {
  const items: Queued[] = [];
  const free = [...lanes].filter((lane) => !lane.held && lane.items[0]?.state !== 'ambiguous');
  let waitMs = Infinity;
  for (const lane of CLASSES.flatMap((cls) => free.filter((lane) => lane.class === cls))) {
    const [head] = lane.items;
    if (!head || items.length >= limit) break;
    const wait = toWait(head, pace, nowMs);
    if (wait > 0) {
      waitMs = Math.min(waitMs, wait);
      continue;
    }
    lane.held = true;
    if (head.kind === 'message') pace.take(head.lane, nowMs);
    items.push(head);
  }
  return { items, waitMs: waitMs === Infinity ? null : waitMs };
}

export function makeSendQueue(number: { readonly bucket: Bucket; readonly budget: Budget }): SendQueue {
  const lanes = new Map<string, Lane>();
  const byId = new Map<string, Lane>();
  const counts = new Map<number, number>();
  const pace = makePace(number);

  const countOf = (cls: number): number => counts.get(cls) ?? 0;

  function addOne(item: Queued): void {
    if (byId.has(item.id)) return;
    const key = keyOf(item);
    const lane = lanes.get(key) ?? { key, class: item.class, items: [], held: false };
    lanes.set(key, lane);
    byId.set(item.id, lane);
    counts.set(lane.class, countOf(lane.class) + 1);
    insert(lane, item);
  }

  function drop(lane: Lane, id: string): void {
    const at = lane.items.findIndex((item) => item.id === id);
    lane.items.splice(at, 1);
    if (at === 0) lane.held = false;
    byId.delete(id);
    counts.set(lane.class, countOf(lane.class) - 1);
    if (lane.items.length === 0) lanes.delete(lane.key);
  }

  /** Puts a head back, if it is one, and in this state. */
  function putBack(id: string, as: Partial<Queued>, only?: Queued['state']): void {
    const lane = byId.get(id);
    const head = lane?.items[0];
    if (!lane || head?.id !== id || (only !== undefined && head.state !== only)) return;
    lane.items[0] = { ...head, ...as };
    lane.held = false;
  }

  return {
    add: (items) => items.forEach(addOne),
    has: (id) => byId.has(id),
    pick: (nowMs, limit) => pickHeads(lanes.values(), pace, nowMs, limit),
    settle(id) {
      const lane = byId.get(id);
      if (lane) drop(lane, id);
    },
    retry: (id, dueAt) => putBack(id, { state: 'retry', dueAt }),
    doubt: (id) => putBack(id, { state: 'ambiguous' }),
    revive: (id, dueAt) => putBack(id, { state: 'retry', dueAt }, 'ambiguous'),
    slowNumber: pace.slowNumber,
    slowPair: pace.slowPair,
    recall: pace.recall,
    get size() {
      return byId.size;
    },
    count: countOf,
    ids: (classes = CLASSES) =>
      [...lanes.values()].flatMap((lane) => (classes.includes(lane.class) ? lane.items.map((item) => item.id) : [])),
    heldIds: () =>
      [...lanes.values()].flatMap(({ held, items: [head] }) =>
        head && (held || head.state === 'ambiguous') ? [head.id] : [],
      ),
    get isDoubtful() {
      return lanes.values().some(({ items: [head] }) => head?.state === 'ambiguous');
    },
  };
}
