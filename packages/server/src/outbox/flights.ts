import { type Batcher, type Database, toReason } from '#kit';
import { type AttemptOptions, attemptItem } from './attempt.ts';
import type { Settled } from './outcome-store.ts';
import type { SendQueue } from './queue.ts';
import { type Claimed, pauseChannel } from './store.ts';

export interface FlightsOptions extends AttemptOptions {
  readonly db: Database;
  readonly queue: SendQueue;
  readonly settler: Batcher<Settled>;
  readonly onOutcome: (outcome: string) => void;
  readonly onPaused: () => void;
  /** The queue may have something that can go now. */
  readonly onLanded: () => void;
}

/** The items on their way: from the claim until their outcome is stored. */
export interface Flights {
  launch(item: Claimed): void;
  readonly count: number;
  /** Resolves when nothing is on its way. */
  quiet(): Promise<void>;
}

function slow(queue: SendQueue, { item, step }: Settled): void {
  if (step.state !== 'retry' || step.slow === null) return;
  if (step.slow === 'number') queue.slowNumber(step.dueAt);
  else queue.slowPair(item.lane, step.dueAt);
}

/** An item that stays goes back into the queue; an ambiguous one keeps its lane until there is evidence. */
function putBack(queue: SendQueue, { item, step, finishedAt }: Settled): void {
  if (step.state === 'retry' || step.state === 'deferred') queue.retry(item.id, step.dueAt);
  if (step.state === 'paused') queue.retry(item.id, finishedAt);
  if (step.state === 'ambiguous') queue.doubt(item.id);
}

/** While a provider cannot be reached, said once in this time. */
const SILENT_MS = 60_000;

const LEAVING: ReadonlySet<Settled['step']['state']> = new Set(['accepted', 'failed', 'blocked']);

/**
 * An item that leaves frees its lane before its outcome is stored, so that a slow database does not slow the
 * conversation; one that stays goes back only after: until then the table would not hand it out again, and those behind
 * it would pass.
 */
export function makeFlights(options: FlightsOptions): Flights {
  const { db, log, channel, queue, settler } = options;
  const flying = new Set<Promise<void>>();
  let toldAt = -Infinity;

  /** A message that waits for the network is in no list of failures: somebody should hear of it. */
  function tell({ step, finishedAt }: Settled): void {
    if (step.state !== 'retry' || !step.failure.neverLeft || finishedAt - toldAt < SILENT_MS) return;
    toldAt = finishedAt;
    log.warn({ channel: channel.id, reason: step.failure.error.message }, 'outbox.provider_unreachable');
  }

  async function pause(reason: string): Promise<void> {
    options.onPaused();
    log.error({ channel: channel.id, reason }, 'outbox.channel_paused');
    await pauseChannel(db, channel.id, reason).catch((error: unknown) =>
      log.warn({ channel: channel.id, reason: toReason(error) }, 'outbox.pause_failed'),
    );
  }

  async function fly(item: Claimed): Promise<void> {
    const settled = await attemptItem(options, item);
    const { step } = settled;
    const isLeaving = LEAVING.has(step.state);
    options.onOutcome(settled.outcome);
    slow(queue, settled);
    tell(settled);
    if (isLeaving) queue.settle(item.id);
    options.onLanded();
    if (step.state === 'paused') await pause(step.failure.advice);
    await settler.add(settled);
    if (isLeaving) return;
    putBack(queue, settled);
    options.onLanded();
  }

  return {
    launch(item) {
      const lose = (error: unknown) =>
        log.error({ channel: channel.id, message: item.id, reason: toReason(error) }, 'outbox.outcome_lost');
      const flight: Promise<void> = fly(item)
        .catch(lose)
        .finally(() => flying.delete(flight));
      flying.add(flight);
    },
    get count() {
      return flying.size;
    },
    async quiet() {
      while (flying.size > 0) await Promise.all(flying);
    },
  };
}
