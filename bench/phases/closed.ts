import { awaitReplies } from '../drain.ts';
import { type Arrival, type Judgement, judge } from '../judge.ts';
import { medianOf } from '../load/quantiles.ts';
import type { Peer } from '../peers/peers.ts';
import { seed } from '../seeding.ts';
import type { Stage } from '../stage.ts';
import { onStage, startWharf, type Wharf } from '../wharf.ts';
import { type Figure, runTurn, toFigure, type Turn } from './turn.ts';

/** Durable acks per second against the ceiling and against peers, taken turn by turn in one run. */
export interface ClosedPhase {
  readonly connections: number;
  readonly rounds: number;
  readonly ceiling: Figure;
  readonly gateway: Figure;
  readonly whole: Figure;
  /** Medians of the ratios of each round, so that a slow minute of the machine hits both sides. */
  readonly gatewayRatio: number;
  readonly wholeRatio: number;
  /** Events acked in a burst over the time until the last reply to it had arrived. */
  readonly wholeDrainedPerSecond: number;
  readonly peers: readonly PeerFigure[];
  readonly peerRounds: number;
  readonly judgement: Judgement;
  /** Answers other than 200, of gateway and whole program. */
  readonly refused: number;
  /** Cores that were used by what is no part of the bench, on average over all turns. */
  readonly others: number;
}

/** A peer in the rounds that it took part in. */
export interface PeerFigure {
  readonly peer: Pick<Peer, 'name' | 'means' | 'isDurable' | 'against'>;
  readonly figure: Figure;
  /** How many times as many acks Wharf gave: medians of the ratios of each round. */
  readonly gatewayTimes: number;
  readonly wholeTimes: number;
  /** Requests acked over the time until its worker had completed the last one; null without a worker. */
  readonly drainedPerSecond: number | null;
  /** Answered 200 and known to nothing but this process's memory when the last answer was given: what a crash takes. */
  readonly unstored: number;
  readonly refused: number;
}

export interface ClosedOptions {
  readonly stage: Stage;
  readonly gateway: Wharf;
  readonly whole: Wharf;
  readonly peers: readonly Peer[];
  readonly connections: number;
  readonly rounds: number;
  /** Of the rounds, the last ones, in which the peers take part. */
  readonly peerRounds: number;
  readonly measureMs: number;
  readonly numbers: number;
  /** Distinct requests for one turn. */
  readonly pool: number;
  readonly say: (line: string) => void;
}

interface PeerTurn {
  readonly peer: Peer;
  readonly turn: Turn;
  readonly unstored: number;
  readonly drainedMs: number | null;
}

interface Round {
  readonly ceiling: Turn;
  readonly gateway: Turn;
  readonly whole: Turn;
  readonly peers: readonly PeerTurn[];
  readonly drainedMs: number;
  readonly arrivals: readonly Arrival[];
}

const prepareBurst = ({ stage, pool, numbers }: ClosedOptions): Promise<unknown> =>
  stage.load.call('prepareBurst', { secret: stage.secret, run: 'burst', count: pool, numbers });

async function runPeer(options: ClosedOptions, peer: Peer): Promise<PeerTurn> {
  await peer.begin();
  const turn = await runTurn(options, peer);
  const { unstored, drainedAt } = await peer.finish();
  return { peer, turn, unstored, drainedMs: drainedAt === null ? null : drainedAt - turn.startedAt };
}

const WARM_MS = 1_000;

/** A short turn of each that does not count: the others had theirs, and code that was never run is slow. */
async function warmUp(options: ClosedOptions): Promise<void> {
  await prepareBurst(options);
  for (const peer of options.peers) await runPeer({ ...options, measureMs: WARM_MS }, peer);
}

async function runRound(options: ClosedOptions, withPeers: boolean): Promise<Round> {
  const { stage, gateway, whole } = options;
  await prepareBurst(options);
  const bare = { pid: stage.ceiling.pid, port: stage.ceiling.ready.port, repeats: true };
  const ceiling = await runTurn(options, bare);
  const alone = await runTurn(options, { ...gateway, repeats: false });
  const peers: PeerTurn[] = [];
  for (const peer of withPeers ? options.peers : []) peers.push(await runPeer(options, peer));
  const atWork = await runTurn(options, { ...whole, repeats: false });
  const arrivals = await awaitReplies(stage, whole, atWork.awaited.length);
  const lastAt = Math.max(...arrivals.map(({ at }) => at));
  return { ceiling, gateway: alone, whole: atWork, peers, drainedMs: lastAt - atWork.startedAt, arrivals };
}

