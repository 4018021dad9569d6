import type { RecoveryPhase } from '../phases/recovery.ts';
import { count, ms, rate, type Section, seconds, toFaultRows, withinSeconds } from './table.ts';

export function toRecoverySection(phase: RecoveryPhase): Section {
  const { entries, events, writtenMs, firstAckMs, readyMs, repliedMs, drainedMs, ackMeanwhile, judgement } = phase;
  return {
    title:
      'Recovery: a full journal, Node and PostgreSQL killed at once (SIGKILL); times from the start of the process',
    rows: [
      {
        what: 'Waiting in the journal, acknowledged and not worked on',
        figure: `${count(entries)} deliveries of one event, ${count(events)} events in all`,
      },
      { what: '  written in', figure: seconds(writtenMs) },
      withinSeconds('First webhook answered 200', firstAckMs, 3),
      { what: 'Ready (/ready)', figure: seconds(readyMs) },
      { what: 'All folded', figure: `${seconds(drainedMs)}, ${rate((events / drainedMs) * 1000)} events` },
      { what: 'Last reply (paced to 80 a second for each of 20 numbers)', figure: seconds(repliedMs) },
      {
        what: 'Ack meanwhile, ten a second, p50 / p99 / max',
        figure: `${ms(ackMeanwhile.p50)} / ${ms(ackMeanwhile.p99)} / ${ms(ackMeanwhile.max)}`,
      },
      ...toFaultRows(judgement),
    ],
  };
}
