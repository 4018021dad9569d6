import { parseArgs } from 'node:util';
import { type ClosedPhase, runClosedPhase, startBoth } from './closed-phase.ts';
import { describeMachine } from './machine.ts';
import {
  type Section,
  toClosedSection,
  toMachineSection,
  toSendingSection,
  toSustainedSection,
  toTable,
} from './report.ts';
import { runSendingPhase, type SendingPhase } from './sending-phase.ts';
import { openStage, type Stage } from './stage.ts';
import { runSustainedPhase, type SustainedPhase } from './sustained-phase.ts';

/**
 * `npm run bench [-- --quick]`: measures Wharf against the bare minimum on this machine and prints one table. Ends
 * with 0 unless a reply was missing, doubled or out of order, or something crashed: speed is measured, not asserted.
 *
 *   --quick         under 4 minutes; otherwise under 15
 *   --dir FOLDER    where the data goes (default: the system's temporary folder); its disk decides much
 *   --only NAME     closed, sustained or sending
 *   --node ARG      passed to Node for Wharf, for example --node=--cpu-prof
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    dir: { type: 'string' },
    only: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
  },
});

interface Plan {
  readonly closed: readonly { readonly connections: number; readonly rounds: number; readonly measureMs: number }[];
  readonly pool: number;
  readonly sustainedSeconds: number;
  readonly sendingSeconds: number;
}

/** 256 first: its first round is where everything gets warm, and a median leaves it out. */
const QUICK: Plan = {
  closed: [
    { connections: 256, rounds: 3, measureMs: 3_000 },
    { connections: 64, rounds: 1, measureMs: 3_000 },
  ],
  pool: 60_000,
  sustainedSeconds: 60,
  sendingSeconds: 20,
};

const FULL: Plan = {
  closed: [
    { connections: 256, rounds: 5, measureMs: 8_000 },
    { connections: 64, rounds: 3, measureMs: 8_000 },
  ],
  pool: 150_000,
  sustainedSeconds: 120,
  sendingSeconds: 60,
};

const NUMBERS = { closed: 20, sustained: 10 };
const startedAt = performance.now();
const say = (line: string): void =>
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s] ${line}`);

async function measureClosed(stage: Stage, plan: Plan): Promise<ClosedPhase[]> {
  say('starting the gateway role alone, and the whole program');
  const numbers = NUMBERS.closed;
  const { gateway, whole } = await startBoth({ stage, numbers, nodeArgs: options.node });
  const phases: ClosedPhase[] = [];
  for (const one of plan.closed)
    phases.push(await runClosedPhase({ stage, gateway, whole, numbers, pool: plan.pool, say, ...one }));
  await gateway.stop();
  await whole.stop();
  return phases;
}

function measureSustained(stage: Stage, plan: Plan): Promise<SustainedPhase> {
  say('starting the whole program anew for the sustained run');
  const load = { messagesPerSecond: 300, statusesPerSecond: 3_000, connections: 128 };
  return runSustainedPhase({
    stage,
    numbers: NUMBERS.sustained,
    seconds: plan.sustainedSeconds,
    nodeArgs: options.node,
    say,
    ...load,
  });
}

function measureSending(stage: Stage, plan: Plan): Promise<SendingPhase> {
  say('starting the whole program anew for the campaign');
  return runSendingPhase({ stage, count: 100_000, seconds: plan.sendingSeconds, nodeArgs: options.node, say });
}

async function measure(stage: Stage): Promise<boolean> {
  const plan = options.quick ? QUICK : FULL;
  const machine = await describeMachine(stage.folder);
  const wants = (name: string): boolean => options.only === undefined || options.only === name;
  const closed = wants('closed') ? await measureClosed(stage, plan) : [];
  const sustained = wants('sustained') ? await measureSustained(stage, plan) : null;
  const sending = wants('sending') ? await measureSending(stage, plan) : null;
  const sections: Section[] = [
    ...closed.map(toClosedSection),
    ...(sustained ? [toSustainedSection(sustained, NUMBERS.sustained)] : []),
    ...(sending ? [toSendingSection(sending)] : []),
  ];
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const tookS = (performance.now() - startedAt) / 1000;
  console.log(
    toTable([toMachineSection(machine, { command, date: new Date().toISOString().slice(0, 10), tookS }), ...sections]),
  );
  const judgements = [
    ...[...closed, ...(sustained ? [sustained] : [])].map(({ judgement }) => judgement),
    ...(sending ? [sending.behind] : []),
  ];
  return judgements.every(({ missing, doubled, disordered }) => missing + doubled + disordered === 0);
}

if (![undefined, 'closed', 'sustained', 'sending'].includes(options.only))
  throw new Error('--only takes closed, sustained or sending');
const stage = await openStage(options.dir);
try {
  const isRight = await measure(stage);
  if (!isRight) console.error('A reply was missing, doubled or out of order: this is a fault, not a matter of speed.');
  process.exitCode = isRight ? 0 : 1;
} catch (error) {
  if (!stage.interrupted) console.error(error);
  process.exitCode = 1;
} finally {
  await stage.close();
}
