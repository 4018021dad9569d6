import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startOwnPostgres } from '../support/own-postgres.ts';
import type { CrewOrder, CrewReport } from './crew-protocol.ts';
import { makeProgress, type Progress } from './progress.ts';

/** `npm run simulate`: worlds from seeds, on a PostgreSQL of their own. Ends with 1 when one of them is not as it should be. */

const HELP = `npm run simulate -- [--seeds N] [--from N] | --seed N [--trace]

  --seeds N     so many worlds (200)
  --from N      the first one's seed (0)
  --seed N      this one world
  --trace       with all that happened in it
  --threads N   threads that run worlds (one for each processor)`;

/** Worlds of one thread at a time: while one waits for PostgreSQL another goes on. */
const BERTHS = 3;
/** A world takes a second or two. One that takes so long in real time hangs, whatever its own clock says. */
const PATIENCE_MS = 300_000;

interface Wanted {
  readonly from: number;
  readonly seeds: number;
  readonly isTraced: boolean;
  readonly threads: number;
}

function toWhole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number from ${least} on.`);
  return value;
}

function parseWanted(args: readonly string[]): Wanted | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: text,
      from: text,
      seed: text,
      threads: text,
      trace: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  const isOne = values.seed !== undefined;
  const seeds = isOne ? 1 : toWhole('seeds', values.seeds ?? '200', 1);
  const threads = toWhole('threads', values.threads ?? String(availableParallelism()), 1);
  return {
    from: isOne ? toWhole('seed', values.seed ?? '', 0) : toWhole('from', values.from ?? '0', 0),
    seeds,
    isTraced: values.trace ?? false,
    threads: Math.min(threads, Math.ceil(seeds / BERTHS)),
  };
}

/** Hands out seeds in order; a thread has as many as it has berths. */
function* countSeeds({ from, seeds }: Wanted): Generator<number> {
  for (let n = 0; n < seeds; n++) yield from + n;
}

/** One thread, until there are no more seeds. */
function runCrew(serverUrl: string, wanted: Wanted, seeds: Iterator<number>, progress: Progress): Promise<void> {
  const worker = new Worker(new URL('./crew.ts', import.meta.url), { workerData: { serverUrl, berths: BERTHS } });
  const clocks = new Map<number, NodeJS.Timeout>();
  const tell = (order: CrewOrder) => worker.postMessage(order);
  return new Promise((resolve, reject) => {
    const next = () => {
      const { value: seed, done } = seeds.next();
      if (done) return clocks.size === 0 ? tell({ what: 'end' }) : undefined;
      const hang = () => reject(new Error(`seed ${seed} hangs: repeat it with npm run simulate -- --seed ${seed}`));
      clocks.set(seed, setTimeout(hang, PATIENCE_MS));
      tell({ what: 'live', seed, isTraced: wanted.isTraced });
    };
    worker.on('message', (report: CrewReport) => {
      clearTimeout(clocks.get(report.seed));
      clocks.delete(report.seed);
      progress.add(report);
      next();
    });
    // A rejection that nobody waits for would end a real process, too.
    worker.on('error', (error: Error) => reject(new Error(`a thread broke off: ${error.stack ?? error.message}`)));
    worker.on('exit', () => resolve());
    for (let berth = 0; berth < BERTHS; berth++) next();
  });
}

async function simulate(wanted: Wanted): Promise<boolean> {
  const postgres = await startOwnPostgres();
  const end = () => void postgres.stop().finally(() => process.exit(130));
  process.once('SIGINT', end).once('SIGTERM', end);
  const progress = makeProgress(wanted.seeds);
  try {
    const seeds = countSeeds(wanted);
    const crews = Array.from({ length: wanted.threads }, () => runCrew(postgres.url, wanted, seeds, progress));
    await Promise.all(crews);
    return progress.end();
  } finally {
    await postgres.stop();
  }
}

try {
  const wanted = parseWanted(process.argv.slice(2));
  if (wanted === null) console.log(HELP);
  else process.exitCode = (await simulate(wanted)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// A thread whose world hangs would keep the process.
process.exit();
