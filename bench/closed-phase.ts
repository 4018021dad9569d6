import { setTimeout as pause } from 'node:timers/promises';
import { awaitReplies } from './drain.ts';
import { type Arrival, type Judgement, judge } from './judge.ts';
import { medianOf } from './load/quantiles.ts';
import { toNumberId } from './load/people.ts';
import type { BurstResult } from './load-process.ts';
import { type Cores, readUsed, type Target, toCores } from './processors.ts';
import type { Stage } from './stage.ts';
import { startWharf, type Wharf } from './wharf.ts';

/** Durable acks per second against the ceiling, taken turn by turn in one run. */
export interface ClosedPhase {
  readonly connections: number;
  readonly rounds: number;
  readonly ceiling: Figure;
  readonly gateway: Figure;
  readonly whole: Figure;
  /** Medians of the ratios of each round, so that a slow minute of the machine hits both sides. */
  readonly gatewayRatio: number;
  readonly wholeRatio: number;
  /** Events acked in a burst over the time until the last reply to it had arrived. */
  readonly wholeDrainedPerSecond: number;
  readonly judgement: Judgement;
  readonly refused: number;
  /** Cores that were used by what is no part of the bench, on average over all turns. */
  readonly others: number;
}

export interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time in µs for one answered request; of the whole program without what it does later. */
  readonly cost: { readonly node: number; readonly postgres: number; readonly load: number };
}

export interface ClosedOptions {
  readonly stage: Stage;
  readonly gateway: Wharf;
  readonly whole: Wharf;
  readonly connections: number;
  readonly rounds: number;
  readonly measureMs: number;
  readonly numbers: number;
  /** Distinct requests for one turn. */
  readonly pool: number;
  readonly say: (line: string) => void;
}

const WARMUP_MS = 500;
/** Between two turns: the disk and the processors come to rest. */
const REST_MS = 500;

interface Turn extends BurstResult {
  readonly cores: Cores;
  readonly cost: Figure['cost'];
}

const toFigure = (turns: readonly Turn[]): Figure => {
  const median = (pick: (turn: Turn) => number): number => medianOf(turns.map(pick));
  const cost = {
    node: median(({ cost }) => cost.node),
    postgres: median(({ cost }) => cost.postgres),
    load: median(({ cost }) => cost.load),
  };
  return {
    perSecond: median((turn) => turn.perSecond),
    p50: median((turn) => turn.latency.p50),
    p99: median((turn) => turn.latency.p99),
    cost,
  };
};

interface Round {
  readonly ceiling: Turn;
  readonly gateway: Turn;
  readonly whole: Turn;
  readonly drainedMs: number;
  readonly arrivals: readonly Arrival[];
}

async function runTurn(
  { stage, connections, measureMs }: ClosedOptions,
  target: Target & { readonly port: number; readonly crashed?: Promise<never> },
): Promise<Turn> {
  await pause(REST_MS);
  const before = readUsed(stage, target);
  const run = stage.load.call<BurstResult>('runBurst', {
    port: target.port,
    connections,
    warmupMs: WARMUP_MS,
    measureMs,
    repeats: target.dataDir === undefined,
  });
  const result = await (target.crashed ? Promise.race([run, target.crashed]) : run);
  const after = readUsed(stage, target);
  const micros = (name: 'node' | 'postgres' | 'load'): number => ((after[name] - before[name]) * 1000) / result.acked;
  return {
    ...result,
    cores: toCores(before, after),
    cost: { node: micros('node'), postgres: micros('postgres'), load: micros('load') },
  };
}

async function runRound(options: ClosedOptions): Promise<Round> {
  const { stage, whole } = options;
  await stage.load.call('prepareBurst', {
    secret: stage.secret,
    run: 'burst',
    count: options.pool,
    numbers: options.numbers,
  });
  const ceiling = await runTurn(options, { pid: stage.ceiling.pid, port: stage.ceiling.ready.port });
  const gateway = await runTurn(options, options.gateway);
  const atWork = await runTurn(options, whole);
  const arrivals = await awaitReplies(stage, whole, atWork.awaited.length);
  const lastAt = Math.max(...arrivals.map(({ at }) => at));
  return { ceiling, gateway, whole: atWork, drainedMs: lastAt - atWork.startedAt, arrivals };
}

/** Measures A B C, A B C, … and takes medians. */
export async function runClosedPhase(options: ClosedOptions): Promise<ClosedPhase> {
  const rounds: Round[] = [];
  for (let n = 1; n <= options.rounds; n++) {
    const round = await runRound(options);
    rounds.push(round);
    const rate = (result: Turn): string => `${Math.round(result.perSecond)}/s`;
    options.say(
      `${options.connections} connections, round ${n}: ceiling ${rate(round.ceiling)}, gateway ${rate(round.gateway)}, whole ${rate(round.whole)}`,
    );
  }
  const turns = rounds.flatMap(({ ceiling, gateway, whole }) => [ceiling, gateway, whole]);
  const judgement = judge(
    rounds.flatMap((round) => round.whole.awaited),
    rounds.flatMap((round) => round.arrivals),
  );
  return {
    connections: options.connections,
    rounds: rounds.length,
    ceiling: toFigure(rounds.map((round) => round.ceiling)),
    gateway: toFigure(rounds.map((round) => round.gateway)),
    whole: toFigure(rounds.map((round) => round.whole)),
    gatewayRatio: medianOf(rounds.map((round) => round.gateway.perSecond / round.ceiling.perSecond)),
    wholeRatio: medianOf(rounds.map((round) => round.whole.perSecond / round.ceiling.perSecond)),
    wholeDrainedPerSecond: medianOf(rounds.map((round) => (round.whole.acked / round.drainedMs) * 1000)),
    judgement,
    others: turns.reduce((sum, { cores }) => sum + cores.others, 0) / turns.length,
    refused: rounds.reduce((sum, round) => sum + round.gateway.refused + round.whole.refused, 0),
  };
}

const SEED_MS = 90_000;

export interface ClosedSetup {
  readonly stage: Stage;
  readonly numbers: number;
  readonly nodeArgs: readonly string[];
}

/** Starts both programs of the phase: the gateway role alone, and all roles. */
export async function startBoth({ stage, numbers, nodeArgs }: ClosedSetup): Promise<{ gateway: Wharf; whole: Wharf }> {
  const base = {
    folder: stage.folder,
    secret: stage.secret,
    graphPort: stage.graph.ready.port,
    numberId: toNumberId(0),
    nodeArgs,
    onEnd: stage.onEnd,
  };
  const gateway = await startWharf({ ...base, name: 'gateway', roles: 'gateway' });
  const whole = await startWharf({ ...base, name: 'whole', roles: 'all' });
  await seed(stage, whole, { count: 15_000, numbers });
  return { gateway, whole };
}

/** Sent messages for the statuses to fold into; resolves when all of them are folded and every number has replied once. */
export async function seed(
  stage: Stage,
  wharf: Wharf,
  { count, numbers }: { count: number; numbers: number },
): Promise<void> {
  const call = stage.load.call<readonly unknown[]>('seed', {
    port: wharf.port,
    secret: stage.secret,
    run: 'seed',
    count,
    numbers,
  });
  const awaited = await Promise.race([call, wharf.crashed]);
  // The replies come last of all: until then nothing is to be seen from outside.
  const arrivals = await awaitReplies(stage, wharf, awaited.length, SEED_MS);
  if (arrivals.length < awaited.length)
    throw new Error(`after the seed ${awaited.length} replies were due, ${arrivals.length} came`);
}
