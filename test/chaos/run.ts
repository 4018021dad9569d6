/**
 * `npm run chaos`: real processes of Wharf, a real PostgreSQL, an open load, and faults at random moments from a seed; then
 * the books. Ends with 1 when anything is missing, doubled, out of order or sent again without need.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from '../../bench/machine.ts';
import { type Act, play } from './act.ts';
import { isRight } from './judge.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { makePlan } from './plan.ts';
import { toFailure, toReport } from './report.ts';
import { openStage, type Stage } from './stage.ts';

const startedAt = performance.now();
const say = (line: string): void =>
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${line}`);

/** Longer than most outages, shorter than some: then only what Wharf heard counts, not how long it waited. */
const GRACE_SECONDS = 8;

function printPlan({ seed, forms, only }: Options): void {
  for (const form of forms) {
    console.log(`${form}, seed ${seed}`);
    for (const { kind, gapMs, lastsMs, overlaps, whom } of makePlan({ seed, form, only, count: 40 }))
      console.log(
        `  ${kind.padEnd(16)} ${overlaps ? 'into the recovery, after' : 'after'} ${gapMs} ms${lastsMs > 0 ? `, for ${lastsMs} ms` : ''}, whom ${whom.toFixed(2)}`,
      );
  }
}

async function playAll(stage: Stage, options: Options): Promise<Act[]> {
  const { seed, rate, only, forms, minutes } = options;
  const able = forms.filter((form) => makePlan({ seed, form, only, count: 1 }).length > 0);
  const acts: Act[] = [];
  for (const form of able) {
    const mark = stage.mark;
    say(`${form}: starting`);
    const forMs = (minutes * 60_000) / able.length;
    acts.push(await play({ stage, form, seed, only, rate, forMs, graceSeconds: GRACE_SECONDS, say }));
    if (isRight(acts.at(-1)?.findings ?? ({} as never))) await stage.endSince(mark);
  }
  return acts;
}

function keepForInspection(stage: Stage, acts: readonly Act[], seed: number): void {
  for (const act of acts.filter(({ findings }) => !isRight(findings))) console.log(toFailure(act));
  writeFileSync(join(stage.folder, 'acts.json'), JSON.stringify(acts, null, 2));
  console.log(
    `\nSeed ${seed}. Logs, the database and acts.json stay in ${stage.folder} (the whole program's in disk.img there: mount -o loop).`,
  );
}

function toVerdict(acts: readonly Act[], isGood: boolean): string {
  if (!isGood) return 'This is a fault of Wharf.';
  const count = acts.reduce((sum, { struck }) => sum + struck.length, 0);
  if (count === 0) return 'No fault could be done here: this shows nothing.';
  return `After ${count} faults nothing is missing, doubled, disordered or wrongly resent.`;
}

async function perform(stage: Stage, options: Options): Promise<boolean> {
  const machine = await describeMachine(stage.folder);
  say(`seed ${options.seed}; files in ${stage.folder}`);
  const acts = await playAll(stage, options);
  const command = `npm run chaos -- ${process.argv.slice(2).join(' ')}`;
  console.log(`\n${toReport({ acts, machine, seed: options.seed, command, tookMs: performance.now() - startedAt })}`);
  const isGood = acts.every(({ findings }) => isRight(findings));
  if (!isGood) keepForInspection(stage, acts, options.seed);
  console.log(`\n${toVerdict(acts, isGood)}`);
  return isGood;
}

async function main(options: Options): Promise<void> {
  if (options.planOnly) return printPlan(options);
  const stage = openStage(options.dir);
  let keepFiles = true;
  try {
    const isGood = await perform(stage, options);
    keepFiles = !isGood;
    process.exitCode = isGood ? 0 : 1;
  } catch (error) {
    process.exitCode = 1;
    if (!stage.interrupted) console.error(`Seed ${options.seed}; files stay in ${stage.folder}.`, error);
  } finally {
    await stage.close(keepFiles && !stage.interrupted);
  }
}

const draw = (): number => Math.floor(Math.random() * 2 ** 31);

function readOptions(): Options | null {
  try {
    return parseOptions(process.argv.slice(2), draw);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

const options = readOptions();
if (options) await main(options);
else process.exitCode = 2;
