/**
 * The worker role's own thread: its event loop is shared with nobody, so a slow handler never delays an acknowledgement
 * (docs/decisions/worker-thread.md). Started by `worker-handle.ts`; it writes nothing itself, its log lines go to the main thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Log, makeStarted, stepBack, systemClock, toReason } from '#kit';
import { makeWorkerMetrics } from '#observe';
import { BEATS, type FromWorker, type ToWorker, WOKEN, type WorkerSettings } from './worker-protocol.ts';
import { openWorkerRooms, type WorkerRooms } from './worker-rooms.ts';

const BEAT_MS = 500;
/** Acknowledgements come first: a provider that waits comes again, and to wait for a walk would make more of both. */
const STEPS_BACK = 5;

const settings = workerData as WorkerSettings;
const signals = new Int32Array(settings.signals);
const post = (message: FromWorker): void => parentPort?.postMessage(message);

type Line = Extract<FromWorker, { type: 'logged' }>;
const at =
  (level: Line['level']) =>
  (fields: Line['fields'], message: string): void =>
    post({ type: 'logged', level, fields, message });
const log: Log = { info: at('info'), warn: at('warn'), error: at('error') };

const started = makeStarted(log);
const metrics = makeWorkerMetrics();

async function stop(): Promise<never> {
  await started.stopAll();
  post({ type: 'stopped' });
  // A customer's own timers and sockets would keep the thread for ever.
  process.exit(0);
}

async function measure(ask: number): Promise<void> {
  const { text } = await metrics.scrape();
  post({ type: 'measured', ask, text });
}

function hear({ worker, senders }: WorkerRooms, message: ToWorker): void {
  switch (message.type) {
    case 'wake':
      // Before it looks: what is stored from here on is worth another message.
      Atomics.store(signals, WOKEN, 0);
      return worker.wake();
    case 'wake-senders':
      return senders.wake(message.channelIds);
    case 'measure':
      return void measure(message.ask);
    case 'stop':
      return void stop();
  }
}

/** A courtesy: where the system forbids it, work goes on without. */
function giveWay(): void {
  try {
    stepBack(STEPS_BACK);
  } catch (error) {
    log.warn({ reason: toReason(error) }, 'worker.priority_kept');
  }
}

async function main(): Promise<void> {
  giveWay();
  setInterval(() => Atomics.add(signals, BEATS, 1), BEAT_MS);
  const onIdleError = (error: Error): void => post({ type: 'suspected', reason: error.message });
  const rooms = await openWorkerRooms({ settings, clock: systemClock, log, started, metrics, onIdleError });
  post({ type: 'running' });
  parentPort?.on('message', (message: ToWorker) => hear(rooms, message));
}

try {
  await main();
} catch (error) {
  post({ type: 'refused', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
