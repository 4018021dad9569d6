import type { CallOutcome, OutgoingMessage, Recipient, SendOutcome } from '@wharf/whatsapp';
import {
  type Batcher,
  type Clock,
  type DatabasePool,
  type Lease,
  type Log,
  makeBatcher,
  makeDelay,
  toReason,
} from '#kit';
import { decideNextStep, type OutcomeRules } from './outcome.ts';
import { emptyBucket, NUMBER_BUDGET } from './pacing.ts';
import { decidePolicy } from './policy.ts';
import { makeSendQueue, type Queued, type SendQueue } from './queue.ts';
import {
  adoptUnsettled,
  type Claimed,
  claimItems,
  loadQueued,
  loadRecent,
  pauseChannel,
  resolveAmbiguous,
  type Settled,
  storeSettled,
} from './store.ts';

/** The way to the provider, one per channel. Never rejects: every answer is an outcome. */
export interface Wire {
  send(message: OutgoingMessage, to: Recipient, callbackData: string): Promise<SendOutcome>;
  markRead(messageId: string, typing: boolean): Promise<CallOutcome<true>>;
}

export interface SenderChannel {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
  readonly wire: Wire;
}

export interface SenderOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: OutcomeRules;
  readonly channel: SenderChannel;
  readonly lease: Lease;
  /** Joins what waited for a message that has its WhatsApp id now. Runs in the settling transaction. */
  readonly joinParked: (
    tx: Parameters<Parameters<DatabasePool['transaction']>[0]>[0],
    arrived: readonly { channelId: string; whatsappId: string }[],
  ) => Promise<void>;
  readonly onOutcome: (outcome: string) => void;
}

/** Sends one channel's messages, as long as its lease lives. */
export interface Sender {
  run(): Promise<void>;
  /** Stops claiming and resolves when all that is on its way is settled. */
  stop(): Promise<void>;
  wake(): void;
  /** These were settled by a status. */
  release(ids: readonly string[]): void;
  readonly waiting: number;
}

const MAX_IN_FLIGHT = 128;
const MAX_HELD = 5_000;
const POLL_MS = 1_000;

