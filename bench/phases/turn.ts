import { setTimeout as pause } from 'node:timers/promises';
import { medianOf } from '../load/quantiles.ts';
import type { BurstResult } from '../load-process.ts';
import { type Cores, readUsed, type Target, toCores } from '../processors.ts';
import type { Stage } from '../stage.ts';

/** One who takes requests in turn with others. */
export interface Contestant extends Target {
  readonly port: number;
  readonly crashed?: Promise<never>;
  /** Takes the same bytes again; otherwise each request is sent once, and the turn ends when they are used up. */
  readonly repeats: boolean;
}

/** A turn of one contestant in a closed loop. */
export interface Turn extends BurstResult {
  readonly cores: Cores;
  readonly cost: Figure['cost'];
}

/** Medians over turns. */
export interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time in µs for one answered request; of a whole program without what it does later. */
  readonly cost: { readonly node: number; readonly store: number; readonly load: number };
}

export function toFigure(turns: readonly Turn[]): Figure {
  const median = (pick: (turn: Turn) => number): number => medianOf(turns.map(pick));
  return {
    perSecond: median((turn) => turn.perSecond),
    p50: median((turn) => turn.latency.p50),
    p99: median((turn) => turn.latency.p99),
    cost: {
      node: median(({ cost }) => cost.node),
      store: median(({ cost }) => cost.store),
      load: median(({ cost }) => cost.load),
    },
  };
}

const WARMUP_MS = 500;
/** Between two turns: the disk and the processors come to rest. */
const REST_MS = 500;

export interface TurnOptions {
  readonly stage: Stage;
  readonly connections: number;
  readonly measureMs: number;
}

/** Sends prepared requests over and over all connections, each as soon as the last one of its connection is answered. */
export async function runTurn({ stage, connections, measureMs }: TurnOptions, contestant: Contestant): Promise<Turn> {
  await pause(REST_MS);
  const before = readUsed(stage, contestant);
  const run = stage.load.call<BurstResult>('runBurst', {
    port: contestant.port,
    connections,
    warmupMs: WARMUP_MS,
    measureMs,
    repeats: contestant.repeats,
  });
  const result = await (contestant.crashed ? Promise.race([run, contestant.crashed]) : run);
  const after = readUsed(stage, contestant);
  const each = (name: 'node' | 'store' | 'load'): number => ((after[name] - before[name]) * 1000) / result.acked;
  return {
    ...result,
    cores: toCores(before, after),
    cost: { node: each('node'), store: each('store'), load: each('load') },
  };
}
