import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../child.ts';
import { now } from '../load/now.ts';
import type { Contestant } from '../phases/turn.ts';
import { toPlace } from '../postgres.ts';
import type { Stage } from '../stage.ts';
import type { ExpressStore } from './express-server.ts';
import { type RunningRedis, startRedis, type RedisProgram } from './redis.ts';

/** A way to receive webhooks that people take, as a small honest program. */
export interface Peer extends Contestant {
  readonly name: string;
  readonly short: string;
  /** What its 200 stands for. */
  readonly means: string;
  /** Its 200 survives a power cut. */
  readonly isDurable: boolean;
  /** Which of Wharf's two rows does as much: receiving alone, or with the work behind it. */
  readonly against: 'gateway' | 'whole';
  /** Before its turn. */
  begin(): Promise<void>;
  /** After its turn: resolves when nothing of it is left to be done. */
  finish(): Promise<{ readonly unstored: number; readonly drainedAt: number | null }>;
}

type ExpressChild = Child<{ port: number }>;

const startExpress = (stage: Stage, store: ExpressStore): Promise<ExpressChild> =>
  stage.start<{ port: number }>('./peers/express-server.ts', [stage.secret, JSON.stringify(store)]);

interface Bull {
  readonly redis: RunningRedis;
  readonly worker: Child<object>;
}

interface BullVariant extends Pick<Peer, 'name' | 'short' | 'means' | 'isDurable' | 'against'> {
  readonly fsync: 'always' | 'everysec';
}

async function drain(server: ExpressChild, worker: Child<object>): Promise<number> {
  for (;;) {
    const left = (await server.call<number>('unstored')) + (await worker.call<number>('left'));
    if (left === 0) return now();
    await pause(20);
  }
}

function toBullPeer({ redis, worker }: Bull, server: ExpressChild, { fsync, ...about }: BullVariant): Peer {
  const works = about.against === 'whole';
  return {
    ...about,
    pid: server.pid,
    beside: works ? [worker.pid] : [],
    storePid: redis.pid,
    port: server.ready.port,
    repeats: true,
    async begin() {
      await redis.setFsync(fsync);
      if (!works) await worker.call('pause');
    },
    async finish() {
      const unstored = await server.call<number>('unstored');
      if (!works) await worker.call('resume');
      const drainedAt = await drain(server, worker);
      return { unstored, drainedAt: works ? drainedAt : null };
    },
  };
}

const ON_DISK = "a job in Redis's append-only file, flushed to disk";

const AWAITED: readonly BullVariant[] = [
  {
    name: 'Express + BullMQ, awaited, AOF always, no worker',
    short: 'AOF always alone',
    means: ON_DISK,
    isDurable: true,
    against: 'gateway',
    fsync: 'always',
  },
  {
    name: 'Express + BullMQ, awaited, AOF always, worker at work',
    short: 'AOF always',
    means: ON_DISK,
    isDurable: true,
    against: 'whole',
    fsync: 'always',
  },
  {
    name: 'Express + BullMQ, awaited, AOF everysec, worker at work',
    short: 'AOF everysec',
    means: "a job in Redis's memory, on disk a second later",
    isDurable: false,
    against: 'whole',
    fsync: 'everysec',
  },
];

const UNAWAITED: BullVariant = {
  name: 'Express + BullMQ, not awaited, AOF always, worker at work',
  short: 'not awaited',
  means: "nothing yet: the body is in this process's memory",
  isDurable: false,
  against: 'whole',
  fsync: 'always',
};

function toInsertPeer(server: ExpressChild, dataDir: string): Peer {
  return {
    name: 'Express + INSERT for each request, no worker',
    short: 'INSERT',
    means: 'a row in PostgreSQL, flushed to disk',
    isDurable: true,
    against: 'gateway',
    pid: server.pid,
    dataDir,
    port: server.ready.port,
    repeats: true,
    begin: async () => {},
    finish: async () => ({ unstored: await server.call<number>('unstored'), drainedAt: null }),
  };
}

export interface Peers {
  readonly all: readonly Peer[];
  /** Before the PostgreSQL that one of them uses. Redis goes with the stage. */
  stop(): Promise<void>;
}

/** Starts them all; the one with PostgreSQL uses that of a Wharf which rests meanwhile, so that the settings are the same. */
export async function startPeers(stage: Stage, program: RedisProgram, dataDir: string): Promise<Peers> {
  const redis = await startRedis(stage, program);
  const worker = await stage.start<object>('./peers/worker-process.ts', [String(redis.port)]);
  const awaiting = await startExpress(stage, { kind: 'bullmq', redisPort: redis.port, awaits: true });
  const forgetting = await startExpress(stage, { kind: 'bullmq', redisPort: redis.port, awaits: false });
  const inserting = await startExpress(stage, { kind: 'insert', place: toPlace(dataDir, 'postgres') });
  const bull = { redis, worker };
  return {
    all: [
      ...AWAITED.map((variant) => toBullPeer(bull, awaiting, variant)),
      toBullPeer(bull, forgetting, UNAWAITED),
      toInsertPeer(inserting, dataDir),
    ],
    stop: async () => void (await Promise.all([inserting, forgetting, awaiting, worker].map((child) => child.stop()))),
  };
}
