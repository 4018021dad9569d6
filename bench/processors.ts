import { readCpuTimes, readPostgresCpuMs, readProcessCpuMs } from './machine.ts';
import type { Stage } from './stage.ts';

/** Who is measured: a Wharf with its PostgreSQL, or a server without one. */
export interface Target {
  readonly pid: number;
  readonly dataDir?: string;
}

/** Processor time so far, in ms, at a moment. */
export interface Used {
  readonly at: number;
  readonly all: number;
  readonly node: number;
  readonly postgres: number;
  readonly load: number;
  readonly graph: number;
}

/** Processor use between two moments, in cores. `others`: what is no part of the bench. */
export type Cores = Readonly<Record<Exclude<keyof Used, 'at' | 'all'> | 'others', number>>;

export function readUsed(stage: Stage, target: Target): Used {
  return {
    at: performance.now(),
    all: readCpuTimes().busyMs,
    node: readProcessCpuMs(target.pid),
    postgres: target.dataDir === undefined ? 0 : readPostgresCpuMs(target.dataDir),
    load: readProcessCpuMs(stage.load.pid),
    graph: readProcessCpuMs(stage.graph.pid),
  };
}

export function toCores(before: Used, after: Used): Cores {
  const cores = (name: keyof Used): number => (after[name] - before[name]) / (after.at - before.at);
  const [node, postgres, load, graph] = [cores('node'), cores('postgres'), cores('load'), cores('graph')];
  return { node, postgres, load, graph, others: cores('all') - node - postgres - load - graph };
}
