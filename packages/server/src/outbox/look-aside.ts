import { type Clock, type Log, makeDelay, toReason } from '#kit';
import { type LookupOptions, lookUp, readDoubtful } from './lookup.ts';

export interface LookAsideOptions extends LookupOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks sends with lost answers up at the provider, one look-up at a time, beside the sender's loop: a call may take
 * 30 s, and there are 20 pages for each of 50 messages, while the replies of all other people must go on. What it
 * learns is in the table, where the loop finds it.
 */
export interface LookAside {
  /** Up to when graces are decided by now, Unix ms; null: nothing is, for those that ended by `untilMs` are looked up. */
  ask(untilMs: number): Promise<number | null>;
  /** Graces have begun anew: what a look-up under way does not find is not decided by it. */
  forget(): void;
  /** Asks nothing more; resolves when the call under way has ended, within 5 s. */
  end(): Promise<void>;
}

const END_MS = 5_000;

export function makeLookAside(options: LookAsideOptions): LookAside {
  const { clock, log, db, channelId } = options;
  const ending = new AbortController();
  let running: Promise<void> | null = null;
  /** When the last look-up was begun, once it is over. */
  let doneUntil: number | null = null;
  let round = 0;

  async function look(doubtful: Parameters<typeof lookUp>[1], untilMs: number): Promise<void> {
    const own = round;
    try {
      await lookUp(options, doubtful, ending.signal);
      if (own === round) doneUntil = untilMs;
    } catch (error) {
      log.warn({ channel: channelId, count: doubtful.length, reason: toReason(error) }, 'outbox.lookup_failed');
    } finally {
      running = null;
    }
  }

  return {
    async ask(untilMs) {
      if (running || ending.signal.aborted) return null;
      const answered = doneUntil;
      doneUntil = null;
      if (answered !== null) return answered;
      const doubtful = await readDoubtful(db, channelId, untilMs);
      if (doubtful.length > 0) running = look(doubtful, untilMs);
      return null;
    },
    forget() {
      round++;
      doneUntil = null;
    },
    async end() {
      ending.abort();
      if (!running) return;
      const over = new AbortController();
      void running.then(() => over.abort('over'));
      await makeDelay(clock, END_MS, over.signal);
      if (!over.signal.aborted) log.warn({ channel: channelId }, 'outbox.lookup_abandoned');
    },
  };
}
