import { seed } from './closed-phase.ts';
import { awaitReplies } from './drain.ts';
import { type Judgement, judge } from './judge.ts';
import { toNumberId } from './load/people.ts';
import type { SustainedFacts, SustainedResult } from './load-process.ts';
import { readRssMb } from './machine.ts';
import { type Cores, readUsed, toCores } from './processors.ts';
import type { Stage } from './stage.ts';
import { startWharf } from './wharf.ts';

/** The sustained run: a fixed schedule of Meta's worst case, from the webhook to the reply. */
export interface SustainedPhase {
  readonly facts: SustainedFacts;
  readonly result: Omit<SustainedResult, 'awaited'>;
  readonly judgement: Judgement;
  /** From the last offer to the last reply. */
  readonly drainMs: number;
  readonly rss: { readonly atRestMb: number; readonly maxMb: number; readonly quarters: readonly number[] };
  /** Processor use during the run, in cores. */
  readonly cores: Cores;
  /** Processor time in µs for each offered event, from the first offer to the last reply. */
  readonly cost: { readonly node: number; readonly postgres: number };
  readonly startMs: number;
}

export interface SustainedSetup {
  readonly stage: Stage;
  readonly numbers: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly statusesPerSecond: number;
  readonly connections: number;
  readonly nodeArgs: readonly string[];
  readonly say: (line: string) => void;
}

function watchRss(pid: number): { stop(): { maxMb: number; quarters: number[] } } {
  const samples = [readRssMb(pid)];
  const timer = setInterval(() => samples.push(readRssMb(pid)), 250);
  return {
    stop() {
      clearInterval(timer);
      samples.push(readRssMb(pid));
      const at = (share: number): number => samples[Math.floor(share * (samples.length - 1))] ?? Number.NaN;
      return { maxMb: Math.max(...samples), quarters: [0, 0.25, 0.5, 0.75, 1].map(at) };
    },
  };
}

export async function runSustainedPhase(setup: SustainedSetup): Promise<SustainedPhase> {
  const { stage, numbers, seconds, statusesPerSecond, connections, say } = setup;
  const base = {
    folder: stage.folder,
    secret: stage.secret,
    graphPort: stage.graph.ready.port,
    numberId: toNumberId(0),
    onEnd: stage.onEnd,
  };
  const wharf = await startWharf({ ...base, name: 'sustained', roles: 'all', nodeArgs: setup.nodeArgs });
  const atRestMb = readRssMb(wharf.pid);
  say(
    `all roles started in ${(wharf.startMs / 1000).toFixed(1)} s; seeding the sent messages that the statuses are about`,
  );
  await seed(stage, wharf, { count: (seconds * statusesPerSecond) / 3, numbers });
  const { messagesPerSecond, secret } = { ...setup, secret: stage.secret };
  const facts = await stage.load.call<SustainedFacts>('prepareSustained', {
    secret,
    run: 'sustained',
    numbers,
    seconds,
    messagesPerSecond,
    statusesPerSecond,
  });
  say(
    `offering ${facts.messages} messages, ${facts.statuses} statuses and ${facts.duplicates} duplicates in ${facts.deliveries} deliveries over ${seconds} s`,
  );
  const watch = watchRss(wharf.pid);
  const before = readUsed(stage, wharf);
  const run = stage.load.call<SustainedResult>('runSustained', { port: wharf.port, connections });
  const { awaited, ...result } = await Promise.race([run, wharf.crashed]);
  const after = readUsed(stage, wharf);
  const arrivals = await awaitReplies(stage, wharf, awaited.length);
  const drained = readUsed(stage, wharf);
  const micros = (name: 'node' | 'postgres'): number => ((drained[name] - before[name]) * 1000) / result.offeredEvents;
  const cost = { node: micros('node'), postgres: micros('postgres') };
  const lastAt = arrivals.reduce((last, { at }) => Math.max(last, at), 0);
  const rss = { atRestMb, ...watch.stop() };
  await wharf.stop();
  const drainMs = Math.max(0, lastAt - result.startedAt - result.offeredMs);
  return {
    facts,
    result,
    judgement: judge(awaited, arrivals),
    drainMs,
    rss,
    cores: toCores(before, after),
    cost,
    startMs: wharf.startMs,
  };
}
