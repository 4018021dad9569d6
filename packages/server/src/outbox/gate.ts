import type { Clock } from '#kit';
import type { NumberPace } from './number-pace.ts';
import { CLASS, CLASSES } from './classes.ts';
import type { Room } from './queue.ts';

/**
 * The last door before the wire: what is claimed passes one by one, best class first, at the number's pace. The budget is
 * taken here and not when a message is picked, for a claim takes its time, and then two salvoes could leave as one.
 */
export interface Gate {
  /** Resolves when it may go now: true; or false when the gate was closed first. */
  pass(cls: number): Promise<boolean>;
  /**
   * How many more to claim, so that the gate never runs dry; none while half of that waits, so that one claim takes several.
   * Replies find room whatever else waits: they pass it.
   */
  room(): Pick<Room, 'messages' | 'replies'>;
  /** Ms until there is room for others than replies. */
  wait(): number;
  readonly waiting: number;
  /** Nothing passes any more. */
  close(): void;
}

/** A claim takes 5 to 30 ms: what will have room so much later is claimed now. */
const AHEAD_MS = 50;

export function makeGate(clock: Clock, pace: NumberPace): Gate {
  const lines = new Map<number, ((mayGo: boolean) => void)[]>(CLASSES.map((cls) => [cls, []]));
  let isClosed = false;
  let cancel: (() => void) | null = null;

  const waiting = (): number => lines.values().reduce((sum, line) => sum + line.length, 0);
  const firstLine = () => lines.entries().find(([, line]) => line.length > 0);
  const wanted = (): number => pace.room(AHEAD_MS, clock.elapsed());

  /** Lets through whoever may go, and comes back for the next. */
  function pump(): void {
    cancel = null;
    for (let first = firstLine(); first; first = firstLine()) {
      const [cls, line] = first;
      const nowMs = clock.elapsed();
      const waitMs = pace.wait(nowMs, cls === CLASS.reply);
      if (waitMs > 0) return void (cancel = clock.after(waitMs, pump));
      pace.take(nowMs);
      line.shift()?.(true);
    }
  }

  return {
    pass(cls) {
      if (isClosed) return Promise.resolve(false);
      return new Promise((resolve) => {
        lines.get(cls)?.push(resolve);
        // What waits for its turn by the schedule does not keep a reply.
        if (cls === CLASS.reply) cancel?.();
        if (cls === CLASS.reply || cancel === null) pump();
      });
    },
    room() {
      const most = wanted();
      const free = most - waiting();
      const replies = most - (lines.get(CLASS.reply)?.length ?? 0);
      return { messages: free * 2 >= most ? Math.max(0, free) : 0, replies: Math.max(0, replies) };
    },
    wait() {
      const nowMs = clock.elapsed();
      const surplus = waiting() - wanted() / 2;
      return Math.max(1, pace.wait(nowMs) - AHEAD_MS, (surplus * 1_000) / pace.current(nowMs));
    },
    get waiting() {
      return waiting();
    },
    close() {
      isClosed = true;
      cancel?.();
      for (const line of lines.values()) for (const resolve of line.splice(0)) resolve(false);
    },
  };
}
