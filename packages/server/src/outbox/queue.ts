import { type Bucket, type Budget, drainUntil, fullBucket, PAIR_BUDGET, takeToken, toWait } from './pacing.ts';

/** A message that waits to be sent, without its content. */
export interface Queued {
  readonly id: string;
  readonly seq: number;
  readonly lane: string;
  readonly class: number;
  readonly kind: 'message' | 'read';
  readonly dueAt: number;
}

interface Lane {
  readonly key: string;
  readonly pair: string;
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
 * number and by the pair. Pure bookkeeping: time comes in, nothing is awaited.
 */
export interface SendQueue {
  add(items: readonly Queued[]): void;
  has(id: string): boolean;
  pick(nowMs: number, limit: number): Picked;
  /** The head is settled: it leaves and the next may go. */
  settle(id: string): void;
  /** The head goes back to wait until `dueAt`. */
  retry(id: string, dueAt: number): void;
  /** The head keeps its lane until settled or retried. */
  slowNumber(untilMs: number): void;
  slowPair(lane: string, untilMs: number): void;
  /** A message that went to this lane before we started. */
  recall(lane: string, atMs: number): void;
  readonly size: number;
  ids(): string[];
}

const CLASSES = 3;

export function makeSendQueue(number: { bucket: Bucket; budget: Budget }): SendQueue {
  const lanes = new Map<string, Lane>();
  const byId = new Map<string, Lane>();
  const pairs = new Map<string, Bucket>();
  let bucket = number.bucket;
  const { budget } = number;

  // Read marks go beside the messages: they neither wait for them nor hold them up, and Meta does not count them.
  const keyOf = (item: Queued) => (item.kind === 'read' ? `read ${item.id}` : `${item.class} ${item.lane}`);

  function addOne(item: Queued): void {
    if (byId.has(item.id)) return;
    const key = keyOf(item);
    const lane = lanes.get(key) ?? { key, pair: item.lane, items: [], held: false };
    lanes.set(key, lane);
    byId.set(item.id, lane);
    // Mostly at the end; items of another process may come late, but never before a head on its way.
    let at = lane.items.length;
    while (at > (lane.held ? 1 : 0) && (lane.items[at - 1]?.seq ?? 0) > item.seq) at--;
    lane.items.splice(at, 0, item);
  }

  function waitFor(item: Queued, nowMs: number): number {
    if (item.dueAt > nowMs) return item.dueAt - nowMs;
    if (item.kind === 'read') return 0;
    const pair = pairs.get(item.lane);
    return pair ? toWait(pair, PAIR_BUDGET, nowMs) : 0;
  }

  function take(lane: Lane, item: Queued, nowMs: number): void {
    lane.held = true;
    if (item.kind === 'read') return;
    bucket = takeToken(bucket, budget, nowMs);
    pairs.set(item.lane, takeToken(pairs.get(item.lane) ?? fullBucket(PAIR_BUDGET, nowMs), PAIR_BUDGET, nowMs));
  }

  function drop(lane: Lane, id: string): void {
    const at = lane.items.findIndex((item) => item.id === id);
    if (at >= 0) lane.items.splice(at, 1);
    if (at === 0) lane.held = false;
    byId.delete(id);
    if (lane.items.length === 0) lanes.delete(lane.key);
  }

  // A pair that has filled up again says nothing: forget it, so that memory follows the people in talk, not all people.
  function forgetFull(nowMs: number): void {
    if (pairs.size < 10_000) return;
    for (const [lane, pair] of pairs)
      if (pair.at + PAIR_BUDGET.burst * PAIR_BUDGET.refillMs < nowMs) pairs.delete(lane);
  }

  function pick(nowMs: number, limit: number): Picked {
    const items: Queued[] = [];
    let waitMs = Infinity;
    forgetFull(nowMs);
    for (let cls = 0; cls < CLASSES; cls++) {
      for (const lane of lanes.values()) {
        const head = lane.items[0];
        if (lane.held || !head || head.class !== cls) continue;
        const numberWait = head.kind === 'read' ? 0 : toWait(bucket, budget, nowMs);
        const wait = Math.max(waitFor(head, nowMs), numberWait);
        if (wait > 0) waitMs = Math.min(waitMs, wait);
        else if (items.length < limit) {
          take(lane, head, nowMs);
          items.push(head);
        }
      }
    }
    return { items, waitMs: waitMs === Infinity ? null : waitMs };
  }

  return {
    add: (items) => items.forEach(addOne),
    has: (id) => byId.has(id),
    pick,
    settle(id) {
      const lane = byId.get(id);
      if (lane) drop(lane, id);
    },
    retry(id, dueAt) {
      const lane = byId.get(id);
      const head = lane?.items[0];
      if (!lane || head?.id !== id) return;
      lane.items[0] = { ...head, dueAt };
      lane.held = false;
    },
    slowNumber(untilMs) {
      bucket = drainUntil(bucket, budget, untilMs);
    },
    slowPair(lane, untilMs) {
      pairs.set(lane, drainUntil(pairs.get(lane) ?? fullBucket(PAIR_BUDGET, untilMs), PAIR_BUDGET, untilMs));
    },
    recall(lane, atMs) {
      pairs.set(lane, takeToken(pairs.get(lane) ?? fullBucket(PAIR_BUDGET, atMs), PAIR_BUDGET, atMs));
    },
    get size() {
      return byId.size;
    },
    ids: () => [...byId.keys()],
  };
}
