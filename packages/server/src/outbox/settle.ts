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

const BARE = 'What the provider said of it could not be stored';

/** An outcome without its texts: first with the WhatsApp id, then, as another message may have that one, without. */
function toBare(settled: Settled): Settled[] {
  const { step } = settled;
  const base = { ...settled, verdict: null, category: null };
  if ('failure' in step) {
    const { kind, code, httpStatus } = step.failure;
    return [{ ...base, step: { ...step, failure: { kind, code, httpStatus, advice: BARE, error: { code: 0 } } } }];
  }
  if ('verdict' in step) return [{ ...base, step: { ...step, verdict: { ...step.verdict, reasons: [] } } }];
  return [
    { ...base, step },
    { ...base, step: { ...step, whatsappId: '' } },
  ];
}

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

  /** Until it is stored: false when the database refuses the data itself. */
  async function insist(count: number, storeIt: (again: number) => Promise<void>): Promise<boolean> {
    for (let again = 0; ; again++) {
      try {
        await storeIt(again);
        return true;
      } catch (error) {
        log.warn({ count, again, reason: toReason(error) }, 'outbox.settle_failed');
        if (toDatabaseFault(error) === 'data' && again + 1 >= DATA_TRIES) return false;
        if (options.isStopping() && again + 1 >= LAST_TRIES) throw error;
        await makeDelay(clock, Math.min(MAX_WAIT_MS, 100 * 2 ** again));
      }
    }
  }

  /** What cannot be stored whole is stored bare: a row left in `sending` would be sent again, perhaps. */
  async function storeBare(settled: Settled): Promise<void> {
    let kept = false;
    for (const bare of toBare(settled)) {
      kept = await insist(1, () => db.transaction((tx) => storeSettled(tx, [bare], () => true)));
      if (kept) break;
    }
    log.error({ channel: settled.channelId, message: settled.item.id, kept }, 'outbox.outcome_unstorable');
  }

  async function store(batch: readonly Settled[]): Promise<void> {
    if (await insist(batch.length, (again) => storeOnce(batch, again))) return;
    const [first] = batch;
    if (batch.length === 1 && first) return storeBare(first);
    const middle = batch.length >> 1;
    await store(batch.slice(0, middle));
    await store(batch.slice(middle));
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
