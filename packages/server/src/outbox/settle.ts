import {
  type Batcher,
  type Clock,
  type DatabasePool,
  type Log,
  makeBatcher,
  makeDelay,
  toDatabaseFault,
  toReason,
  type Transaction,
} from '#kit';
import { type Settled, storeSettled } from './outcome-store.ts';

export interface SettlerOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  /** Joins what waited for a message that has its WhatsApp id now. Runs in the settling transaction. */
  readonly joinParked: (
    tx: Transaction,
    arrived: readonly { readonly channelId: string; readonly whatsappId: string }[],
  ) => Promise<void>;
  /** The provider says that these people want no more marketing. Runs in the settling transaction. */
  readonly optOut: (tx: Transaction, people: readonly OptOut[]) => Promise<void>;
  /** True once the process wants to end: then the database is not waited for without end. */
  readonly isStopping: () => boolean;
}

const MAX_BATCH = 256;
/** Tries before a batch that fails for its data is halved: the first may have met an echo on its way in. */
const DATA_TRIES = 3;
const LAST_TRIES = 4;
const MAX_WAIT_MS = 5_000;
/** Nobody waits for it but the next message to the same person, who is still reading this one. */
const GATHER_MS = 20;

const arrivedOf = (batch: readonly Settled[]) =>
  batch.flatMap(({ item, channelId, step }) =>
    step.state === 'accepted' && item.kind === 'message' ? [{ channelId, whatsappId: step.whatsappId }] : [],
  );

/** Somebody to whom Meta delivers no marketing of this business, for they said so there. */
export interface OptOut {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly messageId: string;
  /** Unix ms. */
  readonly at: number;
}

/** Meta: the person stopped marketing messages of this business. */
const STOPPED = 131050;

const optOutsOf = (batch: readonly Settled[]): OptOut[] =>
  batch.flatMap(({ item, workspaceId, channelId, step, finishedAt }) => {
    if (item.contactId === null || step.state !== 'failed' || step.failure.code !== STOPPED) return [];
    return [{ workspaceId, channelId, contactId: item.contactId, messageId: item.id, at: finishedAt }];
  });

/**
 * Stores the outcomes of all channels of this process, together where they come together. An outcome must not be forgotten because the database blinked: it
 * is evidence of what the customer saw, so it is kept until it is stored. `add` rejects only when the process ends
 * before that; then the next owner finds the message ambiguous.
 */
export function makeSettler(options: SettlerOptions): Batcher<Settled> {
  const { db, clock, log } = options;

  async function storeOnce(batch: readonly Settled[], again: number): Promise<void> {
    await db.transaction(async (tx) => {
      // In this order: what waited for a message finds it by the id that is stored first.
      await Promise.all([
        storeSettled(tx, batch, (settled) => settled.provider === 'whapi' || again > 0),
        options.joinParked(tx, arrivedOf(batch)),
        options.optOut(tx, optOutsOf(batch)),
      ]);
    });
  }

  /** An outcome that cannot be stored by itself is given up, so that it does not keep all others from being stored. */
  async function halve(batch: readonly Settled[]): Promise<void> {
    if (batch.length === 1) {
      log.error({ channel: batch[0]?.channelId, message: batch[0]?.item.id }, 'outbox.outcome_unstorable');
      return;
    }
    const middle = batch.length >> 1;
    await store(batch.slice(0, middle));
    await store(batch.slice(middle));
  }

  async function store(batch: readonly Settled[]): Promise<void> {
    for (let again = 0; ; again++) {
      try {
        return await storeOnce(batch, again);
      } catch (error) {
        log.warn({ count: batch.length, again, reason: toReason(error) }, 'outbox.settle_failed');
        if (toDatabaseFault(error) === 'data' && again + 1 >= DATA_TRIES) return halve(batch);
        if (options.isStopping() && again + 1 >= LAST_TRIES) throw error;
        await makeDelay(clock, Math.min(MAX_WAIT_MS, 100 * 2 ** again));
      }
    }
  }

  return makeBatcher<Settled>({
    maxItems: MAX_BATCH,
    maxWeight: Infinity,
    maxWaiting: Infinity,
    inFlight: 1,
    gather: { clock, ms: GATHER_MS },
    weight: () => 1,
    flush: store,
  });
}
