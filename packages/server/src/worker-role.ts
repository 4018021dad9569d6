import { type Clock, type Database, expireLeases, type Log, makeId, toReason } from '#kit';
import { launchWorker, type WorkerHandle } from './worker-handle.ts';
import type { WorkerSettings } from './worker-protocol.ts';

/** The worker role as the main thread sees it: one thread at a time, and another one when it died. */
export interface WorkerRole {
  /** Resolves when the first thread works; rejects when it cannot, and then there is no second one. */
  readonly running: Promise<void>;
  readonly isUp: boolean;
  /** 'up', or why not. */
  readonly state: string;
  /** There is something new in the journal. Cheap: said again before the thread has seen it, it costs an atomic. */
  wake(): void;
  /** There is something new in the outbox, for these channels. */
  wakeSenders(channelIds: readonly string[]): void;
  /** The metrics of the thread as text; rejects after a second, or when there is none. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

export interface WorkerRoleOptions {
  readonly settings: Omit<WorkerSettings, 'owner' | 'signals'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the main thread: to end the leases of a thread that is dead. */
  readonly db: Database;
  readonly onSuspect: (reason: string) => void;
  readonly onDeath: () => void;
}

/** Pause before a dead thread's successor starts: doubles with every death, until one has lived for a minute. */
const PAUSE_MS = { first: 1_000, most: 30_000 };
const STEADY_MS = 60_000;

/** Starts the worker role in a thread of its own and keeps it running: what it has not done is in the journal. */
export function startWorkerRole(options: WorkerRoleOptions): WorkerRole {
  const { clock, log, db } = options;
  let handle: WorkerHandle | null = null;
  let state = 'starting';
  let phase: 'starting' | 'keeping' | 'stopping' = 'starting';
  let failures = 0;
  let buried = Promise.resolve();
  let cancel = () => {};

  async function begin(): Promise<void> {
    const startedAt = clock.now();
    const launched = launchWorker({ ...options, settings: { ...options.settings, owner: makeId('wkr', startedAt) } });
    handle = launched;
    buried = launched.gone.then((reason) => bury(launched.owner, reason, startedAt));
    await launched.running;
    state = 'up';
  }

  async function bury(owner: string, reason: string | null, startedAt: number): Promise<void> {
    handle = null;
    state = reason ?? 'stopped';
    if (reason === null) return;
    if (phase === 'keeping') succeed(reason, startedAt);
    if (phase === 'stopping') log.error({ reason }, 'worker.ended');
    // Without this its successor waits until they run out.
    await expireLeases(db, owner).catch((error: unknown) =>
      log.warn({ reason: toReason(error) }, 'worker.leases_kept'),
    );
  }

  function succeed(reason: string, startedAt: number): void {
    failures = clock.now() - startedAt > STEADY_MS ? 0 : failures;
    const pauseMs = Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** failures++);
    log.error({ reason, pauseMs }, 'worker.died');
    options.onDeath();
    // A start that fails is a death like any other: its burial says why and tries again.
    cancel = clock.after(pauseMs, () => void begin().catch(() => undefined));
  }

  const running = begin().then(() => void (phase = 'keeping'));
  // Whoever waits for it learns of it; a start that fails elsewhere never comes to that.
  running.catch(() => undefined);
  return {
    running,
    get isUp() {
      return state === 'up';
    },
    get state() {
      return state;
    },
    wake: () => handle?.wake(),
    wakeSenders: (channelIds) => handle?.wakeSenders(channelIds),
    scrape: () => handle?.scrape() ?? Promise.reject(new Error('there is no worker')),
    async stop() {
      phase = 'stopping';
      cancel();
      await handle?.stop();
      await buried;
    },
  };
}
