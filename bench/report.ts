import type { ClosedPhase, Figure } from './closed-phase.ts';
import type { Machine } from './machine.ts';
import { medianOf } from './load/quantiles.ts';
import type { Cores } from './processors.ts';
import type { SendingPhase } from './sending-phase.ts';
import type { SustainedPhase } from './sustained-phase.ts';

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

const rate = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en')}/s`;
const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const atMost = (what: string, value: number, limit: number): Row => ({
  what,
  figure: ms(value),
  goal: `≤ ${limit} ms`,
  met: value <= limit,
});
const zero = (what: string, count: number): Row => ({ what, figure: whole(count), goal: '0', met: count === 0 });
const micros = (value: number): string => `${value.toFixed(0)} µs`;
const toCost = ({ cost }: Figure): string =>
  cost.postgres > 0
    ? `Node ${micros(cost.node)}, PostgreSQL ${micros(cost.postgres)}, load ${micros(cost.load)}`
    : `Node ${micros(cost.node)}, load ${micros(cost.load)}`;
const toLine = ({ perSecond, p50, p99 }: Figure): string => `${rate(perSecond)}   p50 ${ms(p50)}, p99 ${ms(p99)}`;

function toShareRow(what: string, ratio: number, goal: number | null): Row {
  const figure = `${ratio.toFixed(2)} of the ceiling`;
  return goal === null ? { what, figure } : { what, figure, goal: `≥ ${goal}`, met: ratio >= goal };
}

export function toMachineSection(
  machine: Machine,
  about: { readonly command: string; readonly date: string; readonly tookS: number },
): Section {
  return {
    title:
      'Wharf: measurements on one machine that runs everything: Wharf, its embedded PostgreSQL, the load and the Graph side',
    rows: [
      { what: 'Command', figure: about.command },
      { what: 'Date, duration', figure: `${about.date}, ${Math.round(about.tookS)} s` },
      { what: 'Machine', figure: `${machine.cpu}, ${machine.memory}, ${machine.system}` },
      { what: 'Data folder', figure: machine.disk },
      { what: 'Node, commit', figure: `${machine.node}, ${machine.commit}` },
      { what: 'Noise', figure: machine.busyBefore },
    ],
  };
}

/** Goals hold at 256 connections. */
export function toClosedSection(phase: ClosedPhase): Section {
  const hasGoals = phase.connections === 256;
  return {
    title: `Durable acks, CLOSED loop, ${phase.connections} connections, ${phase.rounds} turns each in alternation, medians`,
    rows: [
      { what: 'Ceiling: node:http + HMAC, stores nothing', figure: toLine(phase.ceiling) },
      { what: '  processor time for each', figure: toCost(phase.ceiling) },
      { what: 'Gateway role alone', figure: toLine(phase.gateway) },
      { what: '  processor time for each', figure: toCost(phase.gateway) },
      toShareRow('  its share', phase.gatewayRatio, hasGoals ? 0.7 : null),
      { what: 'Whole program at work', figure: toLine(phase.whole) },
      toShareRow('  its share', phase.wholeRatio, hasGoals ? 0.4 : null),
      {
        what: 'Same burst to the end: acked, folded, replied to',
        figure: `${rate(phase.wholeDrainedPerSecond)} events`,
      },
      { what: 'Taken by others on this machine meanwhile', figure: `${phase.others.toFixed(2)} cores` },
      { what: 'Refused (not 200)', figure: whole(phase.refused) },
      zero('Replies missing', phase.judgement.missing),
      zero('Replies doubled', phase.judgement.doubled),
      zero('Replies disordered', phase.judgement.disordered),
    ],
  };
}

function toLoadRows({ facts, result }: SustainedPhase, numbers: number): Row[] {
  const seconds = result.offeredMs / 1000;
  const size = facts.bodyBytes / facts.bodies;
  return [
    {
      what: 'Load',
      figure: `${rate(facts.messages / seconds)} messages + ${rate(facts.statuses / seconds)} statuses + ${rate(facts.duplicates / seconds)} duplicates (5 %), ${seconds.toFixed(0)} s`,
    },
    {
      what: '',
      figure: `${whole(facts.deliveries)} deliveries (3 in 10 statuses in batches of 10 to 100), mean body ${whole(size)} B, all distinct and signed before`,
    },
    {
      what: '',
      figure: `10,000 customers write, 10,000 others send statuses, ${numbers} numbers (80 messages/s each is Meta's limit), 2 % of statuses unknown`,
    },
    { what: 'Offered', figure: `${rate(result.offeredEvents / seconds)} events` },
    { what: 'Achieved, until the last 200', figure: `${rate((result.offeredEvents / result.ackedMs) * 1000)} events` },
    {
      what: 'Sent late by more than 10 ms (counted in full)',
      figure: `${whole(result.late)}, at most ${ms(Math.max(0, result.maxLateMs))}`,
    },
  ];
}

function toSecondsRow(bySecond: readonly number[], goalMs: number): Row {
  const over = bySecond.filter((p99) => p99 > goalMs).length;
  return {
    what: '  p99 of the median / worst second',
    figure: `${ms(medianOf(bySecond))} / ${ms(Math.max(...bySecond))}; ${over} of ${bySecond.length} seconds over ${goalMs} ms`,
  };
}

