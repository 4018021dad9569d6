import { medianOf } from '../load/quantiles.ts';
import type { PeakRound } from '../phases/peak-round.ts';
import { count, micros, rate, type Section, seconds, toCoresText, toFaultRows } from './table.ts';

export function toPeakSection(rounds: readonly PeakRound[], connections: number): Section {
  const median = (pick: (round: PeakRound) => number): number => medianOf(rounds.map(pick));
  const perSecond = median((round) => round.perSecond);
  const middle = rounds.toSorted((a, b) => a.perSecond - b.perSecond)[rounds.length >> 1];
  const sum = (pick: (round: PeakRound) => number): number => rounds.reduce((total, round) => total + pick(round), 0);
  const faults = {
    expected: sum(({ judgement }) => judgement.expected),
    missing: sum(({ judgement }) => judgement.missing),
    doubled: sum(({ judgement }) => judgement.doubled),
    disordered: sum(({ judgement }) => judgement.disordered),
  };
  return {
    title: `Peak end to end, CLOSED loop, ${connections} connections: the sustained load as fast as it is taken, ${rounds.length} rounds, medians`,
    rows: [
      { what: 'Distinct events in a round (3 in 10 statuses in batches)', figure: count(middle?.events ?? 0) },
      {
        what: 'Events folded, reacted to and replied to',
        figure: rate(perSecond),
        goal: '≥ 10,000/s',
        met: perSecond >= 10_000,
      },
      { what: '  acknowledged after', figure: seconds(median((round) => round.ackedMs)) },
      { what: '  all done after', figure: seconds(median((round) => round.doneMs)) },
      { what: '  each round', figure: rounds.map((round) => rate(round.perSecond)).join(', ') },
      {
        what: '  processor time for each event',
        figure: `Node ${micros(median(({ cost }) => cost.node))}, PostgreSQL ${micros(median(({ cost }) => cost.store))}`,
      },
      ...(middle ? [{ what: '  processors used in the middle round', figure: toCoresText(middle.cores) }] : []),
      { what: 'Refused (not 200)', figure: count(sum(({ refused }) => refused)) },
      ...toFaultRows(faults),
    ],
  };
}
