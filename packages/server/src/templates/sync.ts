import type { Failure, TemplateCalls } from '@wharf/whatsapp';
import { type Clock, type DatabasePool, type Log, makeDelay, toReason } from '#kit';
import { toFailureText } from './outcome.ts';
import { settleReading } from './reading.ts';
import { toOwnFailure } from './unreachable.ts';
import { type Account, ensureAccounts, toAccountKey } from './store.ts';
import { type Claimed, claimAccount, settleFailed, wantAtStart, yieldAccount } from './sync-store.ts';

/** How Meta is asked. */
export type TemplateReader = Pick<TemplateCalls, 'templates'>;

export interface SyncOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly reader: TemplateReader;
  /** The accounts of the connected numbers. Asked every 2 s. */
  readonly listAccounts: () => Promise<readonly Account[]>;
}

/** Keeps what is stored of templates equal to what Meta has. Any number of processes may run one; each account is read by one. */
export interface TemplateSync {
  run(): Promise<void>;
  stop(): Promise<void>;
  /** One turn: reads every account whose time has come. Returns how many were. */
  turn(): Promise<number>;
}

const POLL_MS = 2_000;
/** 6,000 templates are 60 pages of about a second: a claim this old is of a process that is gone. */
const CLAIM_MS = 5 * 60_000;
const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 30 * 60_000;
/** A process that starts soon after another one read an account does not read it again. */
const FRESH_MS = 60_000;

/** Full jitter above a floor: many installations must not ask Meta in step. */
export function toRetryMs(failures: number, waitMs: number, random: number): number {
  const span = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
  return Math.max(waitMs, Math.round(span / 2 + (span / 2) * random));
}

async function fail(options: SyncOptions, claimed: Claimed, failure: Failure): Promise<void> {
  const { db, clock, log, random } = options;
  const retryAtMs = clock.now() + toRetryMs(claimed.failures, failure.waitMs ?? 0, random());
  const error = toFailureText(failure);
  await settleFailed(db, claimed, { error, code: failure.code === 0 ? null : failure.code, retryAtMs });
  log.warn(
    { account: claimed.accountId, code: failure.code, reason: failure.advice, retryAtMs },
    'templates.sync_failed',
  );
}

async function read(options: SyncOptions, claimed: Claimed): Promise<void> {
  const { db, clock, log, reader } = options;
  const readAtMs = clock.now();
  const outcome = await reader.templates(claimed.accountId);
  if (outcome.kind !== 'ok') return fail(options, claimed, outcome);
  const told = await settleReading(db, claimed, { readAtMs, nowMs: clock.now(), templates: outcome.value });
  if (told) log.info({ account: claimed.accountId, ...told, tookMs: clock.now() - readAtMs }, 'templates.synced');
  else log.warn({ account: claimed.accountId }, 'templates.claim_lost');
}

class Syncer implements TemplateSync {
  readonly #options: SyncOptions;
  readonly #stopping = new AbortController();
  /** Accounts that this process has seen. */
  readonly #known = new Set<string>();
  #loop: Promise<void> = Promise.resolve();
  #current: Claimed | null = null;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  run(): Promise<void> {
    return (this.#loop = this.#run());
  }

  /** A reading under way may take a minute: it is left to whoever comes next, and stored if it ends before that. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#current) await yieldAccount(this.#options.db, this.#current);
    else await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.turn().catch((error: unknown) => log.warn({ reason: toReason(error) }, 'templates.turn_failed'));
      await makeDelay(clock, POLL_MS, signal);
    }
  }

  async turn(): Promise<number> {
    const { db, clock } = this.#options;
    await this.#greet();
    let count = 0;
    for (;;) {
      if (this.#stopping.signal.aborted) return count;
      const nowMs = clock.now();
      const claimed = await claimAccount(db, nowMs, nowMs + CLAIM_MS);
      if (!claimed) return count;
      await this.#read(claimed);
      count += 1;
    }
  }

  /** Accounts seen for the first time by this process are read: on connect, and at its start. */
  async #greet(): Promise<void> {
    const { db, clock, listAccounts } = this.#options;
    const fresh = (await listAccounts()).filter((account) => !this.#known.has(toAccountKey(account)));
    if (fresh.length === 0) return;
    await ensureAccounts(db, fresh);
    await wantAtStart(db, fresh, clock.now() - FRESH_MS);
    for (const account of fresh) this.#known.add(toAccountKey(account));
  }

  /** A reading that cannot be stored must not hold its account for the whole time of a claim. */
  async #read(claimed: Claimed): Promise<void> {
    const options = this.#options;
    this.#current = claimed;
    try {
      await read(options, claimed);
    } catch (error) {
      const failure = toOwnFailure(`What Meta answered could not be stored: ${toReason(error)}`);
      await fail(options, claimed, failure).catch(() => yieldAccount(options.db, claimed));
      throw error;
    } finally {
      this.#current = null;
    }
  }
}

export const makeTemplateSync = (options: SyncOptions): TemplateSync => new Syncer(options);
