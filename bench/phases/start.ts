import { makeProbe } from '../probe.ts';
import { medianOf } from '../load/quantiles.ts';
import { toStartSection } from '../report/start.ts';
import { seed } from '../seeding.ts';
import { onStage, startWharf } from '../wharf.ts';
import type { Phase, PhaseSetup, Size } from './phase.ts';

/** From the beginning of the process to the first webhook that it answered 200, in ms. */
export interface StartPhase {
  readonly empty: readonly number[];
  readonly existing: readonly number[];
  readonly messages: number;
}

const REPEATS: Readonly<Record<Size, number>> = { quick: 3, full: 5, long: 9 };
const MESSAGES = 5_000;

async function measureStart({ stage, nodeArgs }: PhaseSetup, name: string): Promise<number> {
  const isUp = makeProbe(stage.secret);
  const wharf = await startWharf({ ...onStage(stage, nodeArgs), name, roles: 'all', isUp, pollMs: 5 });
  await wharf.stop();
  return wharf.startMs;
}

/** The first start is not counted: it may build the web pages, and brings the program's files into memory. */
async function fill({ stage, nodeArgs }: PhaseSetup): Promise<string> {
  const name = 'start-existing';
  const wharf = await startWharf({ ...onStage(stage, nodeArgs), name, roles: 'all' });
  await seed(stage, wharf, { count: MESSAGES, numbers: 10 });
  await wharf.stop();
  return name;
}

async function measure(setup: PhaseSetup): Promise<StartPhase> {
  const { size, say } = setup;
  const existing = await fill(setup);
  const phase = { empty: [] as number[], existing: [] as number[], messages: MESSAGES };
  for (let n = 1; n <= REPEATS[size]; n++) {
    phase.empty.push(await measureStart(setup, `start-${n}`));
    phase.existing.push(await measureStart(setup, existing));
  }
  say(`starts: ${medianOf(phase.empty).toFixed(0)} ms empty, ${medianOf(phase.existing).toFixed(0)} ms existing`);
  return phase;
}

export const start: Phase = {
  name: 'start',
  sizes: ['quick', 'full', 'long'],
  run: async (setup) => ({ sections: [toStartSection(await measure(setup))], faults: 0 }),
};