function toPeerFigures(rounds: readonly Round[]): PeerFigure[] {
  const withPeers = rounds.filter(({ peers }) => peers.length > 0);
  return (withPeers[0]?.peers ?? []).map(({ peer }, n) => {
    const turns = withPeers.flatMap((round) => round.peers[n] ?? []);
    const times = (side: 'gateway' | 'whole'): number =>
      medianOf(withPeers.map((round, m) => round[side].perSecond / (turns[m]?.turn.perSecond ?? Number.NaN)));
    const drained = turns.flatMap(({ turn, drainedMs }) => (drainedMs === null ? [] : (turn.acked / drainedMs) * 1000));
    return {
      peer,
      figure: toFigure(turns.map(({ turn }) => turn)),
      gatewayTimes: times('gateway'),
      wholeTimes: times('whole'),
      drainedPerSecond: drained.length > 0 ? medianOf(drained) : null,
      unstored: Math.max(...turns.map(({ unstored }) => unstored)),
      refused: turns.reduce((sum, { turn }) => sum + turn.refused, 0),
    };
  });
}

function toPhase(options: ClosedOptions, rounds: readonly Round[]): ClosedPhase {
  const turns = rounds.flatMap(({ ceiling, gateway, whole }) => [ceiling, gateway, whole]);
  return {
    connections: options.connections,
    rounds: rounds.length,
    ceiling: toFigure(rounds.map((round) => round.ceiling)),
    gateway: toFigure(rounds.map((round) => round.gateway)),
    whole: toFigure(rounds.map((round) => round.whole)),
    gatewayRatio: medianOf(rounds.map((round) => round.gateway.perSecond / round.ceiling.perSecond)),
    wholeRatio: medianOf(rounds.map((round) => round.whole.perSecond / round.ceiling.perSecond)),
    wholeDrainedPerSecond: medianOf(rounds.map((round) => (round.whole.acked / round.drainedMs) * 1000)),
    peers: toPeerFigures(rounds),
    peerRounds: rounds.filter(({ peers }) => peers.length > 0).length,
    judgement: judge(
      rounds.flatMap((round) => round.whole.awaited),
      rounds.flatMap((round) => round.arrivals),
    ),
    others: turns.reduce((sum, { cores }) => sum + cores.others, 0) / turns.length,
    refused: rounds.reduce((sum, round) => sum + round.gateway.refused + round.whole.refused, 0),
  };
}

/** Measures A B C, A B C, … and takes medians. */
export async function runClosedPhase(options: ClosedOptions): Promise<ClosedPhase> {
  const rounds: Round[] = [];
  for (let n = 1; n <= options.rounds; n++) {
    const first = options.rounds - options.peerRounds + 1;
    if (n === first) await warmUp(options);
    const round = await runRound(options, n >= first);
    rounds.push(round);
    const rate = (result: Turn): string => `${Math.round(result.perSecond)}/s`;
    const peers = round.peers.map(({ peer, turn }) => `, ${peer.short} ${rate(turn)}`).join('');
    options.say(
      `${options.connections} connections, round ${n}: ceiling ${rate(round.ceiling)}, gateway ${rate(round.gateway)}, whole ${rate(round.whole)}${peers}`,
    );
  }
  return toPhase(options, rounds);
}

export interface ClosedSetup {
  readonly stage: Stage;
  readonly numbers: number;
  readonly nodeArgs: readonly string[];
}

/** Starts both programs of the phase: the gateway role alone, and all roles. */
export async function startBoth({ stage, numbers, nodeArgs }: ClosedSetup): Promise<{ gateway: Wharf; whole: Wharf }> {
  const base = onStage(stage, nodeArgs);
  const gateway = await startWharf({ ...base, name: 'gateway', roles: 'gateway' });
  const whole = await startWharf({ ...base, name: 'whole', roles: 'all' });
  await seed(stage, whole, { count: 15_000, numbers });
  return { gateway, whole };
}
