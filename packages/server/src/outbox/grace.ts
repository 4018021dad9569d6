import type { Clock, DatabasePool, Lease, Log } from '#kit';
import { type LookAside, makeLookAside } from './look-aside.ts';
import type { FindSent } from './lookup.ts';
import type { OutcomeRules } from './outcome.ts';
import type { SendQueue } from './queue.ts';
import { prolongGrace, readNews, resolveAmbiguous } from './store.ts';

export interface GraceOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: OutcomeRules;
  readonly channel: { readonly id: string; readonly provider: 'meta' | 'whapi'; readonly findSent?: FindSent };
  readonly lease: Lease;
  readonly queue: SendQueue;
  /** It may not go for long: it leaves the queue with all behind it. */
  readonly putOff: (id: string) => void;
  /** Purposes (`service`, `utility`, …) of which a message is sent again when no word came. */
  readonly readResend: () => Promise<readonly string[]>;
  /**
   * How many of the provider's reports are stored, and up to where they are handled: evidence may be among them. `openMs`: how
   * long they have been taken without a gap.
   */
  readonly readProgress: () => Promise<{ readonly stored: number; readonly handled: number; readonly openMs: number }>;
}

/** The patience with sends whose answer was lost: a status that names them may still come. */
export interface Grace {
  /** We could not have heard of them for a while: it begins anew. */
  prolong(nowMs: number): Promise<void>;
  /** Decides on those whose grace is over, as far as all that has come in is handled. */
  listen(nowMs: number): Promise<void>;
  /** Nothing is asked any more; resolves soon, also when a provider does not answer. */
  end(): Promise<void>;
}

/** Where the provider can be asked. */
function toLookAside({ channel, rules, ...rest }: GraceOptions): LookAside | null {
  const { findSent } = channel;
  return findSent ? makeLookAside({ ...rest, findSent, channelId: channel.id, maxAttempts: rules.maxAttempts }) : null;
}

export function makeGrace(options: GraceOptions): Grace {
  const { db, clock, channel, lease, queue, rules } = options;
  /** What had come in when we last asked. */
  let heard: { readonly atMs: number; readonly stored: number } | null = null;

  const aside = toLookAside(options);

  /** A provider that can be asked is asked first: nothing is decided that it was not asked about. */
  async function resolve(nowMs: number): Promise<void> {
    const asked = aside ? await aside.ask(nowMs) : null;
    if (asked?.length === 0) return;
    const givesUp = channel.provider === 'whapi';
    const resend = await options.readResend();
    const due = { channelId: channel.id, nowMs, givesUp, maxAttempts: rules.maxAttempts, resend, asked };
    for (const { id, ends } of await resolveAmbiguous(db, lease, due)) {
      if (ends) queue.settle(id);
      else queue.retry(id, clock.elapsed());
    }
  }

  /** Statuses are handled by whoever has the shard, and late outcomes come from whoever tried before us. */
  async function release(): Promise<void> {
    const held = queue.heldIds();
    if (held.length === 0) return;
    for (const { id, dueAt, news } of await readNews(db, held)) {
      if (news === 'gone') queue.settle(id);
      else if (queue.revive(id, clock.elapsed() + dueAt - clock.now()) && news === 'put_off') options.putOff(id);
    }
  }

  return {
    async prolong(nowMs) {
      // What was heard until then is told by the clock as it was.
      heard = null;
      aside?.forget();
      await prolongGrace(db, channel.id, lease, nowMs + rules.graceMs);
    },
    // Silence counts only once all that had come in by then is handled: behind a backlog evidence lies unread. Nor does it
    // while reports are refused, or were within the grace: the provider has them still, and comes again.
    async listen(nowMs) {
      await release();
      if (!queue.isDoubtful) return;
      const { stored, handled, openMs } = await options.readProgress();
      if (openMs < rules.graceMs) {
        heard = null;
        return;
      }
      const silentUntil = handled >= stored ? nowMs : heard !== null && handled >= heard.stored ? heard.atMs : null;
      if (silentUntil !== null) {
        await resolve(silentUntil);
        heard = null;
      }
      heard ??= { atMs: nowMs, stored };
    },
    end: async () => aside?.end(),
  };
}