function toAckRows({ result: { ack, ackP99BySecond, refused } }: SustainedPhase): Row[] {
  return [
    { what: 'Ack p50 / p90', figure: `${ms(ack.p50)} / ${ms(ack.p90)}`, goal: 'p50 ≤ 10 ms', met: ack.p50 <= 10 },
    atMost('Ack p99', ack.p99, 50),
    { what: 'Ack p99.9 / max', figure: `${ms(ack.p999)} / ${ms(ack.max)}` },
    toSecondsRow(ackP99BySecond, 50),
    { what: 'Refused (not 200), offered again', figure: whole(refused) },
  ];
}

export function toSustainedSection(phase: SustainedPhase, numbers: number): Section {
  const { judgement, rss, cores } = phase;
  const { reply } = judgement;
  return {
    title:
      'Sustained end to end, OPEN loop: latency from the intended send, webhook to 200 and webhook to reply at the Graph side',
    rows: [
      ...toLoadRows(phase, numbers),
      ...toAckRows(phase),
      {
        what: 'Event → reply p50 / p90',
        figure: `${ms(reply.p50)} / ${ms(reply.p90)}`,
        goal: 'p50 ≤ 25 ms',
        met: reply.p50 <= 25,
      },
      atMost('Event → reply p99', reply.p99, 150),
      { what: 'Event → reply p99.9 / max', figure: `${ms(reply.p999)} / ${ms(reply.max)}` },
      toSecondsRow(judgement.replyP99BySecond, 150),
      { what: 'Drained after the last offer', figure: ms(phase.drainMs) },
      { what: 'Replies expected', figure: whole(judgement.expected) },
      zero('Replies missing', judgement.missing),
      zero('Replies doubled', judgement.doubled),
      zero('Replies disordered', judgement.disordered),
      { what: 'Node resident memory, most', figure: `${whole(rss.maxMb)} MB`, goal: '≤ 400 MB', met: rss.maxMb <= 400 },
      { what: 'Node resident memory after the start', figure: `${whole(rss.atRestMb)} MB` },
      { what: '  at 0, ¼, ½, ¾ and the end of the run', figure: `${rss.quarters.map(whole).join(', ')} MB` },
      {
        what: 'Processors used during the offer, in cores',
        figure: `Wharf ${cores.node.toFixed(2)}, PostgreSQL ${cores.postgres.toFixed(2)}, load ${cores.load.toFixed(2)}, Graph side ${cores.graph.toFixed(2)}`,
      },
      {
        what: 'Processor time for each event, to the last reply',
        figure: `Node ${micros(phase.cost.node)}, PostgreSQL ${micros(phase.cost.postgres)}`,
      },
      { what: 'Taken by others on this machine meanwhile', figure: `${cores.others.toFixed(2)} cores` },
      { what: 'Start on an empty data folder', figure: `${(phase.startMs / 1000).toFixed(1)} s` },
    ],
  };
}

/** `others` has what sends the requests. */
const usedBy = ({ node, postgres, graph, others }: Cores): Row => ({
  what: '  processors used, in cores',
  figure: `Wharf ${node.toFixed(2)}, PostgreSQL ${postgres.toFixed(2)}, Graph side ${graph.toFixed(2)}, others ${others.toFixed(2)}`,
});

export function toSendingSection({ queued, queueMs, queueCores, behind, raised }: SendingPhase): Section {
  const { sent, seconds, error, mostInSecond, cores } = raised;
  const perSecond = sent / seconds;
  return {
    title:
      'Sending: a campaign of templates on one number, judged by the whole policy, and customers who write meanwhile',
    rows: [
      {
        what: `Queued ${whole(queued)} by the API, 1,000 in a request`,
        figure: `${(queueMs / 1000).toFixed(1)} s`,
        goal: '≤ 10 s',
        met: queueMs <= 10_000,
      },
      usedBy(queueCores),
      { what: 'Event → reply behind it, at 80 a second: p50', figure: ms(behind.reply.p50) },
      atMost('  p99', behind.reply.p99, 1_000),
      zero('  replies missing, doubled or disordered', behind.missing + behind.doubled + behind.disordered),
      {
        what: 'Sent at 1,000 a second',
        figure: `${rate(perSecond)} for ${seconds} s`,
        goal: '≥ 990/s',
        met: perSecond >= 990,
      },
      { what: '  distance from an even schedule p50', figure: ms(error.p50) },
      atMost('  distance from an even schedule p99', error.p99, 50),
      { what: '  most in any second, as they arrived', figure: whole(mostInSecond) },
      usedBy(cores),
    ],
  };
}

const LABEL = 50;
const FIGURE = 44;

function toText({ what, figure, goal, met }: Row): string {
  if (goal === undefined) return `  ${what.padEnd(LABEL)}${figure}`;
  return `  ${what.padEnd(LABEL)}${figure.padEnd(FIGURE)}${goal.padEnd(14)}${met ? 'pass' : 'MISS'}`;
}

export const toTable = (sections: readonly Section[]): string =>
  sections.map(({ title, rows }) => `\n${title}\n${rows.map(toText).join('\n')}\n`).join('');
