import { Worker } from 'node:worker_threads';
import type { Clock, Log } from '#kit';
import { watchBeats } from './worker-beats.ts';
import { type FromWorker, SIGNALS_BYTES, type ToWorker, WOKEN, type WorkerSettings } from './worker-protocol.ts';

const PROGRAM = new URL('./worker-thread.ts', import.meta.url);

export interface WorkerHandleOptions {
  readonly settings: Omit<WorkerSettings, 'signals'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onSuspect: (reason: string) => void;
}

/** One worker thread, from its start to its end. */
export interface WorkerHandle {
  readonly owner: string;
  /** Resolves when it works; rejects with what whoever started the program should read. */
  readonly running: Promise<void>;
  /** Resolves when it is no more: null after an orderly stop, otherwise why. Never rejects. */
  readonly gone: Promise<string | null>;
  wake(): void;
  wakeSenders(channelIds: readonly string[]): void;
  /** Its metrics as text; rejects when it does not answer within a second. */
  scrape(): Promise<string>;
  /** Lets it end in order, or ends it when it does not. */
  stop(): Promise<void>;
}

/** Draining handlers may take 5 s and senders 40: what they wait for is Meta's answer. */
const STOP_MS = 60_000;
const SCRAPE_MS = 1_000;
/** Looks in vain after which a thread counts as blocked: a handler has 30 s, and 5 when the program stops. */
const MISSED = { working: 30, stopping: 5 };

/** Where it broke, and never the error's own words: a customer's code may have put the text of a message into them. */
export function toCause(error: unknown): string {
  if (!(error instanceof Error)) return `something was thrown that is no error (${typeof error})`;
  const { name, message, stack = '' } = error;
  const code = 'code' in error && /^[A-Z\d_]+$/.test(String(error.code)) ? ` ${String(error.code)}` : '';
  const place = /^ +at .*$/m.exec(stack.slice(stack.indexOf(message) + message.length))?.[0].trim();
  return `${/^\w+$/.test(name) ? name : 'Error'}${code}${place === undefined ? '' : ` ${place}`}`;
}

/** Questions that wait for their answer, each within the bound. */
function makeQuestions(clock: Clock) {
  const waiting = new Map<number, (text: string) => void>();
  let last = 0;
  return {
    answer: (ask: number, text: string): void => waiting.get(ask)?.(text),
    ask: (put: (ask: number) => void): Promise<string> =>
      new Promise((resolve, reject) => {
        const ask = ++last;
        const cancel = clock.after(SCRAPE_MS, () => {
          waiting.delete(ask);
          reject(new Error(`the worker did not answer within ${SCRAPE_MS / 1000} s`));
        });
        waiting.set(ask, (text) => {
          cancel();
          waiting.delete(ask);
          resolve(text);
        });
        put(ask);
      }),
  };
}

type State = 'starting' | 'working' | 'stopping' | 'stopped';

class ThreadHandle implements WorkerHandle {
  readonly #options: WorkerHandleOptions;
  readonly #signals = new Int32Array(new SharedArrayBuffer(SIGNALS_BYTES));
  readonly #questions: ReturnType<typeof makeQuestions>;
  readonly #running = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<string | null>();
  readonly #thread: Worker;
  #state: State = 'starting';
  #cause: string | null = null;
  #unwatch = () => {};

  constructor(options: WorkerHandleOptions) {
    this.#options = options;
    this.#questions = makeQuestions(options.clock);
    const workerData = { ...options.settings, signals: this.#signals.buffer };
    this.#thread = new Worker(PROGRAM, { name: 'worker', workerData });
    this.#thread.on('message', (message: FromWorker) => this.#hear(message));
    this.#thread.on('error', (error) => this.#fail(error));
    // Node delivers what the thread had said before it tells of its end.
    this.#thread.on('exit', (code) => this.#bury(code));
  }

  get owner(): string {
    return this.#options.settings.owner;
  }
  get running(): Promise<void> {
    return this.#running.promise;
  }
  get gone(): Promise<string | null> {
    return this.#gone.promise;
  }

  wake(): void {
    if (Atomics.exchange(this.#signals, WOKEN, 1) === 0) this.#post({ type: 'wake' });
  }

  wakeSenders(channelIds: readonly string[]): void {
    this.#post({ type: 'wake-senders', channelIds });
  }

  scrape(): Promise<string> {
    return this.#questions.ask((ask) => this.#post({ type: 'measure', ask }));
  }

  async stop(): Promise<void> {
    if (this.#state === 'starting') this.#end('it was still starting');
    if (this.#state === 'working') this.#leave();
    const cancel = this.#options.clock.after(STOP_MS, () => this.#end(`it did not stop within ${STOP_MS / 1000} s`));
    await this.gone;
    cancel();
  }

  #post(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  #leave(): void {
    this.#state = 'stopping';
    this.#post({ type: 'stop' });
  }

  #begin(): void {
    this.#state = 'working';
    this.#unwatch = watchBeats({
      clock: this.#options.clock,
      signals: this.#signals,
      limit: () => (this.#state === 'working' ? MISSED.working : MISSED.stopping),
      onBlocked: (reason) => this.#end(reason),
    });
    this.#running.resolve();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'running':
        return this.#begin();
      case 'refused':
        this.#cause = `it could not start: ${message.message}`;
        return this.#running.reject(new Error(message.message));
      case 'logged':
        return this.#options.log[message.level](message.fields, message.message);
      case 'suspected':
        return this.#options.onSuspect(message.reason);
      case 'measured':
        return this.#questions.answer(message.ask, message.text);
      case 'stopped':
        this.#state = 'stopped';
    }
  }

  #end(reason: string): void {
    this.#cause ??= reason;
    void this.#thread.terminate();
  }

  #fail(error: unknown): void {
    this.#cause ??= toCause(error);
    this.#running.reject(error);
  }

  #bury(code: number): void {
    this.#unwatch();
    const cause = this.#cause ?? `it ended by itself with code ${code}`;
    this.#running.reject(new Error(`the worker ended while it started: ${cause}`));
    this.#gone.resolve(this.#state === 'stopped' ? null : cause);
  }
}

/** Starts a thread for the worker role. */
export const launchWorker = (options: WorkerHandleOptions): WorkerHandle => new ThreadHandle(options);
