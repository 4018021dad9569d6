import type { WhatsAppEvent } from '@wharf/whatsapp';
import { type Clock, toReason } from '#kit';
import { type Reaction, react } from './compose.ts';
import { type Intent, makeContext, type Note, type View } from './context.ts';

/** One event that one reaction wants. */
export interface Task {
  readonly position: number;
  readonly reaction: string;
  readonly workspaceId: string;
  readonly shard: number;
  readonly lane: string;
  readonly channelId: string;
  /** Of its segment, and the place of its delivery in it: where its event is read again. */
  readonly receivedAt: Date;
  readonly delivery: number;
  readonly event: WhatsAppEvent;
  readonly view: View;
  /** Runs begun so far, this one included. */
  readonly attempts: number;
}

/** What came of a run: to be committed together with its intents. */
export interface Result {
  readonly task: Task;
  readonly outcome: 'done' | 'retry' | 'quarantine';
  readonly intents: readonly Intent[];
  readonly notes: readonly Note[];
  readonly tookMs: number;
  readonly error: { readonly reason: string; readonly stack: string | null } | null;
  /** Unix ms; for `retry`. */
  readonly notBefore: number | null;
}

/** Pause before the second, third and fourth run; a task that fails after the last is quarantined. */
export const RETRY_MS = [200, 1_000, 5_000] as const;
const TIMEOUT_MS = 30_000;

const seconds = (ms: number): string => `${ms / 1000} s`;

async function withTimeout(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => {
      controller.abort();
      reject(new Error(`The handler did not finish within ${seconds(ms)}. Pass context.signal to what it waits for.`));
    });
  });
  try {
    await Promise.race([work(controller.signal), late]);
  } finally {
    cancel();
  }
}

function toFailure(task: Task, error: unknown, nowMs: number): Pick<Result, 'outcome' | 'error' | 'notBefore'> {
  const waitMs = RETRY_MS[task.attempts - 1];
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  const told = { reason: toReason(error), stack: stack?.slice(0, 8_000) ?? null };
  if (waitMs === undefined) return { outcome: 'quarantine', error: told, notBefore: null };
  return { outcome: 'retry', error: told, notBefore: nowMs + waitMs };
}

/** Runs one task; never rejects. A failed run leaves no intents. */
export async function runTask(task: Task, reaction: Reaction, clock: Clock): Promise<Result> {
  const startedAt = clock.now();
  const base = { task, intents: [], notes: [] };
  try {
    const recorded = { intents: [] as readonly Intent[], notes: [] as readonly Note[] };
    await withTimeout(clock, TIMEOUT_MS, async (signal) => {
      const made = makeContext(task.event, task.view, signal);
      await react(reaction, made.context);
      // A copy: what a handler does after it returned (a forgotten await) must not change what is stored.
      recorded.intents = [...made.recorded.intents];
      recorded.notes = [...made.recorded.notes];
    });
    return { ...base, ...recorded, outcome: 'done', tookMs: clock.now() - startedAt, error: null, notBefore: null };
  } catch (error) {
    return { ...base, ...toFailure(task, error, clock.now()), tookMs: clock.now() - startedAt };
  }
}
