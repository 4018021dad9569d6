import { type Filled, fill } from '../growth/fill.ts';
import { toPlace } from '../postgres.ts';
import { toGrowthSection } from '../report/growth.ts';
import { seed } from '../seeding.ts';
import { onStage, startWharf, type Wharf } from '../wharf.ts';
import { type PeakRound, runPeakRound } from './peak-round.ts';
import { countFaults, type Phase, type PhaseSetup, type Size } from './phase.ts';
import { runSustainedOn, type SustainedPhase, type SustainedRate } from './sustained.ts';

/** The same work on an empty database and on one that holds a month of a large business. */
export interface GrowthPhase {
  readonly filled: Filled;
  readonly startMs: Sides<number>;
  readonly rounds: readonly Sides<PeakRound>[];
  readonly sustained: Sides<Steady>;
}

export interface Sides<T> {
  readonly empty: T;
  readonly full: T;
}

type Steady = Omit<SustainedPhase, 'atRestMb' | 'startMs'>;

const MESSAGES: Readonly<Record<Size, number>> = { quick: 100_000, full: 1_000_000, long: 10_000_000 };
const ROUNDS: Readonly<Record<Size, number>> = { quick: 2, full: 4, long: 6 };
const NUMBERS = 20;
const DAYS = 30;
const LOAD = { seconds: 20, numbers: NUMBERS, connections: 64 };
const STEADY: SustainedRate = {
  seconds: 30,
  messagesPerSecond: 300,
  statusesPerSecond: 3_000,
  connections: 128,
  numbers: NUMBERS,
};

/** The channels come to be by their first message; then only the door is open while the tables are filled. */
async function makeFull({ stage, size, nodeArgs, say }: PhaseSetup): Promise<{ wharf: Wharf; filled: Filled }> {
  const base = { ...onStage(stage, nodeArgs), name: 'growth-full' };
  const first = await startWharf({ ...base, roles: 'all' });
  await seed(stage, first, { count: 0, numbers: NUMBERS, run: 'channels' });
  await first.stop();
  const gateway = await startWharf({ ...base, roles: 'gateway' });
  const messages = MESSAGES[size];
  say(`growth: filling the tables with ${messages} messages`);
  const filled = await fill({ database: toPlace(gateway.dataDir), messages, days: DAYS, numbers: NUMBERS, say });
  say(`growth: ${filled.gigabytes.toFixed(1)} GB in ${(filled.tookMs / 1000).toFixed(0)} s`);
  await gateway.stop();
  return { wharf: await startWharf({ ...base, roles: 'all' }), filled };
}

async function runRounds({ stage, size, say }: PhaseSetup, sides: Sides<Wharf>): Promise<Sides<PeakRound>[]> {
  const rounds: Sides<PeakRound>[] = [];
  for (let n = 0; n < ROUNDS[size]; n++) {
    const empty = await runPeakRound({ stage, run: `empty-${n}`, ...LOAD }, sides.empty);
    const full = await runPeakRound({ stage, run: `full-${n}`, ...LOAD }, sides.full);
    say(`growth, round ${n}: empty ${Math.round(empty.perSecond)}/s, full ${Math.round(full.perSecond)}/s to the end`);
    rounds.push({ empty, full });
  }
  return rounds;
}

async function measure(setup: PhaseSetup): Promise<GrowthPhase> {
  const { stage, nodeArgs, say } = setup;
  const { wharf: full, filled } = await makeFull(setup);
  const empty = await startWharf({ ...onStage(stage, nodeArgs), name: 'growth-empty', roles: 'all' });
  const rounds = await runRounds(setup, { empty, full });
  const on = { stage, say };
  const sustained = {
    empty: await runSustainedOn(on, empty, STEADY),
    full: await runSustainedOn(on, full, STEADY),
  };
  await empty.stop();
  await full.stop();
  return { filled, startMs: { empty: empty.startMs, full: full.startMs }, rounds, sustained };
}

export const growth: Phase = {
  name: 'growth',
  sizes: ['long'],
  async run(setup) {
    const phase = await measure(setup);
    const judgements = phase.rounds.flatMap(({ empty, full }) => [empty.judgement, full.judgement]);
    const { empty, full } = phase.sustained;
    return {
      sections: [toGrowthSection(phase)],
      faults: countFaults([...judgements, empty.judgement, full.judgement]),
    };
  },
};
