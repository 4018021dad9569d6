import { awaitReplies } from '../drain.ts';
import { type Judgement, judge } from '../judge.ts';
import type { Surge } from '../load/surge.ts';
import type { SustainedFacts, SustainedResult } from '../load-process.ts';
import { readRssMb } from '../machine.ts';
import { type Cores, readUsed, toCores } from '../processors.ts';
import { seed } from '../seeding.ts';
import type { Stage } from '../stage.ts';
import { startWatch, type Watched } from '../watch.ts';
import { onStage, startWharf, type Wharf } from '../wharf.ts';

/** A run by a schedule that is fixed beforehand, from the webhook to the reply. */
export interface SustainedPhase {
  readonly facts: SustainedFacts;
  readonly result: Omit<SustainedResult, 'awaited'>;
  readonly judgement: Judgement;
  /** From the last offer to the last reply. */
  readonly drainMs: number;
  /** From the end of the surge to the last reply to what was offered until then; null without one. */
  readonly surgeDrainMs: number | null;
  readonly atRestMb: number;
  readonly watched: Watched;
  /** Processor use during the run, in cores. */
  readonly cores: Cores;
  /** Processor time in µs for each offered event, from the first offer to the last reply. */
  readonly cost: { readonly node: number; readonly store: number };
  readonly startMs: number;
}

export interface SustainedRate {
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly statusesPerSecond: number;
  readonly connections: number;
  readonly numbers: number;
  readonly surge?: Surge;
}

export interface SustainedSetup extends SustainedRate {
  readonly stage: Stage;
  readonly name: string;
  readonly nodeArgs: readonly string[];
  readonly say: (line: string) => void;
}

type On = Pick<SustainedSetup, 'stage' | 'say'>;

/** Seeds, makes and signs the load; then only the run is left. */
async function prepare({ stage, say }: On, wharf: Wharf, rate: SustainedRate): Promise<SustainedFacts> {
  const { seconds, numbers, messagesPerSecond, statusesPerSecond, surge } = rate;
  await seed(stage, wharf, { count: (seconds * statusesPerSecond) / 3, numbers });
  const facts = await stage.load.call<SustainedFacts>('prepareSustained', {
    secret: stage.secret,
    run: 'sustained',
    numbers,
    seconds,
    messagesPerSecond,
    statusesPerSecond,
    ...(surge ? { surge } : {}),
  });
  const { messages, statuses, duplicates, deliveries } = facts;
  say(`offering ${messages} messages, ${statuses} statuses and ${duplicates} duplicates in ${deliveries} deliveries`);
  return facts;
}

/** Offers one load to a Wharf that runs, and waits for its last reply. */
export async function runSustainedOn(
  on: On,
  wharf: Wharf,
  rate: SustainedRate,
): Promise<Omit<SustainedPhase, 'atRestMb' | 'startMs'>> {
  const { stage } = on;
  const facts = await prepare(on, wharf, rate);
  const watch = await startWatch(wharf);
  const before = readUsed(stage, wharf);
  const run = stage.load.call<SustainedResult>('runSustained', { port: wharf.port, connections: rate.connections });
  const { awaited, ...result } = await Promise.race([run, wharf.crashed]);
  const after = readUsed(stage, wharf);
  const arrivals = await awaitReplies(stage, wharf, awaited.length);
  const drained = readUsed(stage, wharf);
  const each = (name: 'node' | 'store'): number => ((drained[name] - before[name]) * 1000) / result.offeredEvents;
  const lastAt = arrivals.reduce((last, { at }) => Math.max(last, at), 0);
  const judgement = judge(awaited, arrivals);
  return {
    facts,
    result,
    judgement,
    drainMs: Math.max(0, lastAt - result.startedAt - result.offeredMs),
    surgeDrainMs: rate.surge ? toSurgeDrain(rate.surge, judgement) : null,
    watched: await watch.stop(),
    cores: toCores(before, after),
    cost: { node: each('node'), store: each('store') },
  };
}

function toSurgeDrain({ fromMs, toMs, times }: Surge, { replies }: Judgement): number {
  const endMs = fromMs + (toMs - fromMs) / times;
  const firstAt = replies.reduce((first, { atMs }) => Math.min(first, atMs), Infinity);
  const until = replies.filter(({ atMs }) => atMs - firstAt <= endMs);
  return until.reduce((last, { atMs, latencyMs }) => Math.max(last, atMs + latencyMs), 0) - firstAt - endMs;
}

export async function runSustainedPhase(setup: SustainedSetup): Promise<SustainedPhase> {
  const { stage, say, nodeArgs, name, ...rate } = setup;
  say(`starting the whole program anew for the ${name} run`);
  const wharf = await startWharf({ ...onStage(stage, nodeArgs), name, roles: 'all' });
  const atRestMb = readRssMb(wharf.pid);
  say(`started in ${(wharf.startMs / 1000).toFixed(1)} s; seeding the sent messages that the statuses are about`);
  const ran = await runSustainedOn({ stage, say }, wharf, rate);
  await wharf.stop();
  return { ...ran, atRestMb, startMs: wharf.startMs };
}
