import { readCpuTimes, readFamilyCpuMs, readProcessCpuMs } from './machine.ts';
import { readPostmaster } from './postgres.ts';
import type { Stage } from './stage.ts';

/** Who is measured: a Wharf with its PostgreSQL, a server without a store, or a peer of several processes. */
export interface Target {
  readonly pid: number;
  /** Processes of the same program beside it, such as a peer's worker. */
  readonly beside?: readonly number[];
  /** Of the Wharf whose PostgreSQL it uses. */
  readonly dataDir?: string;
  /** Another store's process. */
  readonly storePid?: number;
}

/** Processor time so far, in ms, at a moment. */
export interface Used {
  readonly at: number;
  readonly all: number;
  readonly node: number;
  readonly store: number;
  readonly load: number;
  readonly graph: number;
}

/** Processor use between two moments, in cores. `others`: what is no part of the bench. */
export type Cores = Readonly<Record<Exclude<keyof Used, 'at' | 'all'> | 'others', number>>;

function readStoreCpuMs({ dataDir, storePid }: Target): number {
  const postmaster = dataDir === undefined ? null : (readPostmaster(dataDir)?.pid ?? Number.NaN);
  return (postmaster === null ? 0 : readFamilyCpuMs(postmaster)) + (storePid ? readProcessCpuMs(storePid) : 0);
}

export function readUsed(stage: Stage, target: Target): Used {
  return {
    at: performance.now(),
    all: readCpuTimes().busyMs,
    node: [target.pid, ...(target.beside ?? [])].reduce((sum, pid) => sum + readProcessCpuMs(pid), 0),
    store: readStoreCpuMs(target),
    load: readProcessCpuMs(stage.load.pid),
    graph: readProcessCpuMs(stage.graph.pid),
  };
}

export function toCores(before: Used, after: Used): Cores {
  const cores = (name: keyof Used): number => (after[name] - before[name]) / (after.at - before.at);
  const [node, store, load, graph] = [cores('node'), cores('store'), cores('load'), cores('graph')];
  return { node, store, load, graph, others: cores('all') - node - store - load - graph };
}
