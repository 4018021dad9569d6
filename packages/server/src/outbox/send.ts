import { type Batcher, type Clock, type DatabasePool, type Lease, type Log, makeDelay, toReason } from '#kit';
import type { SenderChannel } from './attempt.ts';
import { type FlightsOptions, makeFlights } from './flights.ts';
import { makeGate } from './gate.ts';
import type { Offered } from './inflow.ts';
import { type IntakeOptions, makeIntake, POLL_MS, type Taken } from './intake.ts';
import { makeNumberPace } from './number-pace.ts';
import type { OutcomeRules } from './outcome.ts';
import { makePairPace } from './pair-pace.ts';
import { makeSendQueue } from './queue.ts';
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
  readonly judge: IntakeOptions['judge'];
  readonly readResend: IntakeOptions['readResend'];
  readonly prepare: FlightsOptions['prepare'];
  /** Whether the lease is ours by our own clock. */
  readonly isHeld: () => boolean;
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
  offer(rows: readonly Offered[]): void;
  /** These were settled by a status. */
  release(ids: readonly string[]): void;
  /** The provider allows the number another rate. */
  setPace(perSecond: number): void;
  readonly waiting: number;
}

/** Calls under way at once: at a second each (Meta is rarely slower) it keeps the pace, up to a bound on sockets. */
const toSlots = (perSecond: number): number => Math.min(640, Math.max(128, perSecond));
const BACKOFF_MS = 500;
const LAST_TRIES = 6;
/** A reason of our own: without one each abort makes an exception with a stack. */
const WOKEN = 'woken';

/** What one sender is made of. */
function makeParts(options: SenderOptions, on: { readonly halt: () => void; readonly landed: () => void }) {
  const { clock, channel } = options;
  const pairs = makePairPace(clock.elapsed());
  const pace = makeNumberPace(channel.perSecond);
  const queue = makeSendQueue(pairs);
  const gate = makeGate(clock, pace);
  const intake = makeIntake({ ...options, queue, pairs, pace });
  const flights = makeFlights({
    ...options,
    queue,
    pairs,
    pace,
    gate,
    putOff: intake.putOff,
    onPaused: on.halt,
    onLanded: on.landed,
  });
  const room = () => ({ slots: toSlots(pace.current(clock.elapsed())) - flights.count, ...gate.room() });
  /** How long to rest: until something is due, or there is room for what could go. */
  const toRest = ({ waitMs, full }: Taken): number =>
    Math.min(waitMs ?? POLL_MS, full === 'pace' ? gate.wait() : POLL_MS, POLL_MS);
  /** What is not put back here, the next owner must take for sent, perhaps: it is tried some times. */
  async function land(): Promise<void> {
    await Promise.all([flights.quiet(), intake.end()]);
    for (let again = 1; ; again++) {
      try {
        return await intake.giveBack(flights.takeUnbegun());
      } catch (error) {
        if (again === LAST_TRIES) throw error;
        await makeDelay(clock, BACKOFF_MS);
      }
    }
  }
  return { pace, queue, gate, intake, flights, room, toRest, land };
}

async function endWith(work: Promise<void>, end: () => Promise<void>): Promise<void> {
  try {
    await work;
  } finally {
    await end();
  }
}

/** One loop claims, and attempts fly beside it. */
export function makeSender(options: SenderOptions): Sender {
  const { clock, log, channel } = options;
  const halting = new AbortController();
  let wakeUp = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const wake = () => wakeUp.abort(WOKEN);
  const parts = makeParts(options, { halt, landed: wake });
  const { queue, gate, intake, flights } = parts;

  function halt(): void {
    halting.abort();
    gate.close();
  }

  /** One round: fetch what is new, claim what may go, send it. Returns how long to rest. */
  async function step(): Promise<number> {
    await intake.giveBack(flights.takeUnbegun());
    await intake.refresh();
    const taken = await intake.claim(parts.room());
    if (taken.isLost) halt();
    for (const { item, judged } of taken.items) flights.launch(item, judged);
    return parts.toRest(taken);
  }

  async function loop(): Promise<void> {
    await intake.adopt();
    while (!halting.signal.aborted) {
      wakeUp = new AbortController();
      try {
        const restMs = await step();
        await makeDelay(clock, restMs, halting.signal, wakeUp.signal);
      } catch (error) {
        log.warn({ channel: channel.id, reason: toReason(error) }, 'outbox.step_failed');
        await makeDelay(clock, BACKOFF_MS, halting.signal);
      }
    }
  }

  return {
    run: () => (running = endWith(loop(), parts.land)),
    stop() {
      halt();
      return running.catch(() => {});
    },
    wake() {
      intake.expect();
      wake();
    },
    offer(rows) {
      intake.offer(rows);
      wake();
    },
    release(ids) {
      for (const id of ids) queue.settle(id);
      wake();
    },
    setPace: parts.pace.setLimit,
    get waiting() {
      return queue.size;
    },
  };
}
