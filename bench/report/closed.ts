import type { ClosedPhase, PeerFigure } from '../phases/closed.ts';
import type { Figure } from '../phases/turn.ts';
import { count, micros, ms, rate, type Row, type Section, toFaultRows } from './table.ts';

const toLine = ({ perSecond, p50, p99 }: Figure): string => `${rate(perSecond)}   p50 ${ms(p50)}, p99 ${ms(p99)}`;

function toCost({ cost }: Figure, store = 'PostgreSQL'): string {
  const parts = [`Node ${micros(cost.node)}`, ...(cost.store > 0 ? [`${store} ${micros(cost.store)}`] : [])];
  return [...parts, `load ${micros(cost.load)}`].join(', ');
}

function toShareRow(what: string, ratio: number, goal: number | null): Row {
  const figure = `${ratio.toFixed(2)} of the ceiling`;
  return goal === null ? { what, figure } : { what, figure, goal: `≥ ${goal}`, met: ratio >= goal };
}

/** Goals hold at 256 connections. */
export function toClosedSection(phase: ClosedPhase): Section {
  const hasGoals = phase.connections === 256;
  return {
    title: `Durable acks, CLOSED loop, ${phase.connections} connections, ${phase.rounds} turns each in alternation, medians`,
    rows: [
      { what: 'Ceiling: node:http + HMAC; its 200 means nothing', figure: toLine(phase.ceiling) },
      { what: '  processor time for each', figure: toCost(phase.ceiling) },
      { what: 'Gateway role alone; its 200 means: flushed to disk', figure: toLine(phase.gateway) },
      { what: '  processor time for each', figure: toCost(phase.gateway) },
      toShareRow('  its share', phase.gatewayRatio, hasGoals ? 0.7 : null),
      { what: 'Whole program at work; the same', figure: toLine(phase.whole) },
      toShareRow('  its share', phase.wholeRatio, hasGoals ? 0.4 : null),
      {
        what: 'Same burst to the end: acked, folded, replied to',
        figure: `${rate(phase.wholeDrainedPerSecond)} events`,
      },
      { what: 'Taken by others on this machine meanwhile', figure: `${phase.others.toFixed(2)} cores` },
      { what: 'Refused (not 200)', figure: count(phase.refused) },
      ...toFaultRows(phase.judgement),
    ],
  };
}

/** What does as much is compared: a receiver with a receiver, and work behind it with work behind it. */
function toTimesRow({ peer, gatewayTimes, wholeTimes }: PeerFigure): Row {
  const what = peer.against === 'gateway' ? '  gateway alone gives' : '  whole program gives';
  const times = peer.against === 'gateway' ? gatewayTimes : wholeTimes;
  const figure = `${times.toFixed(2)} × as many`;
  const isMeasured = peer.isDurable && peer.name.includes('BullMQ');
  return isMeasured ? { what, figure, goal: '≥ 3', met: times >= 3 } : { what, figure };
}

function toPeerRows(one: PeerFigure): Row[] {
  const { peer, figure, drainedPerSecond, unstored, refused } = one;
  return [
    { what: peer.name, figure: toLine(figure) },
    { what: '  its 200 means', figure: peer.means },
    {
      what: '  processor time for each',
      figure: toCost(figure, peer.name.includes('BullMQ') ? 'Redis' : 'PostgreSQL'),
    },
    ...(drainedPerSecond === null ? [] : [{ what: '  to the end: all jobs done', figure: rate(drainedPerSecond) }]),
    ...(unstored > 0
      ? [{ what: '  a crash at the end of the burst would lose', figure: `${count(unstored)} requests` }]
      : []),
    ...(refused > 0 ? [{ what: '  refused (not 200)', figure: count(refused) }] : []),
    toTimesRow(one),
  ];
}

/** Nothing when no peer took part. */
export function toPeersSection(phase: ClosedPhase): Section[] {
  if (phase.peers.length === 0) return [];
  const turns = `${phase.peerRounds} ${phase.peerRounds === 1 ? 'turn' : 'turns'} each`;
  return [
    {
      title: `Peers in the same rounds: same bytes, ${phase.connections} connections, ${turns}, medians`,
      rows: phase.peers.flatMap(toPeerRows),
    },
  ];
}
