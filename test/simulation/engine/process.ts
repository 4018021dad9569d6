import type { Clock } from '../../../packages/server/src/kit/index.ts';
import type { Time } from './time.ts';

/** A computer process of the simulated world: what it waits for reaches it only while it runs. */
export interface Process {
  /** Of this incarnation; a process that is started again has another. */
  readonly name: string;
  readonly clock: Clock;
  readonly isAlive: boolean;
  readonly isRunning: boolean;
  /** As `kill -9`: nothing it asked for comes back, no timer of it fires. */
  kill(): void;
  /** As SIGSTOP and, `forMs` later, SIGCONT: everything waits, and then comes at once. */
  stop(forMs: number): void;
  /** Somebody sets its wall clock. */
  jump(ms: number): void;
  /** The answer, as the process sees it: later when it stands still, never when it is dead. */
  receive<T>(answer: Promise<T>): Promise<T>;
  /** Something reaches it from outside: now, when it goes on, or never. */
  run(job: () => void): void;
  /** Rejects when it is killed. */
  readonly death: Promise<never>;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Wall clocks begin here, at noon, so that a run stays within one day of UTC. */
export const EPOCH_MS = Date.UTC(2026, 10, 21, 6);

export interface ProcessOptions {
  readonly name: string;
  readonly time: Time;
  /** How far its machine's wall clock is off. */
  readonly aheadMs: number;
  /** Its code is about to go on: a timer fires, an answer is there. It may not live on. */
  readonly onResume: (process: Process) => void;
}

export function makeProcess({ name, time, aheadMs, onResume }: ProcessOptions): Process {
  let isAlive = true;
  let wallMs = EPOCH_MS + aheadMs;
  let stops = 0;
  let missed: (() => void)[] = [];
  let die: (error: Killed) => void = () => undefined;
  const death = new Promise<never>((_resolve, reject) => (die = reject));
  death.catch(() => undefined);

  function run(job: () => void): void {
    if (isAlive && stops === 0) onResume(made);
    if (!isAlive) return;
    if (stops > 0) missed.push(job);
    else job();
  }

  function resume(): void {
    stops--;
    if (stops > 0) return;
    for (const job of missed.splice(0)) run(job);
  }

  const made: Process = {
    name,
    death,
    run,
    clock: {
      now: () => wallMs + time.elapsed(),
      elapsed: () => time.elapsed(),
      after: (delayMs, job) => time.after(delayMs, () => run(job)),
    },
    get isAlive() {
      return isAlive;
    },
    get isRunning() {
      return isAlive && stops === 0;
    },
    kill() {
      isAlive = false;
      missed = [];
      die(new Killed(`${name} was killed`));
    },
    stop(forMs) {
      stops++;
      time.after(forMs, resume);
    },
    jump: (ms) => void (wallMs += ms),
    receive: (answer) =>
      new Promise((resolve, reject) => {
        answer.then(
          (value) => run(() => resolve(value)),
          (error: unknown) => run(() => reject(error)),
        );
      }),
  };
  return made;
}
