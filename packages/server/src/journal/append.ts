import { type Batcher, type Clock, type Database, makeBatcher } from '#kit';
import { type Delivery, encodeSegment } from './segment.ts';
import { appendSegment } from './store.ts';

/** A verified delivery, and whose it is. */
export interface NewDelivery extends Delivery {
  readonly workspaceId: string;
}

export interface AppenderOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** Called after every commit: wake the reader. */
  readonly onAppended: () => void;
  readonly maxWaitingBytes?: number;
}

/**
 * Deliveries one segment may hold, and bytes. The bytes also bound the events in it: the shortest one (`{},`) takes
 * three, and positions leave room for 100,000 (see `POSITIONS`). Only a single delivery may be larger.
 */
const MAX_DELIVERIES = 256;
const MAX_BYTES = 300_000;
/** An acknowledgement may take 250 ms; three of them halve the number of commits at 3,000 deliveries a second. */
const GATHER_MS = 3;
/** So many need not wait for more: senders that wait for their answers (64 connections of a load test) have no more to send. */
const ENOUGH = 32;
/** A commit takes a few ms. One that hangs is not waited for: the provider had better hear 503 now, and come again. */
const PATIENCE_MS = 2_000;

export type Appender = Batcher<NewDelivery>;

async function append({ db, clock }: AppenderOptions, workspaceId: string, batch: readonly Delivery[]): Promise<void> {
  const bytes = batch.reduce((sum, delivery) => sum + delivery.body.length, 0);
  await appendSegment(db, { receivedAt: clock.now(), workspaceId, bytes, content: await encodeSegment(batch) });
}

/** The way into the journal. `add` resolves once the delivery is on durable storage; null when the queue is full. */
export function makeAppender(options: AppenderOptions): Appender {
  return makeBatcher<NewDelivery>({
    maxItems: MAX_DELIVERIES,
    maxWeight: MAX_BYTES,
    maxWaiting: options.maxWaitingBytes ?? 64 << 20,
    inFlight: 2,
    gather: { clock: options.clock, ms: GATHER_MS, enough: ENOUGH },
    patience: { clock: options.clock, ms: PATIENCE_MS },
    weight: (delivery) => delivery.body.length,
    flush: async (batch) => {
      const byWorkspace = Map.groupBy(batch, (delivery) => delivery.workspaceId);
      await Promise.all([...byWorkspace].map(([workspaceId, own]) => append(options, workspaceId, own)));
      options.onAppended();
    },
  });
}
