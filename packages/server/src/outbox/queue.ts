import { CLASS, CLASSES } from './classes.ts';
import { GROUPS, type Lane, type Lanes, makeLanes } from './lanes.ts';
import { LONGEST_BACKOFF_MS } from './outcome.ts';
import type { PairPace } from './pair-pace.ts';
import { makeRetryBudget, type RetryBudget } from './retry-budget.ts';

/** A message that waits to be sent, without its content. */
export interface Queued {
  readonly id: string;
  readonly seq: number;
  readonly lane: string;
  readonly class: number;
  readonly kind: 'message' | 'read';
  /** Unix ms, by the wall clock as it was. */
  readonly dueAt: number;
  /** Tries it has spent. */
  readonly attempt: number;
  /** `ambiguous`: it may have gone out already; it keeps its place and waits for evidence. */
  readonly state: 'queued' | 'retry' | 'ambiguous';
}

/** When it is: when a row of the table is due goes by the wall clock, all else by the one that never jumps. */
export interface Moment {
  readonly nowMs: number;
  readonly elapsedMs: number;
}

/** What may go now, and when to look again. */
export interface Picked {
  readonly items: readonly Queued[];
  /** Ms until something else may go; null when only new items or releases can change that. */
  readonly waitMs: number | null;
  /** More could go now: there was no slot for it, or the number's pace has no room. */
  readonly full: 'slots' | 'pace' | null;
}

/** How many may be picked: of any kind, and of messages (the number's pace). */
export interface Room {
  readonly slots: number;
  readonly messages: number;
  /** The same of replies, which pass what waits for the pace already. */
  readonly replies: number;
}

/** A person's messages of one class. */
export interface LaneOf {
  readonly class: number;
  readonly lane: string;
}

/**
 * The waiting messages of one channel, in memory: classes by priority, lanes in order inside a class, paced by the pair.
 * Pure bookkeeping: time comes in, nothing is awaited. A picked head keeps its lane until it is settled or put back.
 */
export interface SendQueue {
  add(items: readonly Queued[]): void;
  has(id: string): boolean;
  pick(moment: Moment, room: Room): Picked;
  /** The head is settled: it leaves and the next may go. `wasAccepted`: by the provider, just now. */
  settle(id: string, wasAccepted?: boolean): void;
  /** The head goes back to wait until `dueElapsedMs`; `attempt`: tries it has spent by now, when that changed. */
  retry(id: string, dueElapsedMs: number, attempt?: number): void;
  /** Nobody knows what became of the head: it stays, and holds its lane. */
  doubt(id: string): void;
  /** As `retry`, for a head whose fate was unknown; false: it is none, and is not touched. */
  revive(id: string, dueElapsedMs: number): boolean;
  /** It goes at another time; its place stays. */
  retime(id: string, dueElapsedMs: number): void;
  /** The head may not go for long: its lane leaves, with all behind it. Null: it is no head. */
  letGo(id: string): LaneOf | null;
  readonly size: number;
  /** How many there are of one class. */
  count(cls: number): number;
  ids(classes?: readonly number[]): string[];
  /** How many there are in the lane of this item. */
  beside(item: Queued): number;
  /** Lanes of messages with so many or more. */
  crowded(count: number): LaneOf[];
  /** Heads that are on their way, or whose fate is unknown: nobody behind them goes until they are settled. */
  heldIds(): string[];
  /** True when there is one whose fate is unknown. */
  readonly isDoubtful: boolean;
}

/** Slots that only replies may use: a campaign that fills all others never keeps them waiting. */
const REPLY_SLOTS = 16;

interface Paces {
  readonly pairs: PairPace;
  readonly retries: RetryBudget;
  /** When heads that were seen are due, by id, on the clock that never jumps. */
  readonly dues: Map<string, number>;
}

/** Scheduled messages are taken up so much before their time; the queue knows the rest. */
export const EARLY_MS = 1_500;

/** On the clock that never jumps, told from the table's word when a head is first seen. */
function toDue({ dueAt, state }: Queued, { nowMs, elapsedMs }: Moment): number {
  const wait = dueAt - nowMs;
  // Nothing is queued that much before its time, and what waits for longer than our backoff is put off, and not in the
  // queue: the wall clock was set back since.
  if (state === 'queued') return elapsedMs + (wait > EARLY_MS ? 0 : wait);
  return elapsedMs + Math.min(wait, LONGEST_BACKOFF_MS);
}

function toWait(item: Queued, { pairs, retries, dues }: Paces, moment: Moment): number {
  const dueMs = dues.get(item.id) ?? toDue(item, moment);
  dues.set(item.id, dueMs);
  const due = Math.max(0, dueMs - moment.elapsedMs);
  if (item.kind === 'read') return due;
  const again = item.attempt > 0 ? retries.wait(moment.elapsedMs) : 0;
  return Math.max(due, again, pairs.wait(item.lane, moment.elapsedMs));
}

function take(item: Queued, { pairs, retries }: Paces, { elapsedMs }: Moment): void {
  if (item.kind === 'read') return;
  pairs.take(item.lane, elapsedMs);
  if (item.attempt > 0) retries.take(elapsedMs);
  else retries.earn();
}

