import { Worker } from 'node:worker_threads';
import type { Clock } from '#kit';
import type { Shrunk } from './shrink.ts';

/** Makes pictures small, one at a time. */
export interface Shrinker {
  /** Never rejects: a picture that kills its thread, or takes too long, cannot be made small. */
  shrink(bytes: Uint8Array): Promise<Shrunk>;
  stop(): Promise<void>;
}

const PROGRAM = new URL('./picture-thread.ts', import.meta.url);
/** The start of the thread (0.5 s) included; 50 million pixels take 2 s. */
const TIMEOUT_MS = 15_000;
/** Memory that WebAssembly has grown to (100 MB and more) comes back only with the end of the thread. */
const IDLE_MS = 30_000;

const FAILED = (reason: string): Shrunk => ({ ok: false, reason });

/** One answer of the thread, or why there is none. */
function ask(thread: Worker, bytes: Uint8Array, clock: Clock): Promise<Shrunk> {
  return new Promise((resolve) => {
    const cancel = clock.after(TIMEOUT_MS, () => settle(FAILED('The picture took too long')));
    const onExit = () => settle(FAILED('The picture broke the program that reads it'));
    // Its exit follows.
    const onError = () => undefined;
    function settle(shrunk: Shrunk): void {
      cancel();
      thread.off('message', settle).off('exit', onExit).off('error', onError);
      resolve(shrunk);
    }
    thread.on('message', settle).on('exit', onExit).on('error', onError);
    thread.postMessage(bytes);
  });
}

export function makeShrinker(clock: Clock, program: URL = PROGRAM): Shrinker {
  let thread: Worker | null = null;
  let cancelIdle = () => {};
  let turn: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    const ending = thread;
    thread = null;
    cancelIdle();
    await ending?.terminate();
  }

  function open(): Worker {
    if (thread !== null) return thread;
    const opened = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    opened.once('exit', () => {
      if (thread === opened) thread = null;
    });
    // Without a listener an error would end the process.
    opened.on('error', () => undefined);
    return (thread = opened);
  }

  async function perform(bytes: Uint8Array): Promise<Shrunk> {
    cancelIdle();
    const shrunk = await ask(open(), bytes, clock);
    // After a failure nobody knows what state its memory is in.
    if (shrunk.ok) cancelIdle = clock.after(IDLE_MS, () => void end());
    else await end();
    return shrunk;
  }

  return {
    shrink(bytes) {
      const shrunk = turn.then(() => perform(bytes));
      turn = shrunk;
      return shrunk;
    },
    async stop() {
      await end();
      await turn;
    },
  };
}
