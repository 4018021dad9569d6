import { medianOf, type Quantiles } from '../load/quantiles.ts';
import type { SustainedPhase, SustainedRate } from '../phases/sustained.ts';
import { toAckRows, toCostRows, toDeadRows, toLoadRows, toMemoryRows, toReplyRows } from './sustained.ts';
import { ms, type Row, type Section, toFaultRows } from './table.ts';

/** The median p99 of the last minutes over that of the first; a minute that is cut short does not count. */
export function toDrift(byMinute: readonly Quantiles[], minutes: number): number {
  const whole = byMinute.slice(0, minutes).map(({ p99 }) => p99);
  const few = Math.max(1, Math.min(5, Math.floor(whole.length / 2)));
  return medianOf(whole.slice(-few)) / medianOf(whole.slice(0, few));
}

function toDriftRow(what: string, byMinute: readonly Quantiles[], minutes: number): Row {
  const drift = toDrift(byMinute, minutes);
  return {
    what,
    figure: `${drift >= 1 ? '+' : '−'}${Math.abs((drift - 1) * 100).toFixed(0)} %`,
    goal: '≤ +20 %',
    met: drift <= 1.2,
  };
}

function toMinuteRows({ result, judgement }: SustainedPhase, minutes: number): Row[] {
  return result.ackByMinute.slice(0, minutes).map((ack, n) => {
    const reply = judgement.replyByMinute[n];
    const replied = reply ? `reply p50 ${ms(reply.p50)}, p99 ${ms(reply.p99)}` : 'no reply';
    return { what: `  minute ${n + 1}`, figure: `ack p50 ${ms(ack.p50)}, p99 ${ms(ack.p99)}; ${replied}` };
  });
}

export function toSoakSection(phase: SustainedPhase, rate: SustainedRate): Section {
  const minutes = Math.floor(rate.seconds / 60);
  return {
    title: `Soak: ${minutes} minutes of steady load, OPEN loop, a third of the worst case for one number`,
    rows: [
      ...toLoadRows(phase, rate),
      ...toAckRows(phase),
      ...toReplyRows(phase),
      toDriftRow('Ack p99, last minutes against the first', phase.result.ackByMinute, minutes),
      toDriftRow('Event → reply p99, last minutes against the first', phase.judgement.replyByMinute, minutes),
      ...toMinuteRows(phase, minutes),
      ...toFaultRows(phase.judgement),
      ...toMemoryRows(phase),
      ...toDeadRows(phase),
      ...toCostRows(phase),
    ],
  };
}