interface Picking {
  /** False when there is no room for any more of its group. */
  offer(lane: Lane, head: Queued): boolean;
  done(): Picked;
}

/** Picks heads, as far as there is room. */
function makePicking(paces: Paces, moment: Moment, room: Room): Picking {
  const items: Queued[] = [];
  let messages = 0;
  let waitMs = Infinity;
  let full: Picked['full'] = null;

  function toObstacle({ kind, class: cls }: Queued): Picked['full'] {
    if (items.length >= room.slots - (cls === CLASS.reply ? 0 : REPLY_SLOTS)) return 'slots';
    return kind === 'message' && messages >= (cls === CLASS.reply ? room.replies : room.messages) ? 'pace' : null;
  }

  function offer(lane: Lane, head: Queued): boolean {
    const wait = toWait(head, paces, moment);
    if (wait > 0) {
      waitMs = Math.min(waitMs, wait);
      return true;
    }
    const obstacle = toObstacle(head);
    full ??= obstacle;
    if (obstacle) return false;
    lane.held = true;
    take(head, paces, moment);
    items.push(head);
    if (head.kind === 'message') messages++;
    return true;
  }

  return {
    offer,
    done: (): Picked => ({ items, waitMs: waitMs === Infinity ? null : waitMs, full }),
  };
}

const isDoubtful = ({ items: [head] }: Lane): boolean => head?.state === 'ambiguous';

const toLaneOf = ({ group, key }: Lane): LaneOf => ({ class: group, lane: key });

const isCrowded = ({ items: [head], items }: Lane, count: number): boolean =>
  head?.kind === 'message' && items.length >= count;

type Census = Pick<SendQueue, 'size' | 'count' | 'ids' | 'beside' | 'crowded' | 'heldIds' | 'isDoubtful'>;

/** What there is, without an effect. */
const makeCensus = (lanes: Lanes): Census => ({
  get size() {
    return lanes.size;
  },
  count: lanes.count,
  ids: (wanted = CLASSES) =>
    lanes.all().flatMap(({ items }) => items.flatMap((item) => (wanted.includes(item.class) ? [item.id] : []))),
  beside: lanes.beside,
  crowded: (count) => lanes.all().flatMap((lane) => (isCrowded(lane, count) ? [toLaneOf(lane)] : [])),
  heldIds: () =>
    lanes.all().flatMap((lane) => (lane.held || isDoubtful(lane) ? lane.items.slice(0, 1).map(({ id }) => id) : [])),
  get isDoubtful() {
    return lanes.all().some(isDoubtful);
  },
});

/** The head is not on its way any more. */
function free(lane: Lane, pairs: PairPace): void {
  const [head] = lane.items;
  if (lane.held && head?.kind === 'message') pairs.land(head.lane);
  lane.held = false;
}

export function makeSendQueue(pairs: PairPace): SendQueue {
  const lanes = makeLanes();
  const dues = new Map<string, number>();
  const paces = { pairs, retries: makeRetryBudget(), dues };

  /** Puts a head back, if it is one, and in this state. */
  function putBack(id: string, as: Partial<Queued>, only?: Queued['state']): boolean {
    const lane = lanes.headedBy(id);
    const head = lane?.items[0];
    if (!lane || !head || (only !== undefined && head.state !== only)) return false;
    lane.items[0] = { ...head, ...as };
    free(lane, pairs);
    return true;
  }

  function pickOf(group: number, picking: Picking): void {
    for (const lane of lanes.of(group)) {
      const [head] = lane.items;
      if (!head || lane.held || head.state === 'ambiguous') continue;
      if (!picking.offer(lane, head)) return;
    }
  }

  function pick(moment: Moment, room: Room): Picked {
    const picking = makePicking(paces, moment, room);
    for (const group of GROUPS) pickOf(group, picking);
    return picking.done();
  }

  // Not spread: what there is is asked for each time.
  return Object.assign(makeCensus(lanes), {
    add: (items: readonly Queued[]) => items.forEach(lanes.add),
    has: lanes.has,
    pick,
    settle(id: string, wasAccepted = false) {
      const lane = lanes.headedBy(id);
      const head = lane?.items[0];
      if (lane) free(lane, pairs);
      if (wasAccepted && head?.kind === 'message' && head.attempt > 0) paces.retries.refund();
      dues.delete(id);
      lanes.drop(id);
    },
    retry(id: string, dueElapsedMs: number, attempt?: number) {
      const isBack = putBack(id, { state: 'retry', ...(attempt === undefined ? {} : { attempt }) });
      if (isBack) dues.set(id, dueElapsedMs);
    },
    doubt: (id: string) => void putBack(id, { state: 'ambiguous' }),
    revive(id: string, dueElapsedMs: number) {
      const isBack = putBack(id, { state: 'retry' }, 'ambiguous');
      if (isBack) dues.set(id, dueElapsedMs);
      return isBack;
    },
    retime(id: string, dueElapsedMs: number) {
      if (lanes.has(id)) dues.set(id, dueElapsedMs);
    },
    letGo(id: string) {
      const lane = lanes.headedBy(id);
      if (!lane) return null;
      for (const item of lane.items) dues.delete(item.id);
      free(lane, pairs);
      lanes.close(lane);
      return toLaneOf(lane);
    },
  });
}
