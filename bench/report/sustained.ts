import { medianOf } from '../load/quantiles.ts';
import type { SustainedPhase, SustainedRate } from '../phases/sustained.ts';
import { HOT } from '../watch.ts';
import { quarters } from './quarters.ts';
import {
  atMost,
  count,
  micros,
  ms,
  type Row,
  rate,
  type Section,
  toCoresText,
  toFaultRows,
  toSecondsRow,
} from './table.ts';

export function toLoadRows({ facts, result }: SustainedPhase, { numbers }: SustainedRate): Row[] {
  const seconds = result.offeredMs / 1000;
  const size = facts.bodyBytes / facts.bodies;
  return [
    {
      what: 'Load',
      figure: `${rate(facts.messages / seconds)} messages + ${rate(facts.statuses / seconds)} statuses + ${rate(facts.duplicates / seconds)} duplicates (5 %), ${seconds.toFixed(0)} s`,
    },
    {
      what: '',
      figure: `${count(facts.deliveries)} deliveries (3 in 10 statuses in batches of 10 to 100), mean body ${count(size)} B, all distinct and signed before`,
    },
    {
      what: '',
      figure: `10,000 customers write, 10,000 others send statuses, ${numbers} numbers (80 messages/s each is Meta's limit), 2 % of statuses unknown`,
    },
    { what: 'Offered', figure: `${rate(result.offeredEvents / seconds)} events` },
    { what: 'Achieved, until the last 200', figure: `${rate((result.offeredEvents / result.ackedMs) * 1000)} events` },
    {
      what: 'Sent late by more than 10 ms (counted in full)',
      figure: `${count(result.late)}, at most ${ms(Math.max(0, result.maxLateMs))}`,
    },
  ];
}

export function toAckRows({ result: { ack, ackP99BySecond, refused } }: SustainedPhase): Row[] {
  return [
    { what: 'Ack p50 / p90', figure: `${ms(ack.p50)} / ${ms(ack.p90)}`, goal: 'p50 ≤ 10 ms', met: ack.p50 <= 10 },
    atMost('Ack p99', ack.p99, 50),
    { what: 'Ack p99.9 / max', figure: `${ms(ack.p999)} / ${ms(ack.max)}` },
    toSecondsRow(ackP99BySecond, 50),
    { what: 'Refused (not 200), offered again', figure: count(refused) },
  ];
}

export function toReplyRows({ judgement: { reply, replyP99BySecond } }: SustainedPhase): Row[] {
  return [
    {
      what: 'Event → reply p50 / p90',
      figure: `${ms(reply.p50)} / ${ms(reply.p90)}`,
      goal: 'p50 ≤ 25 ms',
      met: reply.p50 <= 25,
    },
    atMost('Event → reply p99', reply.p99, 150),
    { what: 'Event → reply p99.9 / max', figure: `${ms(reply.p999)} / ${ms(reply.max)}` },
    toSecondsRow(replyP99BySecond, 150),
  ];
}

/** Flat: the last quarter holds no more than a tenth above what the second held. */
const FLAT = 1.1;

export function toMemoryRows({ watched: { nodeMb, samples }, atRestMb }: SustainedPhase): Row[] {
  const parts = quarters(nodeMb).map(medianOf);
  const [, second = Number.NaN, , last = Number.NaN] = parts;
  const most = Math.max(...nodeMb);
  return [
    { what: 'Node resident memory, most', figure: `${count(most)} MB`, goal: '≤ 400 MB', met: most <= 400 },
    {
      what: '  after the start; median of each quarter of the run',
      figure: `${count(atRestMb)} MB; ${parts.map(count).join(', ')} MB`,
      goal: 'flat',
      met: last <= second * FLAT,
    },
    {
      what: 'PostgreSQL beside its shared memory, each quarter',
      figure: `${quarters(samples.map(({ postgresMb }) => postgresMb))
        .map((part) => count(Math.max(...part)))
        .join(', ')} MB`,
    },
  ];
}

/** Emptied all the time: what is dead in them must not grow. The others have vacuum thresholds of their own. */
const QUEUES: readonly string[] = ['leases', 'reaction_tasks', 'outbox'];

export function toDeadRows({ watched: { samples } }: SustainedPhase): Row[] {
  return HOT.map((name): Row => {
    const parts = quarters(samples.map(({ dead }) => dead[name] ?? 0)).map((part) => Math.max(...part));
    const row = { what: `Dead rows of ${name}, most in each quarter`, figure: parts.map(count).join(', ') };
    const early = Math.max(...parts.slice(0, 2), 2_000);
    return QUEUES.includes(name) ? { ...row, goal: 'bounded', met: Math.max(...parts.slice(2)) <= early * 2 } : row;
  });
}

export function toCostRows({ cores, cost, startMs }: SustainedPhase): Row[] {
  return [
    { what: 'Processors used during the offer, in cores', figure: toCoresText(cores) },
    {
      what: 'Processor time for each event, to the last reply',
      figure: `Node ${micros(cost.node)}, PostgreSQL ${micros(cost.store)}`,
    },
    { what: 'Start on an empty data folder', figure: `${(startMs / 1000).toFixed(1)} s` },
  ];
}

export function toSustainedSection(phase: SustainedPhase, given: SustainedRate): Section {
  const isLong = given.seconds >= 300;
  return {
    title:
      'Sustained end to end, OPEN loop: latency from the intended send, webhook to 200 and webhook to reply at the Graph side',
    rows: [
      ...toLoadRows(phase, given),
      ...toAckRows(phase),
      ...toReplyRows(phase),
      { what: 'Drained after the last offer', figure: ms(phase.drainMs) },
      ...toFaultRows(phase.judgement),
      ...toMemoryRows(phase),
      ...(isLong ? toDeadRows(phase) : []),
      ...toCostRows(phase),
    ],
  };
}
