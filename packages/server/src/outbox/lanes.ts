import { CLASSES } from './classes.ts';
import type { Queued } from './queue.ts';

/** The messages of one person and class, in order; the head is what may go next. */
export interface Lane {
  readonly key: string;
  readonly group: number;
  readonly items: Queued[];
  /** The head is on its way, or its fate is unknown: nobody behind it may pass. */
  held: boolean;
}

/** Waiting messages by lane, and lanes by group: a class, or the read marks. */
export interface Lanes {
  /** Passes over what is there already. */
  add(item: Queued): void;
  drop(id: string): void;
  /** Drops all there are of a lane. */
  close(lane: Lane): void;
  /** The lane whose head this is. */
  headedBy(id: string): Lane | null;
  has(id: string): boolean;
  of(group: number): Iterable<Lane>;
  all(): Lane[];
  /** How many there are in the lane of this item. */
  beside(item: Queued): number;
  count(cls: number): number;
  readonly size: number;
}

// Read marks go beside the messages: they neither wait for them nor hold them up, and Meta does not count them.
const READS = -1;
/** In the order of their rank. */
export const GROUPS: readonly number[] = [READS, ...CLASSES];
const groupOf = (item: Queued): number => (item.kind === 'read' ? READS : item.class);
const keyOf = (item: Queued): string => (item.kind === 'read' ? item.id : item.lane);

/** Mostly at the end; items of another process may come late, but never before a head on its way. */
function insert(lane: Lane, item: Queued): void {
  let at = lane.items.length;
  while (at > (lane.held ? 1 : 0) && (lane.items[at - 1]?.seq ?? 0) > item.seq) at--;
  lane.items.splice(at, 0, item);
}

export function makeLanes(): Lanes {
  const groups = new Map(GROUPS.map((group) => [group, new Map<string, Lane>()]));
  const byId = new Map<string, Lane>();
  const counts = new Map<number, number>();

  const lanesOf = (group: number): Map<string, Lane> => groups.get(group) ?? new Map<string, Lane>();
  const countOf = (cls: number): number => counts.get(cls) ?? 0;

  return {
    add(item) {
      if (byId.has(item.id)) return;
      const [key, group] = [keyOf(item), groupOf(item)];
      const lane = lanesOf(group).get(key) ?? { key, group, items: [], held: false };
      lanesOf(group).set(key, lane);
      byId.set(item.id, lane);
      counts.set(item.class, countOf(item.class) + 1);
      insert(lane, item);
    },
    drop(id) {
      const lane = byId.get(id);
      if (!lane) return;
      const at = lane.items.findIndex((item) => item.id === id);
      for (const item of lane.items.splice(at, 1)) counts.set(item.class, countOf(item.class) - 1);
      if (at === 0) lane.held = false;
      byId.delete(id);
      if (lane.items.length === 0) lanesOf(lane.group).delete(lane.key);
    },
    close(lane) {
      for (const { id, class: cls } of lane.items.splice(0)) {
        byId.delete(id);
        counts.set(cls, countOf(cls) - 1);
      }
      lanesOf(lane.group).delete(lane.key);
    },
    headedBy(id) {
      const lane = byId.get(id);
      return lane?.items[0]?.id === id ? lane : null;
    },
    has: (id) => byId.has(id),
    of: (group) => lanesOf(group).values(),
    all: () => [...groups.values()].flatMap((lanes) => [...lanes.values()]),
    beside: (item) => lanesOf(groupOf(item)).get(keyOf(item))?.items.length ?? 0,
    count: countOf,
    get size() {
      return byId.size;
    },
  };
}
