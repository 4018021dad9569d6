/**
 * What keeps a server running. The states, and who moves them:
 *
 *     ready ── the server's connection ends ──► restarting ── open() succeeds ──► ready
 *       └──────────────── stop() ──────────► stopping ◄──────── stop() ─────┘
 *                                               └── close() done ──► stopped
 *
 * One idle connection is the sentinel: it breaks within a millisecond of the postmaster's death, for a server we
 * launched and for one we adopted alike, and also when one backend's crash makes the postmaster restart them all.
 */
export type State = 'ready' | 'restarting' | 'stopping' | 'stopped';

export type Watched = {
  /** Settles when the server's connection has ended. */
  readonly ended: Promise<void>;
  /** Ends that connection from our side. */
  release(): Promise<void>;
};

export type Supervision = {
  readonly first: Watched;
  /** Finds or launches the server again; throws when it cannot yet. */
  open(signal: AbortSignal): Promise<Watched>;
  /** Stops the server, if there is one. */
  close(): Promise<void>;
  /** Waits `ms`; throws when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Says that the server is gone, back, or could not be started (with the error), once each. */
  report(news: 'down' | 'up' | 'failed', error?: unknown): void;
};

export type Supervisor = {
  readonly state: () => State;
  readonly onDown: (listener: () => void) => () => void;
  readonly onUp: (listener: () => void) => () => void;
  readonly stop: () => Promise<void>;
};

const FIRST_DELAY_MS = 50;
const LAST_DELAY_MS = 5000;

/** Full speed for a first crash, patience for one that repeats. */
export function toDelayMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** failures, LAST_DELAY_MS);
}

/** A server that dies this soon after it came up counts as a failed start, so a crash loop backs off too. */
const SETTLED_MS = 30_000;

export function supervise(supervision: Supervision, now: () => number = Date.now): Supervisor {
  const stopping = new AbortController();
  const down = new Set<() => void>();
  const up = new Set<() => void>();
  let state: State = 'ready';
  let stopped: Promise<void> | undefined;
  let watched = supervision.first;
  let failures = 0;

  const notify = (listeners: Set<() => void>): void => {
    for (const listener of listeners) listener();
  };

  const reopen = async (): Promise<Watched | undefined> => {
    for (; ; failures += 1) {
      try {
        await supervision.pause(toDelayMs(failures), stopping.signal);
        return await supervision.open(stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        supervision.report('failed', error);
      }
    }
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const since = now();
      await watched.ended;
      if (stopping.signal.aborted) return;
      failures = now() - since < SETTLED_MS ? failures + 1 : 0;
      state = 'restarting';
      supervision.report('down');
      notify(down);
      const again = await reopen();
      if (again === undefined) return;
      watched = again;
      if (stopping.signal.aborted) return;
      state = 'ready';
      supervision.report('up');
      notify(up);
    }
  };

  const watching = watch();

  const stop = async (): Promise<void> => {
    state = 'stopping';
    stopping.abort();
    await watched.release();
    await watching;
    // A reopening that was under way when we came may have brought another one.
    await watched.release();
    await supervision.close();
    state = 'stopped';
  };

  return {
    state: () => state,
    onDown: (listener) => subscribe(down, listener),
    onUp: (listener) => subscribe(up, listener),
    stop: () => (stopped ??= stop()),
  };
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
