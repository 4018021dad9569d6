import { setTimeout as pause } from 'node:timers/promises';
import { awaitCount, awaitReplies } from '../drain.ts';
import { type Judgement, judge } from '../judge.ts';
import { now } from '../load/now.ts';
import type { FlatResult, SustainedFacts } from '../load-process.ts';
import { readNumber, withDatabase } from '../postgres.ts';
import { type Cores, readUsed, toCores } from '../processors.ts';
import { seed } from '../seeding.ts';
import type { Stage } from '../stage.ts';
import type { Wharf } from '../wharf.ts';

/** All of a load as fast as it is taken, until every event of it is folded and every reply has arrived. */
export interface PeakRound {
  /** Distinct ones; duplicates beside them are not counted. */
  readonly events: number;
  readonly ackedMs: number;
  /** From the first request to the last event folded and the last reply. */
  readonly doneMs: number;
  readonly perSecond: number;
  readonly judgement: Judgement;
  readonly refused: number;
  readonly cores: Cores;
  /** Processor time in µs for each event. */
  readonly cost: { readonly node: number; readonly store: number };
}

export interface PeakOptions {
  readonly stage: Stage;
  /** Names what is made, so that two rounds have nothing in common. */
  readonly run: string;
  /** Of Meta's worst case for one number: 3,300 events each. */
  readonly seconds: number;
  /** Replies of one number are paced to 80 a second. */
  readonly numbers: number;
  readonly connections: number;
}

const FOLD_MS = 120_000;

const readPosition = (wharf: Wharf): Promise<number> =>
  withDatabase(wharf.dataDir, (client) => readNumber(client, 'select last_value * 100000 from journal_position'));

/**
 * Waits until so many events are recorded above a position: the transaction that records an event folds it. Tells when;
 * null when they were there at the first look.
 */
export async function awaitFolded(wharf: Wharf, position: number, count: number): Promise<number | null> {
  return withDatabase(wharf.dataDir, async (client) => {
    const deadline = now() + FOLD_MS;
    for (let look = 1; ; look++) {
      const recorded = await readNumber(client, `select count(*) from events where position > ${position}`);
      if (recorded >= count) return look === 1 ? null : now();
      if (now() > deadline) throw new Error(`of ${count} events ${recorded} were folded`);
      await pause(20);
    }
  });
}

async function prepare({ stage, run, seconds, numbers }: PeakOptions, wharf: Wharf): Promise<SustainedFacts> {
  await seed(stage, wharf, { count: seconds * 1_000, numbers, run: `${run}-seed` });
  return stage.load.call<SustainedFacts>('prepareSustained', {
    secret: stage.secret,
    run,
    numbers,
    seconds,
    messagesPerSecond: 300,
    statusesPerSecond: 3_000,
  });
}

export async function runPeakRound(options: PeakOptions, wharf: Wharf): Promise<PeakRound> {
  const { stage, connections } = options;
  const facts = await prepare(options, wharf);
  const events = facts.messages + facts.statuses;
  const position = await readPosition(wharf);
  await stage.graph.call('take');
  const before = readUsed(stage, wharf);
  const run = stage.load.call<FlatResult>('runFlat', { port: wharf.port, connections });
  const { awaited, ...result } = await Promise.race([run, wharf.crashed]);
  const ackedMs = now() - result.startedAt;
  await awaitCount(stage, wharf, awaited.length);
  const foldedAt = await awaitFolded(wharf, position, events);
  const after = readUsed(stage, wharf);
  const arrivals = await awaitReplies(stage, wharf, awaited.length);
  const lastAt = arrivals.reduce((last, { at }) => Math.max(last, at), 0);
  const doneMs = Math.max(lastAt, foldedAt ?? 0) - result.startedAt;
  const each = (name: 'node' | 'store'): number => ((after[name] - before[name]) * 1000) / events;
  return {
    events,
    ackedMs,
    doneMs,
    perSecond: (events / doneMs) * 1000,
    judgement: judge(awaited, arrivals),
    refused: result.refused,
    cores: toCores(before, after),
    cost: { node: each('node'), store: each('store') },
  };
}
