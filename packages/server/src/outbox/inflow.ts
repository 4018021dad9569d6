import { CLASSES } from './classes.ts';
import { makePutOffs, type PutOffs } from './put-offs.ts';
import type { LaneOf, Queued, SendQueue } from './queue.ts';

/**
 * The way of rows into the queue: from the table, and from whoever stores them in this process. A row that is handed
 * over must never pass an earlier one of its class that is still in the table.
 */
export interface Inflow {
  /** Reads what is new when there may be something, or when `isDue`. Calls must not overlap. */
  read(isDue: boolean): Promise<void>;
  /** There may be rows in the table that come before what is handed over from now on. */
  expect(): void;
  /** These are new. */
  offer(rows: readonly Offered[]): void;
  /** This lane has left the queue: its head is put off. */
  putOff(lane: LaneOf): void;
  look: PutOffs['look'];
}

/** A row that is handed over, with the last place of its class that was taken when it was stored; null: none was. */
export type Offered = Queued & { readonly after?: number | null };

/** A row of the table. `isBehind`: one before it, of its person and class, is put off, and so must it be. */
export type Loaded = Queued & { readonly isBehind?: boolean };

/** Rows of these classes that are not known, in the order of class and number. */
export interface Asked {
  readonly known: readonly string[];
  readonly limit: number;
  readonly classes: readonly number[];
  /** Lanes to pass over: enough of them is held. */
  readonly crowded: readonly LaneOf[];
}

export interface InflowOptions {
  readonly queue: Pick<SendQueue, 'add' | 'beside' | 'count' | 'crowded' | 'ids'>;
  readonly load: (asked: Asked) => Promise<readonly Loaded[]>;
  /** Puts these off with those before them. */
  readonly putBehind: (ids: readonly string[]) => Promise<unknown>;
}

/** In memory, of each class: a backlog of one must not keep another's rows out. */
const MAX_HELD = 5_000;
const PAGE = 1_000;
/** In one read, while they hold nothing that may come in. */
const MAX_PAGES = 5;
/** In memory, of each person and class: thousands to one person, at one in 6 s, must not keep all others out. */
const MAX_LANE = 20;
/** With fewer, more of a lane is read. */
const LOW_LANE = 10;

/** Lanes of which the table may hold rows that come before what is handed over. */
function makeClips(queue: InflowOptions['queue']) {
  const clipped = new Map<number, Set<string>>(CLASSES.map((cls) => [cls, new Set()]));

  function clip({ class: cls, lane }: LaneOf): void {
    clipped.get(cls)?.add(lane);
  }

  return {
    clip,
    /** Read marks go each by itself. */
    has: (row: Queued): boolean => row.kind === 'message' && clipped.get(row.class)?.has(row.lane) === true,
    /** The lanes of these classes that need nothing from the table; whatever is new of them stays there. */
    passOver(classes: readonly number[]): LaneOf[] {
      const crowded = queue.crowded(LOW_LANE).filter((lane) => classes.includes(lane.class));
      for (const cls of classes) clipped.get(cls)?.clear();
      crowded.forEach(clip);
      return crowded;
    },
  };
}

type Reader = Pick<InflowOptions, 'load' | 'putBehind'> & { readonly take: (row: Loaded) => void };

/** Takes one page, of which those stay out who wait behind somebody put off. */
async function readPage({ load, putBehind, take }: Reader, asked: Asked) {
  const found = await load(asked);
  const behind = found.filter(({ isBehind }) => isBehind);
  found.forEach(take);
  if (behind.length > 0) await putBehind(behind.map(({ id }) => id));
  /** The class in the middle of which it ended, or infinity. */
  const ended = found.length < PAGE ? Infinity : (found.at(-1)?.class ?? Infinity);
  return { ended, isBarren: behind.length === found.length };
}

export function makeInflow({ queue, load, putBehind }: InflowOptions): Inflow {
  /** Classes of which the table may hold rows that come before what is handed over. */
  const unread = new Set(CLASSES);
  /** Of each class, the last place that was seen. */
  const seen = new Map<number, number>();
  const clips = makeClips(queue);
  const putOffs = makePutOffs();
  /** Handed over while a read is under way; whether they may go in depends on what it finds. */
  let late: Offered[] | null = null;

  const hasRoom = (cls: number): boolean => queue.count(cls) + PAGE <= MAX_HELD;

  function take({ isBehind = false, ...row }: Loaded): void {
    const { class: cls, seq } = row;
    seen.set(cls, Math.max(seq, seen.get(cls) ?? seq));
    // Whoever comes after it must not pass it, and stays in the table, too; perhaps no look has told of it yet.
    if (isBehind) return putOffs.add(cls);
    if (queue.beside(row) >= MAX_LANE) clips.clip(row);
    if (!clips.has(row)) queue.add([row]);
  }

  /** Somebody stored one before it, in another process perhaps, and nobody told us. */
  const isAhead = ({ class: cls, after = null }: Offered): boolean =>
    after !== null && after > (seen.get(cls) ?? -Infinity);

  function offer(rows: readonly Offered[]): void {
    if (late) return void late.push(...rows);
    for (const row of rows) {
      if (queue.count(row.class) >= MAX_HELD || putOffs.has(row.class) || isAhead(row)) unread.add(row.class);
      if (!unread.has(row.class)) take(row);
    }
  }

  /** Takes what comes next; returns the class in the middle of which it ended, or infinity. */
  async function readOn(classes: readonly number[]): Promise<number> {
    for (let page = 1; ; page++) {
      const asked = { known: queue.ids(classes), limit: PAGE, classes, crowded: clips.passOver(classes) };
      const { ended, isBarren } = await readPage({ load, putBehind, take }, asked);
      if (ended === Infinity || !isBarren || page === MAX_PAGES) return ended;
    }
  }

  async function read(isDue: boolean): Promise<void> {
    const classes = CLASSES.filter((cls) => hasRoom(cls) && (isDue || unread.has(cls)));
    if (classes.length === 0) return;
    for (const cls of classes) unread.delete(cls);
    late = [];
    let ended = -Infinity;
    try {
      ended = await readOn(classes);
    } finally {
      for (const cls of classes) if (cls >= ended) unread.add(cls);
      const waited = late;
      late = null;
      offer(waited);
    }
  }

  return {
    read,
    expect: () => CLASSES.forEach((cls) => unread.add(cls)),
    offer,
    putOff(lane) {
      putOffs.add(lane.class);
      // A read that is under way may have found those behind it before it was put off.
      clips.clip(lane);
    },
    look: putOffs.look,
  };
}
