import { type Batcher, type Clock, type DatabasePool, type Lease, type Log, makeDelay, toReason } from '#kit';
import type { SenderChannel } from './attempt.ts';
import { makeFlights } from './flights.ts';
import { type IntakeOptions, makeIntake, POLL_MS } from './intake.ts';
import type { OutcomeRules } from './outcome.ts';
import { emptyBucket, NUMBER_BUDGET } from './pacing.ts';
import { makeSendQueue, type Queued } from './queue.ts';
import type { Settled } from './outcome-store.ts';

export interface SenderOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: OutcomeRules;
  readonly channel: SenderChannel;
  readonly lease: Lease;
  readonly readProgress: IntakeOptions['readProgress'];
  /** Shared by all senders of the process, so that channels claim and settle together. */
  readonly claim: IntakeOptions['claim'];
  readonly settler: Batcher<Settled>;
  readonly onOutcome: (outcome: string) => void;
}

/** Sends one channel's messages, as long as its lease lives. */
export interface Sender {
  /** Runs until stopped, or until the channel is paused or lost; resolves when all that was on its way is settled. */
  run(): Promise<void>;
  /** Claims nothing more; resolves when `run` does. */
  stop(): Promise<void>;
  /** There is something new in the table: it is read before anything else is claimed. */
  wake(): void;
  /** These rows are new, stored by this process. */
  offer(rows: readonly Queued[]): void;
  /** These were settled by a status. */
  release(ids: readonly string[]): void;
  readonly waiting: number;
}

const MAX_IN_FLIGHT = 128;
const BACKOFF_MS = 500;
/** A reason of our own: without one each abort makes an exception with a stack. */
const WOKEN = 'woken';

/** One loop claims, and attempts fly beside it. */
export function makeSender(options: SenderOptions): Sender {
  const { clock, log, channel } = options;
  const queue = makeSendQueue({ bucket: emptyBucket(clock.now()), budget: NUMBER_BUDGET });
  const intake = makeIntake({ ...options, queue });
  const halting = new AbortController();
  let wakeUp = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const onPaused = () => halting.abort();
  const flights = makeFlights({ ...options, queue, onPaused, onLanded: () => wakeUp.abort(WOKEN) });

  /** One round: fetch what is new, claim what may go, send it. Returns how long to rest. */
  async function step(): Promise<number> {
    await intake.refresh();
    const { items, waitMs, isLost } = await intake.claim(MAX_IN_FLIGHT - flights.count);
    if (isLost) halting.abort();
    for (const item of items) flights.launch(item);
    return Math.min(waitMs ?? POLL_MS, POLL_MS);
  }

  async function loop(): Promise<void> {
    await intake.adopt();
    while (!halting.signal.aborted) {
      wakeUp = new AbortController();
      try {
        const restMs = await step();
        await makeDelay(clock, restMs, AbortSignal.any([halting.signal, wakeUp.signal]));
      } catch (error) {
        log.warn({ channel: channel.id, reason: toReason(error) }, 'outbox.step_failed');
        await makeDelay(clock, BACKOFF_MS, halting.signal);
      }
    }
  }

  async function live(): Promise<void> {
    try {
      await loop();
    } finally {
      await flights.quiet();
    }
  }

  return {
    run: () => (running = live()),
    stop() {
      halting.abort();
      return running.catch(() => {});
    },
    wake() {
      intake.expect();
      wakeUp.abort(WOKEN);
    },
    offer(rows) {
      intake.offer(rows);
      wakeUp.abort(WOKEN);
    },
    release(ids) {
      for (const id of ids) queue.settle(id);
      wakeUp.abort(WOKEN);
    },
    get waiting() {
      return queue.size;
    },
  };
}
