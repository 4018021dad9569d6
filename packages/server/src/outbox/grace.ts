import type { Clock, DatabasePool, Lease } from '#kit';
import { type FindSent, lookUp } from './lookup.ts';
import type { OutcomeRules } from './outcome.ts';
import type { SendQueue } from './queue.ts';
import { prolongGrace, readNews, resolveAmbiguous } from './store.ts';

export interface GraceOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly rules: OutcomeRules;
  readonly channel: { readonly id: string; readonly provider: 'meta' | 'whapi'; readonly findSent?: FindSent };
  readonly lease: Lease;
  readonly queue: SendQueue;
  /** Purposes (`service`, `utility`, …) of which a message is sent again when no word came. */
  readonly readResend: () => Promise<readonly string[]>;
  /** How many of the provider's reports are stored, and up to where they are handled: evidence may be among them. */
  readonly readProgress: () => Promise<{ readonly stored: number; readonly handled: number }>;
}

/** The patience with sends whose answer was lost: a status that names them may still come. */
export interface Grace {
  /** We could not have heard of them for a while: it begins anew. */
  prolong(nowMs: number): Promise<void>;
  /** Decides on those whose grace is over, as far as all that has come in is handled. */
  listen(nowMs: number): Promise<void>;
}

export function makeGrace(options: GraceOptions): Grace {
  const { db, clock, channel, lease, queue, rules } = options;
  /** What had come in when we last asked. */
  let heard: { readonly atMs: number; readonly stored: number } | null = null;

  /** A provider that can be asked is asked first. */
  async function ask(nowMs: number): Promise<void> {
    const { findSent } = channel;
    if (!findSent) return;
    const asking = { db, lease, findSent, channelId: channel.id, maxAttempts: rules.maxAttempts };
    const { settled, absent } = await lookUp(asking, nowMs);
    for (const id of settled) queue.settle(id);
    for (const id of absent) queue.retry(id, clock.elapsed());
  }

  async function resolve(nowMs: number): Promise<void> {
    const givesUp = channel.provider === 'whapi';
    await ask(nowMs);
    const resend = await options.readResend();
    const due = { channelId: channel.id, nowMs, givesUp, maxAttempts: rules.maxAttempts, resend };
    for (const { id, ends } of await resolveAmbiguous(db, lease, due)) {
      if (ends) queue.settle(id);
      else queue.retry(id, clock.elapsed());
    }
  }

  /** Statuses are handled by whoever has the shard, and late outcomes come from whoever tried before us. */
  async function release(): Promise<void> {
    const held = queue.heldIds();
    if (held.length === 0) return;
    for (const { id, dueAt } of await readNews(db, held)) {
      if (dueAt === null) queue.settle(id);
      else queue.revive(id, clock.elapsed() + dueAt - clock.now());
    }
  }

  return {
    async prolong(nowMs) {
      // What was heard until then is told by the clock as it was.
      heard = null;
      await prolongGrace(db, channel.id, lease, nowMs + rules.graceMs);
    },
    // Silence counts only once all that had come in by then is handled: behind a backlog evidence lies unread.
    async listen(nowMs) {
      await release();
      if (!queue.isDoubtful) return;
      const { stored, handled } = await options.readProgress();
      const silentUntil = handled >= stored ? nowMs : heard !== null && handled >= heard.stored ? heard.atMs : null;
      if (silentUntil !== null) {
        await resolve(silentUntil);
        heard = null;
      }
      heard ??= { atMs: nowMs, stored };
    },
  };
}
