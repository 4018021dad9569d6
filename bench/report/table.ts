import type { Cores } from '../processors.ts';
import { medianOf } from '../load/quantiles.ts';

/** One line of the table. `goal` and `met` are empty where there is none. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly goal?: string;
  readonly met?: boolean;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export const rate = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en')}/s`;
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
export const seconds = (valueMs: number): string => `${(valueMs / 1000).toFixed(valueMs < 10_000 ? 2 : 1)} s`;
export const count = (value: number): string => Math.round(value).toLocaleString('en');
export const micros = (value: number): string => `${value.toFixed(0)} µs`;

/** A figure in ms with its limit. */
export const atMost = (what: string, value: number, limit: number): Row => ({
  what,
  figure: ms(value),
  goal: `≤ ${limit} ms`,
  met: value <= limit,
});

/** A figure in ms, told in seconds, with its limit in seconds. */
export const withinSeconds = (what: string, valueMs: number, limitS: number): Row => ({
  what,
  figure: seconds(valueMs),
  goal: `≤ ${limitS} s`,
  met: valueMs <= limitS * 1000,
});

export const zero = (what: string, found: number): Row => ({ what, figure: count(found), goal: '0', met: found === 0 });

/** `found` of something, with the least that it should be; told in `unit`. */
export const atLeast = (what: string, value: number, { least, unit }: { least: number; unit: string }): Row => ({
  what,
  figure: `${value.toFixed(2)} ${unit}`,
  goal: `≥ ${least}`,
  met: value >= least,
});

export function toSecondsRow(bySecond: readonly number[], goalMs: number): Row {
  const over = bySecond.filter((p99) => p99 > goalMs).length;
  return {
    what: '  p99 of the median / worst second',
    figure: `${ms(medianOf(bySecond))} / ${ms(Math.max(...bySecond))}; ${over} of ${bySecond.length} seconds over ${goalMs} ms`,
  };
}

/** Faults of replies; each fails the bench. */
export const toFaultRows = (found: {
  readonly expected: number;
  readonly missing: number;
  readonly doubled: number;
  readonly disordered: number;
}): Row[] => [
  { what: 'Replies expected', figure: count(found.expected) },
  zero('Replies missing', found.missing),
  zero('Replies doubled', found.doubled),
  zero('Replies disordered', found.disordered),
];

export const toCoresText = ({ node, store, load, graph, others }: Cores): string =>
  `Wharf ${node.toFixed(2)}, PostgreSQL ${store.toFixed(2)}, load ${load.toFixed(2)}, Graph side ${graph.toFixed(2)}, others ${others.toFixed(2)}`;

const LABEL = 58;
const FIGURE = 44;

function toText({ what, figure, goal, met }: Row): string {
  if (goal === undefined) return `  ${what.padEnd(LABEL)}${figure}`.trimEnd();
  return `  ${what.padEnd(LABEL)}${figure.padEnd(FIGURE)}${goal.padEnd(14)}${met ? 'pass' : 'MISS'}`;
}

export const toTable = (sections: readonly Section[]): string =>
  sections.map(({ title, rows }) => `\n${title}\n${rows.map(toText).join('\n')}\n`).join('');
