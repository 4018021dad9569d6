import { findRedis } from '../peers/redis.ts';
import { type Peers, startPeers } from '../peers/peers.ts';
import { toClosedSection, toPeersSection } from '../report/closed.ts';
import { type ClosedOptions, type ClosedPhase, runClosedPhase, startBoth } from './closed.ts';
import { countFaults, type Outcome, type Phase, type PhaseSetup, type Size } from './phase.ts';

type Part = Pick<ClosedOptions, 'connections' | 'rounds' | 'peerRounds' | 'measureMs' | 'pool'>;

const [QUICK_MS, FULL_MS, LONG_MS] = [3_000, 5_000, 8_000];

/** 256 first: its first round is where everything gets warm, and a median leaves it out. */
const CLOSED: Readonly<Record<Size, readonly Part[]>> = {
  quick: [
    { connections: 256, rounds: 3, peerRounds: 1, measureMs: QUICK_MS, pool: 60_000 },
    { connections: 64, rounds: 1, peerRounds: 0, measureMs: QUICK_MS, pool: 60_000 },
  ],
  full: [
    { connections: 256, rounds: 4, peerRounds: 3, measureMs: FULL_MS, pool: 110_000 },
    { connections: 64, rounds: 3, peerRounds: 3, measureMs: FULL_MS, pool: 110_000 },
  ],
  long: [
    { connections: 256, rounds: 6, peerRounds: 5, measureMs: LONG_MS, pool: 170_000 },
    { connections: 64, rounds: 5, peerRounds: 5, measureMs: LONG_MS, pool: 170_000 },
  ],
};

/** Meta takes 80 messages a second from each, and Wharf keeps to that. */
const NUMBERS = 20;

const NOBODY: Peers = { all: [], stop: () => Promise.resolve() };

async function findPeers({ stage, say }: PhaseSetup, dataDir: string): Promise<Peers> {
  const redis = findRedis();
  if (typeof redis !== 'string') return startPeers(stage, redis, dataDir);
  say(`without peers: ${redis}`);
  return NOBODY;
}

async function measure(setup: PhaseSetup, parts: readonly Part[]): Promise<Outcome> {
  const { stage, nodeArgs, say } = setup;
  say('starting the gateway role alone, and the whole program');
  const { gateway, whole } = await startBoth({ stage, numbers: NUMBERS, nodeArgs });
  const others = parts.some(({ peerRounds }) => peerRounds > 0) ? await findPeers(setup, gateway.dataDir) : NOBODY;
  const phases: ClosedPhase[] = [];
  for (const part of parts)
    phases.push(await runClosedPhase({ stage, gateway, whole, peers: others.all, numbers: NUMBERS, say, ...part }));
  await others.stop();
  await gateway.stop();
  await whole.stop();
  return {
    sections: phases.flatMap((phase) => [toClosedSection(phase), ...toPeersSection(phase)]),
    faults: countFaults(phases.map(({ judgement }) => judgement)),
  };
}

export const closed: Phase = {
  name: 'closed',
  sizes: ['quick', 'full', 'long'],
  run: (setup) => measure(setup, CLOSED[setup.size]),
};

/** The same with peers in every round but the first. */
export const peers: Phase = {
  name: 'peers',
  sizes: [],
  run: (setup) => measure(setup, CLOSED[setup.size === 'quick' ? 'quick' : 'full']),
};
