import type { Database } from '#kit';
import type { Segment } from './segment.ts';
import { type JournalRow, readNext, toSegment } from './store.ts';

export interface ReaderOptions<R extends JournalRow> {
  readonly db: Database;
  readonly batchSize: number;
  /** The events of a segment, in order. */
  readonly expand: (segment: Segment) => readonly R[];
}

/** Bounds what one read brings into memory; a segment that begins within it comes whole. */
const MAX_SEGMENTS = 256;
const MAX_BYTES = 1 << 20;

/** The rows of the segments after a place, a batch at a time. A batch is handed out until it was taken. */
export interface Reader<R extends JournalRow> {
  /** The rows that come next, at most a batch. */
  peek(horizon: number): Promise<readonly R[]>;
  /** So many of them are done. */
  take(count: number): void;
  /** The segment up to which everything was taken. */
  readonly scan: number;
  /** Starts again after this segment. */
  reset(scan: number): void;
}

export function makeReader<R extends JournalRow>({ db, batchSize, expand }: ReaderOptions<R>): Reader<R> {
  let rows: readonly R[] = [];
  /** The last segment that was read. */
  let read = 0;

  async function load(horizon: number): Promise<void> {
    const segments = await readNext(db, { after: read, upTo: horizon, limit: MAX_SEGMENTS, maxBytes: MAX_BYTES });
    rows = [...rows, ...segments.flatMap(expand)];
    // Nothing up to the horizon: an append that drew a position was undone.
    read = segments.at(-1)?.position ?? horizon;
  }

  return {
    async peek(horizon) {
      if (rows.length < batchSize && read < horizon) await load(horizon);
      return rows.slice(0, batchSize);
    },
    take: (count) => void (rows = rows.slice(count)),
    get scan() {
      const [next] = rows;
      return next ? toSegment(next.position) - 1 : read;
    },
    reset(scan) {
      rows = [];
      read = scan;
    },
  };
}
