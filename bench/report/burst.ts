import type { BurstPlan } from '../phases/burst.ts';
import type { SustainedPhase } from '../phases/sustained.ts';
import { count, ms, rate, type Row, seconds, type Section, toCoresText, toFaultRows, withinSeconds } from './table.ts';

/** Seconds from the first one of a stretch on, whose p99 is above the limit; to the last such one. */
export function toSlowSeconds(bySecond: readonly number[], fromS: number, limitMs: number): number {
  return bySecond.slice(fromS).findLastIndex((p99) => p99 > limitMs) + 1;
}

function toRows({ facts, result, judgement }: SustainedPhase, plan: BurstPlan): Row[] {
  const { beforeS, surgeS, times, afterS } = plan;
  const fromS = beforeS + surgeS;
  return [
    {
      what: 'Load',
      figure: `${rate(3_300)} events for ${beforeS} s, ${rate(3_300 * times)} for ${surgeS} s, ${rate(3_300)} for ${afterS} s; 5 % duplicates; 20 numbers`,
    },
    { what: 'Events offered', figure: `${count(result.offeredEvents)} in ${count(facts.deliveries)} deliveries` },
    { what: 'Refused (not 200), offered again after a second', figure: count(result.refused) },
    {
      what: 'Sent late by more than 10 ms (counted in full)',
      figure: `${count(result.late)}, at most ${ms(Math.max(0, result.maxLateMs))}`,
    },
    {
      what: 'Ack p50 / p99 / max, all of it',
      figure: `${ms(result.ack.p50)} / ${ms(result.ack.p99)} / ${ms(result.ack.max)}`,
    },
    {
      what: 'Ack p99 above 1 s until, after the surge',
      figure: `${toSlowSeconds(result.ackP99BySecond, fromS, 1_000)} s`,
    },
    {
      what: 'Event → reply p99 above 1 s until, after the surge',
      figure: `${toSlowSeconds(judgement.replyP99BySecond, fromS, 1_000)} s`,
    },
  ];
}

export function toBurstSection(phase: SustainedPhase, plan: BurstPlan): Section {
  return {
    title: `Burst, OPEN loop: ${plan.times} times the worst case for one number for ${plan.surgeS} s, amid that worst case`,
    rows: [
      ...toRows(phase, plan),
      withinSeconds('Last reply to what was offered until its end', phase.surgeDrainMs ?? Number.NaN, 60),
      { what: 'Drained after the last offer', figure: seconds(phase.drainMs) },
      ...toFaultRows(phase.judgement),
      { what: 'Node resident memory, most', figure: `${count(Math.max(...phase.watched.nodeMb))} MB` },
      { what: 'Processors used during the offer, in cores', figure: toCoresText(phase.cores) },
    ],
  };
}
