import { medianOf } from '../load/quantiles.ts';
import type { PeakRound } from '../phases/peak-round.ts';
import type { GrowthPhase, Sides } from '../phases/growth.ts';
import { atLeast, count, micros, ms, rate, type Row, type Section, seconds, zero } from './table.ts';

/** Medians over rounds of the ratio in each: a slow minute of the machine hits both sides. The first round warms up. */
export const toRatio = (rounds: readonly Sides<PeakRound>[], pick: (round: PeakRound) => number): number =>
  medianOf(rounds.slice(1).map(({ empty, full }) => pick(full) / pick(empty)));

function toTableRows({ filled }: GrowthPhase): Row[] {
  return filled.tables
    .filter(({ megabytes }) => megabytes > 1)
    .slice(0, 9)
    .map(({ name, live, megabytes }) => ({
      what: `  ${name}`,
      figure: `${count(live)} rows, ${megabytes >= 1024 ? `${(megabytes / 1024).toFixed(1)} GB` : `${count(megabytes)} MB`}`,
    }));
}

function toRoundRows({ rounds }: GrowthPhase): Row[] {
  const counted = rounds.slice(1);
  const side = (name: 'empty' | 'full', pick: (round: PeakRound) => number): number =>
    medianOf(counted.map((round) => pick(round[name])));
  const cost = (name: 'empty' | 'full'): string =>
    `Node ${micros(side(name, (round) => round.cost.node))}, PostgreSQL ${micros(side(name, (round) => round.cost.store))}`;
  const acks = (round: PeakRound): number => 1 / round.ackedMs;
  return [
    {
      what: 'Peak end to end, empty',
      figure: `${rate(side('empty', (one) => one.perSecond))} events; ${cost('empty')}`,
    },
    { what: 'Peak end to end, full', figure: `${rate(side('full', (one) => one.perSecond))} events; ${cost('full')}` },
    atLeast(
      '  full / empty',
      toRatio(rounds, (one) => one.perSecond),
      { least: 0.9, unit: 'of it' },
    ),
    atLeast('  acknowledging the same, full / empty', toRatio(rounds, acks), { least: 0.9, unit: 'of it' }),
  ];
}

function toSteadyRows({ sustained }: GrowthPhase): Row[] {
  return (['empty', 'full'] as const).map((name) => {
    const { result, judgement, cost } = sustained[name];
    return {
      what: `Sustained worst case for 30 s, ${name}`,
      figure: `ack p50 ${ms(result.ack.p50)}, p99 ${ms(result.ack.p99)}; reply p50 ${ms(judgement.reply.p50)}, p99 ${ms(judgement.reply.p99)}; Node ${micros(cost.node)}, PostgreSQL ${micros(cost.store)}`,
    };
  });
}

export function toGrowthSection(phase: GrowthPhase): Section {
  const { filled, startMs, rounds, sustained } = phase;
  const judgements = [
    ...rounds.flatMap(({ empty, full }) => [empty.judgement, full.judgement]),
    sustained.empty.judgement,
    sustained.full.judgement,
  ];
  const faults = judgements.reduce((sum, one) => sum + one.missing + one.doubled + one.disordered, 0);
  return {
    title: `Growth: ${count(filled.messages)} messages of ${filled.days} days stored, against an empty database, ${rounds.length - 1} rounds in alternation`,
    rows: [
      { what: 'Stored', figure: `${filled.gigabytes.toFixed(1)} GB, filled by SQL in ${seconds(filled.tookMs)}` },
      ...toTableRows(phase),
      { what: 'Start, empty / full', figure: `${seconds(startMs.empty)} / ${seconds(startMs.full)}` },
      ...toRoundRows(phase),
      ...toSteadyRows(phase),
      zero('Replies missing, doubled or disordered', faults),
    ],
  };
}
