import {
  type Batcher,
  type Clock,
  type Database,
  makeBatcher,
  makeUuid,
  runBisected,
  statement,
  toDatabaseFault,
} from '#kit';
import { toShard } from './shard.ts';

/** One event of a delivery, as the journal needs it: where it is, whose turn it is, what makes it the same again. */
export interface Entry {
  readonly channel: string;
  readonly lane: string;
  readonly eventId: string;
  readonly kind: string;
  readonly pointer: string;
}

export interface Delivery {
  /** UUID, made by the caller. */
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: string;
  readonly source: string;
  readonly body: Uint8Array;
  readonly entries: readonly Entry[];
}

const APPEND = statement(
  'journal_append',
  'select journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
);

/** Values travel as lines: one that holds a line end would shift those of its neighbours, so its delivery stands alone. */
function join(values: readonly (string | number)[]): string {
  if (values.some((value) => typeof value === 'string' && value.includes('\n')))
    throw new Error('A value of an entry holds a line end.');
  return values.join('\n');
}

/** One statement for the whole batch; bodies travel as one binary value that the server slices. */
async function appendBatch(db: Database, nowMs: number, batch: readonly Delivery[]): Promise<void> {
  const rows = batch.flatMap((delivery, i) => delivery.entries.map((entry) => ({ entry, index: i + 1 })));
  await db.run(APPEND, [
    new Date(nowMs),
    Buffer.concat(batch.map((delivery) => delivery.body)),
    join(batch.map((delivery) => delivery.id)),
    join(batch.map((delivery) => delivery.workspaceId)),
    join(batch.map((delivery) => delivery.provider)),
    join(batch.map((delivery) => delivery.source)),
    join(batch.map((delivery) => delivery.body.length)),
    join(rows.map((row) => row.index)),
    join(rows.map((row) => toShard(row.entry.channel, row.entry.lane))),
    join(rows.map((row) => row.entry.channel)),
    join(rows.map((row) => row.entry.lane)),
    join(rows.map((row) => row.entry.eventId)),
    join(rows.map((row) => row.entry.kind)),
    join(rows.map((row) => row.entry.pointer)),
  ]);
}

/** What a delivery becomes when its entries cannot be stored: the bytes whole, as one unreadable entry. */
function toUnreadable(delivery: Delivery, nowMs: number): Delivery {
  const eventId = `x:${makeUuid(nowMs)}`;
  return {
    ...delivery,
    source: '',
    entries: [{ channel: '', lane: eventId, eventId, kind: 'unreadable', pointer: '' }],
  };
}

/** Meta sends at most 1,000 updates at once: only a delivery of more may itself be too much for the time limit. */
const MAX_USUAL_ENTRIES = 1000;
const isUnusual = (delivery: Delivery): boolean => delivery.entries.length > MAX_USUAL_ENTRIES;

/**
 * A batch that fails for its data is halved until the one delivery at fault is alone; the others are stored. A time
 * limit that was passed is the moment's fault otherwise: keeping only the bytes would cost readable deliveries their events.
 */
async function appendBisected(db: Database, nowMs: number, batch: readonly Delivery[]): Promise<void> {
  const mayBeTooMuch = batch.some(isUnusual);
  await runBisected(batch, {
    run: (part) => appendBatch(db, nowMs, part),
    isPoison: (error) => {
      const fault = toDatabaseFault(error);
      return fault === 'data' || (fault === 'timeout' && mayBeTooMuch);
    },
    onPoison: async (delivery, error) => {
      if (toDatabaseFault(error) === 'timeout' && !isUnusual(delivery)) throw error;
      await appendBatch(db, nowMs, [toUnreadable(delivery, nowMs)]);
    },
  });
}

export interface AppenderOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** Called after every commit, in the same process: wake the reader. */
  readonly onAppended: () => void;
  readonly maxWaitingBytes?: number;
}

/** Rows one flush may hold, and bytes: measured, larger ones only add latency (reliability figures, 3.2). */
const MAX_DELIVERIES = 256;
const MAX_BYTES = 4 << 20;
/** An acknowledgement may take 250 ms; three of them halve the number of commits at 3,000 deliveries a second. */
const GATHER_MS = 3;

export type Appender = Batcher<Delivery>;

/** The way into the journal. `add` resolves once the delivery is on durable storage; null when the queue is full. */
export function makeAppender(options: AppenderOptions): Appender {
  return makeBatcher<Delivery>({
    maxItems: MAX_DELIVERIES,
    maxWeight: MAX_BYTES,
    maxWaiting: options.maxWaitingBytes ?? 64 << 20,
    inFlight: 2,
    gather: { clock: options.clock, ms: GATHER_MS },
    // A delivery costs its body and about 200 bytes for each entry.
    weight: (delivery) => delivery.body.length + delivery.entries.length * 200,
    flush: async (batch) => {
      await appendBisected(options.db, options.clock.now(), batch);
      options.onAppended();
    },
  });
}
