import { parseArgs } from 'node:util';
import { describeMachine, type Machine } from './machine.ts';
import type { Outcome, Phase, PhaseSetup, Size } from './phases/phase.ts';
import { PHASES } from './phases/index.ts';
import { toMachineSection } from './report/machine.ts';
import { toTable } from './report/table.ts';
import { openStage, type Stage } from './stage.ts';
import { readVersions } from './versions.ts';

/**
 * `npm run bench [-- --quick]`: measures Wharf against the bare minimum and against its peers on this machine and prints
 * one table. Ends with 0 unless a reply was missing, doubled or out of order, an acknowledged event was lost, or
 * something crashed: speed is measured, not asserted.
 *
 *   --quick         under 5 minutes
 *   --long          everything at its full length: two hours
 *   --only NAME     one phase, or several; see PHASES
 *   --minutes N     how long `sustained` and `soak` offer their load
 *   --dir FOLDER    where the data goes (default: the system's temporary folder); its disk decides much
 *   --node ARG      passed to Node for Wharf, for example --node=--cpu-prof
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    dir: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
  },
});

const startedAt = performance.now();
const say = (line: string): void =>
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s] ${line}`);

function choosePhases(size: Size): readonly Phase[] {
  const unknown = options.only.find((name) => !PHASES.some((phase) => phase.name === name));
  if (unknown !== undefined) throw new Error(`--only takes ${PHASES.map(({ name }) => name).join(', ')}`);
  return PHASES.filter(({ name, sizes }) =>
    options.only.length > 0 ? options.only.includes(name) : sizes.includes(size),
  );
}

function toSetup(stage: Stage, size: Size): PhaseSetup {
  const minutes = options.minutes === undefined ? null : Number(options.minutes);
  if (minutes !== null && !(minutes > 0)) throw new Error('--minutes takes a number above 0');
  return { stage, size, minutes, nodeArgs: options.node, say };
}

function print(machine: Machine, outcomes: readonly Outcome[]): void {
  const about = {
    command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
    date: new Date().toISOString().slice(0, 10),
    tookS: (performance.now() - startedAt) / 1000,
    versions: readVersions(),
  };
  console.log(toTable([toMachineSection(machine, about), ...outcomes.flatMap(({ sections }) => sections)]));
}

/** Says whether nothing was wrong. What was measured is printed also when a later phase ends in an error. */
async function measure(stage: Stage, size: Size, phases: readonly Phase[]): Promise<boolean> {
  const machine = await describeMachine(stage.folder);
  const setup = toSetup(stage, size);
  const outcomes: Outcome[] = [];
  try {
    for (const phase of phases) outcomes.push(await phase.run(setup));
  } finally {
    print(machine, outcomes);
  }
  return outcomes.every(({ faults }) => faults === 0);
}

const size: Size = options.quick ? 'quick' : options.long ? 'long' : 'full';
const phases = choosePhases(size);
const stage = await openStage(options.dir);
try {
  const isRight = await measure(stage, size, phases);
  if (!isRight) console.error('Something was lost, doubled or out of order: this is a fault, not a matter of speed.');
  process.exitCode = isRight ? 0 : 1;
} catch (error) {
  if (!stage.interrupted) console.error(error);
  process.exitCode = 1;
} finally {
  await stage.close();
}