export function makeSender(options: SenderOptions): Sender {
  const { db, clock, channel, lease, rules } = options;
  const queue: SendQueue = makeSendQueue({ bucket: emptyBucket(clock.now()), budget: NUMBER_BUDGET });
  const stopping = new AbortController();
  let wakeUp = new AbortController();
  let isNew = true;
  let inFlight = 0;
  let paused = false;
  let polledAt = -Infinity;
  let onQuiet: (() => void) | null = null;

  const settler: Batcher<Settled> = makeBatcher<Settled>({
    maxItems: 256,
    maxWeight: Infinity,
    maxWaiting: Infinity,
    inFlight: 1,
    weight: () => 1,
    flush: (batch) => storeUntilDone(batch),
  });

  // An outcome must not be forgotten because the database blinked: it is evidence of what the customer saw.
  async function storeUntilDone(batch: readonly Settled[]): Promise<void> {
    for (let again = 0; ; again++) {
      try {
        await db.transaction(async (tx) => {
          await storeSettled(tx, batch, channel.provider === 'whapi');
          const accepted = batch.flatMap((s) =>
            s.step.state === 'accepted' && s.item.kind === 'message'
              ? [{ channelId: channel.id, whatsappId: s.step.whatsappId }]
              : [],
          );
          await options.joinParked(tx, accepted);
        });
        return;
      } catch (error) {
        options.log.warn(
          { channel: channel.id, count: batch.length, again, reason: toReason(error) },
          'outbox.settle_failed',
        );
        if (stopping.signal.aborted && again >= 3) throw error;
        await makeDelay(clock, Math.min(5_000, 100 * 2 ** again));
      }
    }
  }

  async function adopt(): Promise<void> {
    await adoptUnsettled(db, channel.id, lease.epoch, clock.now() + rules.graceMs);
    for (const sent of await loadRecent(db, channel.id)) queue.recall(sent.lane, sent.at);
  }

  async function poll(): Promise<void> {
    const resolved = await resolveAmbiguous(db, channel.id, clock.now(), channel.provider === 'whapi');
    for (const item of resolved) if (item.ends) queue.settle(item.id);
    const again = new Set(resolved.filter((item) => !item.ends).map((item) => item.id));
    for (const id of again) queue.settle(id);
    await fetch();
    polledAt = clock.now();
  }

  async function fetch(): Promise<void> {
    isNew = false;
    if (queue.size >= MAX_HELD) return;
    const found: Queued[] = await loadQueued(db, channel.id, queue.ids(), 1_000);
    queue.add(found);
    if (found.length === 1_000) isNew = true;
  }

  async function settle(settled: Settled): Promise<void> {
    options.onOutcome(settled.outcome);
    applyToQueue(settled);
    await settler.add(settled);
  }

  function applyToQueue({ item, step }: Settled): void {
    if (step.state === 'ambiguous') return;
    if (step.state === 'retry' && step.slow === 'number') queue.slowNumber(step.dueAt);
    if (step.state === 'retry' && step.slow === 'pair') queue.slowPair(item.lane, step.dueAt);
    if (step.state === 'retry' || step.state === 'deferred') queue.retry(item.id, step.dueAt);
    else if (step.state === 'paused') queue.retry(item.id, clock.now() + POLL_MS);
    else queue.settle(item.id);
    wake();
  }

  async function attempt(item: Claimed): Promise<void> {
    const startedAt = clock.now();
    const base = { item, channelId: channel.id, workspaceId: channel.workspaceId, startedAt };
    if (item.kind === 'read') {
      const { messageId, typing } = item.payload as { messageId: string; typing: boolean };
      const outcome = await channel.wire.markRead(messageId, typing);
      const answer: SendOutcome = outcome.kind === 'ok' ? { kind: 'accepted', messageId: '' } : outcome;
      return finish({ ...base, verdict: null }, answer, true);
    }
    const message = item.payload as OutgoingMessage;
    const verdict = decidePolicy({
      nowMs: startedAt,
      provider: channel.provider,
      isTemplate: message.type === 'template',
      isReaction: message.type === 'reaction',
      origin: item.origin ?? 'api',
      owner: item.owner ?? 'bot',
      lastInboundAt: item.lastInboundAt,
    });
    if (verdict.verdict === 'deny')
      return settle({
        ...base,
        finishedAt: clock.now(),
        outcome: 'policy',
        verdict,
        step: { state: 'blocked', verdict },
      });
    if (verdict.verdict === 'defer') {
      return settle({
        ...base,
        finishedAt: clock.now(),
        outcome: 'policy',
        verdict,
        step: { state: 'deferred', dueAt: verdict.until, verdict },
      });
    }
    return finish({ ...base, verdict }, await channel.wire.send(message, item.address, item.id), false);
  }

  async function finish(
    base: Pick<Settled, 'item' | 'channelId' | 'workspaceId' | 'startedAt' | 'verdict'>,
    outcome: SendOutcome,
    repeatable: boolean,
  ): Promise<void> {
    const nowMs = clock.now();
    const step = decideNextStep(
      outcome,
      { attempt: base.item.attempt, nowMs, chance: options.random(), repeatable },
      rules,
    );
    if (step.state === 'paused') await pause(step.failure.advice);
    await settle({ ...base, finishedAt: nowMs, outcome: outcome.kind, step });
  }

  async function pause(reason: string): Promise<void> {
    paused = true;
    options.log.error({ channel: channel.id, reason }, 'outbox.channel_paused');
    await pauseChannel(db, channel.id, reason).catch((error: unknown) =>
      options.log.warn({ reason: toReason(error) }, 'outbox.pause_failed'),
    );
  }

  function launch(item: Claimed): void {
    inFlight++;
    const failed = (error: unknown) =>
      options.log.error({ channel: channel.id, message: item.id, reason: toReason(error) }, 'outbox.attempt_lost');
    void attempt(item)
      .catch(failed)
      .finally(() => {
        inFlight--;
        wake();
        if (inFlight === 0) onQuiet?.();
      });
  }

  /** One round: fetch what is new, claim what may go, send it. Returns how long to rest. */
  async function step(): Promise<number> {
    if (clock.now() - polledAt >= POLL_MS) await poll();
    else if (isNew) await fetch();
    const picked = queue.pick(clock.now(), MAX_IN_FLIGHT - inFlight);
    if (picked.items.length > 0) {
      const ids = picked.items.map((item) => item.id);
      const claimed = await claimItems(db, lease, ids);
      const got = new Set(claimed.map((item) => item.id));
      for (const id of ids) if (!got.has(id)) queue.settle(id);
      for (const item of claimed) launch(item);
    }
    return Math.min(picked.waitMs ?? POLL_MS, POLL_MS);
  }

  function wake(): void {
    wakeUp.abort();
  }

  return {
    async run() {
      await adopt();
      while (!stopping.signal.aborted && !paused) {
        wakeUp = new AbortController();
        try {
          const restMs = await step();
          await makeDelay(clock, restMs, AbortSignal.any([stopping.signal, wakeUp.signal]));
        } catch (error) {
          options.log.warn({ channel: channel.id, reason: toReason(error) }, 'outbox.step_failed');
          await makeDelay(clock, 500, stopping.signal);
        }
      }
    },
    async stop() {
      stopping.abort();
      if (inFlight > 0) await new Promise<void>((resolve) => (onQuiet = resolve));
      await settler.idle();
    },
    wake() {
      isNew = true;
      wake();
    },
    release(ids) {
      for (const id of ids) queue.settle(id);
      wake();
    },
    get waiting() {
      return queue.size;
    },
  };
}
