import type { LeaseOf } from '#journal';
import { type Clock, type DatabasePool, type Log, toReason } from '#kit';
import type { Senders } from '#outbox';
import type { Result } from '#reactions';
import type { Backlog } from './backlog.ts';
import { commitResults } from './pipeline.ts';
import { makeSieve } from './poison.ts';

/** Commits what reactions bring as it comes, one batch at a time, beside the reading of the journal. */
export interface Committer {
  /** A result has come. */
  wake(): void;
  /** Begins nothing more; resolves when nothing is under way. So it is at first, and after a failure. */
  hold(): Promise<void>;
  go(): void;
  /** Commits what is left, also when held; throws what it fails with. */
  finish(): Promise<void>;
}

export interface CommitterOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly backlog: Backlog;
  readonly leaseOf: LeaseOf;
  readonly senders: Pick<Senders, 'offer' | 'recheck'>;
  /** It is held from now on, and its results are kept: the leases may be gone, or the answer to a commit. */
  readonly onFailure: (error: unknown) => void;
}

function toQuarantined(result: Result, error: unknown): Result {
  const told = { reason: toReason(error), stack: error instanceof Error ? (error.stack ?? null) : null };
  return { ...result, outcome: 'quarantine', intents: [], notes: [], error: told };
}

class ResultCommitter implements Committer {
  readonly #options: CommitterOptions;
  readonly #sieve: (results: readonly Result[]) => Promise<void>;
  #isHeld = true;
  #underWay: Promise<void> | null = null;
  /** Of the batch under way: what is not committed yet. */
  #left = new Set<Result>();
  /** A commit failed, perhaps after all: what it stored is in the table, and nobody was told. */
  #isUnsure = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#sieve = makeSieve<Result>({
      log: options.log,
      positionOf: (result) => result.task.position,
      commit: (results) => this.#commit(results),
      quarantine: async (result, error) => {
        await this.#commit([toQuarantined(result, error)]);
        this.#left.delete(result);
      },
    });
  }

  wake(): void {
    if (!this.#isHeld) this.#underWay ??= this.#run();
  }

  async hold(): Promise<void> {
    this.#isHeld = true;
    await this.#underWay;
  }

  go(): void {
    this.#isHeld = false;
    this.wake();
  }

  async finish(): Promise<void> {
    await this.hold();
    while (this.#options.backlog.hasResults) await this.#commitNext();
  }

  async #run(): Promise<void> {
    // What came in the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (!this.#isHeld && this.#options.backlog.hasResults) await this.#commitNext();
    } catch (error) {
      this.#isHeld = true;
      this.#options.onFailure(error);
    } finally {
      this.#underWay = null;
    }
  }

  async #commitNext(): Promise<void> {
    const results = this.#options.backlog.take();
    this.#left = new Set(results);
    try {
      await this.#sieve(results);
      this.#isUnsure = false;
    } catch (error) {
      this.#isUnsure = true;
      this.#options.backlog.restore([...this.#left]);
      throw error;
    }
  }

  async #commit(results: readonly Result[]): Promise<void> {
    const { backlog, senders } = this.#options;
    const enqueued = await commitResults(this.#options, results);
    backlog.settle(results);
    // Stored by the commit before, or by this one: the table has the order.
    if (this.#isUnsure) senders.recheck();
    else senders.offer(enqueued);
    for (const result of results) this.#left.delete(result);
  }
}

export const makeCommitter = (options: CommitterOptions): Committer => new ResultCommitter(options);
