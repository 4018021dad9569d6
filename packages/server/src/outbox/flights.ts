import type { Failure, OutgoingMessage } from '@wharf/whatsapp';
import { type Batcher, type Database, toReason } from '#kit';
import {
  type AttemptOptions,
  attemptItem,
  decideUnsent,
  type Judged,
  makeSpread,
  type Ready,
  settleLate,
  settleUnsent,
  type Spread,
  toRefused,
  toUnready,
} from './attempt.ts';
import type { Gate } from './gate.ts';
import type { NumberPace } from './number-pace.ts';
import { ENDS, isPutOff, isSpent, type Settled } from './outcome-store.ts';
import type { PairPace } from './pair-pace.ts';
import type { SendQueue } from './queue.ts';
import { type Claimed, pauseChannel } from './store.ts';

/** Makes a message such that the provider takes it: media of ours become media of theirs. */
export type Prepare = (
  channel: { readonly id: string; readonly workspaceId: string },
  message: OutgoingMessage,
) => Promise<
  { readonly ok: true; readonly message: OutgoingMessage } | { readonly ok: false; readonly failure: Failure }
>;

export interface FlightsOptions extends AttemptOptions {
  readonly db: Database;
  readonly queue: SendQueue;
  readonly pairs: PairPace;
  readonly pace: NumberPace;
  readonly gate: Gate;
  readonly prepare: Prepare;
  /** False once the channel may belong to somebody else: then nothing more goes out from here. */
  readonly isHeld: () => boolean;
  readonly settler: Batcher<Settled>;
  readonly onOutcome: (outcome: string) => void;
  /** It may not go for long: it leaves the queue with all behind it. */
  readonly putOff: (id: string) => void;
  readonly onPaused: () => void;
  /** The queue may have something that can go now. */
  readonly onLanded: () => void;
}

/** The items on their way: from the claim until their outcome is stored. */
export interface Flights {
  launch(item: Claimed, judged: Judged | null): void;
  readonly count: number;
  /** Claimed and never begun: the gate was closed before. Empties the list. */
  takeUnbegun(): string[];
  /** Resolves when nothing is on its way. */
  quiet(): Promise<void>;
}

/** When it is due on the clock that never jumps: the wall clock may be set before the outcome is stored, or later. */
const toDue = ({ clock }: FlightsOptions, { step }: Settled): number =>
  clock.elapsed() + ('dueAt' in step ? Math.max(0, step.dueAt - clock.now()) : 0);

function slow({ pace, pairs, clock }: FlightsOptions, { item, step }: Settled, untilMs: number): void {
  if (step.state !== 'retry' || step.slow === null) return;
  const nowMs = clock.elapsed();
  if (step.slow === 'number') pace.slow(untilMs, nowMs);
  else pairs.slow(item.lane, untilMs);
}

/** An item that stays goes back into the queue; an ambiguous one keeps its lane until there is evidence. */
function putBack({ queue, putOff }: FlightsOptions, settled: Settled, dueMs: number): void {
  const { item, step } = settled;
  if (isPutOff(settled)) return putOff(item.id);
  const spent = item.attempt - (isSpent(step) ? 0 : 1);
  if (step.state === 'retry' || step.state === 'held' || step.state === 'paused') queue.retry(item.id, dueMs, spent);
  if (step.state === 'ambiguous') queue.doubt(item.id);
  if (step.state === 'scheduled') queue.settle(item.id);
}

/** While a provider cannot be reached, said once in this time. */
const SILENT_MS = 60_000;

/** A message that waits for the network is in no list of failures: somebody should hear of it. */
function makeTeller({ log, channel }: FlightsOptions): (settled: Settled) => void {
  let toldAt = -Infinity;
  return ({ step, finishedAt }) => {
    if (step.state !== 'retry' || !step.failure.neverLeft || finishedAt - toldAt < SILENT_MS) return;
    toldAt = finishedAt;
    log.warn({ channel: channel.id, reason: step.failure.error.message }, 'outbox.provider_unreachable');
  };
}

async function pause({ db, log, clock, channel, onPaused }: FlightsOptions, reason: string): Promise<void> {
  onPaused();
  log.error({ channel: channel.id, reason }, 'outbox.channel_paused');
  await pauseChannel(db, channel.id, reason, clock.now()).catch((error: unknown) =>
    log.warn({ channel: channel.id, reason: toReason(error) }, 'outbox.pause_failed'),
  );
}

/** The item as the provider takes it, or what came of trying. */
async function makeReady(
  options: FlightsOptions & { readonly spread: Spread },
  item: Claimed,
  judged: Judged | null,
): Promise<Ready | Settled> {
  const ready: Ready = { item, judged, message: item.payload as OutgoingMessage };
  if (judged && judged.verdict.verdict !== 'allow')
    return settleUnsent(options, ready, toRefused(judged.verdict, options));
  if (item.kind === 'read') return ready;
  const lose = (error: unknown) => ({ ok: false, failure: toUnready(options, item, error) }) as const;
  const prepared = await (async () => options.prepare(options.channel, ready.message))().catch(lose);
  if (prepared.ok) return { ...ready, message: prepared.message };
  return settleUnsent(options, ready, decideUnsent(options, ready, prepared.failure));
}

/**
 * An item that leaves frees its lane before its outcome is stored, so that a slow database does not slow the
 * conversation; one that stays goes back only after: until then the table would not hand it out again, and those behind
 * it would pass.
 */
export function makeFlights(options: FlightsOptions): Flights {
  const { log, channel, queue, settler } = options;
  const flying = new Set<Promise<void>>();
  const unbegun: string[] = [];
  const tell = makeTeller(options);
  const own = { ...options, spread: makeSpread(options) };

  async function store(settled: Settled): Promise<void> {
    const { item, step } = settled;
    const isLeaving = ENDS.has(step.state);
    options.onOutcome(settled.outcome);
    const dueMs = toDue(options, settled);
    slow(options, settled, dueMs);
    tell(settled);
    if (isLeaving) queue.settle(item.id, step.state === 'accepted');
    options.onLanded();
    if (step.state === 'paused') await pause(options, step.failure.advice);
    await settler.add(settled);
    if (isLeaving) return;
    putBack(options, settled, dueMs);
    options.onLanded();
  }

  async function fly(item: Claimed, judged: Judged | null): Promise<void> {
    const ready = await makeReady(own, item, judged);
    if ('step' in ready) return store(ready);
    const mayGo = item.kind === 'read' || (await options.gate.pass(item.class));
    if (!mayGo || !options.isHeld()) return void unbegun.push(item.id);
    await store(settleLate(options, ready) ?? (await attemptItem(options, ready)));
  }

  return {
    launch(item, judged) {
      const lose = (error: unknown) =>
        log.error({ channel: channel.id, message: item.id, reason: toReason(error) }, 'outbox.outcome_lost');
      const flight: Promise<void> = fly(item, judged)
        .catch(lose)
        .finally(() => flying.delete(flight));
      flying.add(flight);
    },
    get count() {
      return flying.size;
    },
    takeUnbegun: () => unbegun.splice(0),
    async quiet() {
      while (flying.size > 0) await Promise.all(flying);
    },
  };
}
