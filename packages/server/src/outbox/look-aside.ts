import { type Clock, type Log, makeDelay, toReason } from '#kit';
import { type Doubtful, type LookupOptions, lookUp, readDoubtful } from './lookup.ts';

export interface LookAsideOptions extends LookupOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks sends with lost answers up at the provider, one call at a time, for its list is no place to hurry, and beside
 * the sender's loop: a call may take 30 s, and there are 20 pages for each of 50 messages, while the replies of all other
 * people must go on. What it learns is in the table, where the loop finds it.
 */
export interface LookAside {
  /** Has those asked about whose grace was over at `untilMs`; those of which the provider was asked since the last call. */
  ask(untilMs: number): Promise<readonly string[]>;
  /** Graces have begun anew: what was asked until now decides nothing. */
  forget(): void;
  /** Asks nothing more; resolves when the call under way has ended, within 5 s. */
  end(): Promise<void>;
}

const END_MS = 5_000;
/** What cannot be asked about, so often, for a bug or for the database, is decided without. */
const MAX_FAILURES = 3;

export function makeLookAside(options: LookAsideOptions): LookAside {
  const { clock, log, db, channelId } = options;
  const ending = new AbortController();
  let running: Promise<void> | null = null;
  /** Their asking is over, and nobody has been told. */
  let asked: string[] = [];
  /** Of those that could not be asked about: how often. */
  const failures = new Map<string, number>();
  let round = 0;

  /** True when its asking is over. */
  async function askAbout(item: Doubtful): Promise<boolean> {
    const count = (failures.get(item.id) ?? 0) + 1;
    failures.delete(item.id);
    try {
      await lookUp(options, item, ending.signal);
      return true;
    } catch (error) {
      log.warn({ channel: channelId, message: item.id, count, reason: toReason(error) }, 'outbox.lookup_failed');
      if (count < MAX_FAILURES) failures.set(item.id, count);
      return count === MAX_FAILURES;
    }
  }

  async function look(doubtful: readonly Doubtful[]): Promise<void> {
    const own = round;
    for (const item of doubtful) {
      const isOver = await askAbout(item);
      if (own !== round || ending.signal.aborted) return;
      if (isOver) asked.push(item.id);
    }
  }

  return {
    async ask(untilMs) {
      const told = asked;
      asked = [];
      if (running || ending.signal.aborted) return told;
      const doubtful = await readDoubtful(db, channelId, { nowMs: untilMs, asked: told });
      if (doubtful.length > 0) running = look(doubtful).finally(() => (running = null));
      return told;
    },
    forget() {
      round++;
      asked = [];
      failures.clear();
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
