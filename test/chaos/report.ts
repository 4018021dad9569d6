import type { Machine } from '../../bench/machine.ts';
import { medianOf } from '../../bench/load/quantiles.ts';
import type { Act, Volume } from './act.ts';
import { COUNTS, type CountName } from './judge.ts';
import { FAULTS, FORM_WORDS, type Kind, KINDS } from './kinds.ts';
import { PATIENCE_MS, type Struck, toLine } from './storm.ts';

export interface ReportOptions {
  readonly acts: readonly Act[];
  readonly machine: Machine;
  readonly seed: number;
  readonly command: string;
  readonly tookMs: number;
}

type Row = readonly string[];

const toSeconds = (ms: number): string => (Number.isFinite(ms) ? (ms / 1000).toFixed(ms < 9_950 ? 2 : 1) : '–');

function align(rows: readonly Row[], isRight: (column: number) => boolean): string[] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, n) => Math.max(all[n] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, n) => (isRight(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const middleAndMost = (values: readonly number[]): [string, string] => [
  toSeconds(medianOf(values)),
  toSeconds(values.length > 0 ? Math.max(...values) : Number.NaN),
];

function toKindRow(kind: Kind, struck: readonly Struck[]): Row {
  const settled = struck.filter(({ isOverlapped }) => !isOverlapped);
  const times = (pick: (one: Struck) => number | null): number[] => settled.map((one) => pick(one) ?? PATIENCE_MS);
  return [
    kind,
    String(struck.length),
    toSeconds(medianOf(struck.map(({ at, endedAt }) => endedAt - at))),
    ...middleAndMost(times(({ silenceMs }) => silenceMs)),
    ...middleAndMost(times(({ ackMs }) => ackMs)),
    ...middleAndMost(times(({ replyMs }) => replyMs)),
    String(struck.reduce((sum, { refused }) => sum + refused, 0)),
    String(struck.reduce((sum, { unanswered }) => sum + unanswered, 0)),
    FAULTS[kind].words,
  ];
}

const HEAD: Row = [
  'fault',
  'times',
  'lasts',
  'silent',
  'most',
  '200',
  'most',
  'reply',
  'most',
  '503',
  'none',
  'what it is',
];

function toFaultTable({ form, struck, skipped }: Act): string[] {
  const rows = KINDS.flatMap((kind) => {
    const own = struck.filter(({ planned }) => planned.kind === kind);
    return own.length > 0 ? [toKindRow(kind, own)] : [];
  });
  const table = align([HEAD, ...rows], (column) => column > 0 && column < HEAD.length - 1);
  return ['', `${form}: ${FORM_WORDS[form]}`, ...table, ...skipped.map((line) => `not done: ${line}`)];
}

const VOLUMES: readonly (readonly [keyof Volume, string])[] = [
  ['messages', 'written by customers'],
  ['orders', 'ordered by the API'],
  ['arrivals', 'reached phones'],
  ['posted', 'webhook POSTs'],
  ['refused', 'of them answered 503'],
  ['unanswered', 'of them not answered'],
  ['ambiguous', 'sends with a lost answer, or with one that leaves it open'],
  ['givenUp', 'templates given up for want of evidence, visibly'],
  ['restarts', 'starts of Node after a death'],
];

function toCountTable(acts: readonly Act[]): string[] {
  const names = Object.keys(COUNTS) as CountName[];
  const counts = names.map((name) => [...acts.map(({ findings }) => String(findings[name].length)), COUNTS[name]]);
  const volumes = VOLUMES.map(([key, words]) => [...acts.map(({ volume }) => String(volume[key])), words]);
  const times = [
    [...acts.map(({ stormMs }) => toSeconds(stormMs)), 's of faults'],
    [...acts.map(({ restMs }) => toSeconds(restMs)), 's until nothing was left to do'],
  ];
  const head = [...acts.map(({ form }) => form), ''];
  return ['', ...align([head, ...volumes, ...times, head.map(() => ''), ...counts], (n) => n < acts.length)];
}

/** Everything in one page. Seconds, median and most; "silent" is the longest time without a 200. */
export function toReport({ acts, machine, seed, command, tookMs }: ReportOptions): string {
  return [
    `Chaos, ${new Date().toISOString().slice(0, 10)}, commit ${machine.commit}`,
    `  ${command}`,
    `  seed ${seed}: the plan of faults and the customers' schedule repeat with it, how they meet does not`,
    `  ${machine.cpu}, ${machine.memory}, ${machine.system}; ${machine.disk}; Node ${machine.node}, PostgreSQL ${acts[0]?.postgres ?? '–'}`,
    `  ${machine.busyBefore.replace('anything of the bench', 'anything of this')}; it took ${toSeconds(tookMs)} s`,
    ...acts.flatMap(toFaultTable),
    '',
    'Times in seconds, median and most, from when the fault was over: to the first 200 to a request that left after that, and to',
    'the answer to the first message written after that. "silent": the longest time without a 200. 503, none: POSTs refused,',
    "and without an answer. Each is posted again as Meta does, at most 0.6 s apart instead of Meta's minutes and hours.",
    ...toCountTable(acts),
  ].join('\n');
}

/** What somebody needs who has to find out why. */
export function toFailure({ struck, findings, stories, form }: Act): string {
  const start = struck[0]?.at ?? 0;
  return [
    `\n${form}: what happened when`,
    ...struck.map((one) => `  ${toSeconds(one.at - start).padStart(7)} s  ${toLine(one)}`),
    ...(Object.keys(findings) as CountName[]).flatMap((name) =>
      findings[name].slice(0, 20).map((line) => `  ${name}: ${line}`),
    ),
    ...Object.entries(stories).map(([mark, rows]) => `\n  the story of ${mark}: ${JSON.stringify(rows, null, 2)}`),
  ].join('\n');
}
