import { makeGraphClient, type SendOutcome } from '@wharf/whatsapp';
import { type Channel, type Directory, makeDirectory, toLimits } from '../../../packages/server/src/channels/index.ts';
import { makeGateway, UNAVAILABLE } from '../../../packages/server/src/gateway/index.ts';
import {
  type Appender,
  makeAppender,
  makeOpenWord,
  readProgress,
  SHARDS,
} from '../../../packages/server/src/journal/index.ts';
import {
  type Clock,
  type DatabasePool,
  every,
  type LeaseKeeper,
  type Log,
  makeHealth,
  makeLeaseKeeper,
} from '../../../packages/server/src/kit/index.ts';
import { joinParked } from '../../../packages/server/src/ledger/index.ts';
import { type Judge, makeSenders, type Senders, type Wire } from '../../../packages/server/src/outbox/index.ts';
import { toChores } from '../../../packages/server/src/storage.ts';
import { makeWorker, type Worker } from '../../../packages/server/src/worker.ts';
import type { Dice } from '../engine/dice.ts';
import { ACCESS_TOKEN, type Meta, TIMEOUT_MS } from './meta.ts';
import { type Door, makeDoor } from './door.ts';
import { makeHandlers, type Stage } from './handlers.ts';
import { makePolicy } from './policy.ts';
import { APP_SECRET } from './signature.ts';
import type { Process } from '../engine/process.ts';

/** Deliberate bugs, each of which the oracle must find. */
export interface Planted {
  /** A lost answer is taken for a refusal that may be repeated at once. */
  readonly resendsAtOnce?: boolean;
  /** Leases are never lost: neither the process's own clock nor the claim asks. */
  readonly ignoresLeases?: boolean;
  /** The messaging limit is not counted. */
  readonly ignoresTier?: boolean;
  /** How the gateway hands on what it took in. */
  readonly append?: (appender: Appender) => Append;
}

type Append = Appender['add'];

/** A process's Wharf: the worker role, and the gateway's way into the journal. */
export interface Wharf {
  readonly process: Process;
  readonly db: DatabasePool;
  readonly owner: string;
  readonly senders: Senders;
  readonly worker: Worker;
  readonly door: Door;
  readonly directory: Directory;
  /** By name: what the tables are kept in order with. */
  readonly chores: ReadonlyMap<string, () => Promise<unknown>>;
  /** In order, as at the end of a deployment. */
  stop(): Promise<void>;
}

export interface WharfOptions {
  /** There is no room for what webhooks bring. */
  readonly isFull: () => boolean;
  readonly process: Process;
  readonly db: DatabasePool;
  readonly meta: Meta;
  readonly dice: Dice;
  readonly log: Log;
  readonly planted: Planted;
  readonly stage: Stage;
  readonly graceMs: number;
  readonly leaseMs: number;
  /** Senders run in it, a worker runs in it. */
  readonly roles: { readonly sends: boolean; readonly works: boolean };
}

const hurry = (outcome: SendOutcome): SendOutcome =>
  outcome.kind === 'ambiguous' ? { ...outcome, kind: 'transient' } : outcome;

function makeWireOf({ meta, process, planted }: WharfOptions): (channel: Channel) => Wire {
  const graph = makeGraphClient({
    accessToken: ACCESS_TOKEN,
    baseUrl: meta.emulator.url,
    transport: meta.transportOf(process),
    timeoutMs: TIMEOUT_MS,
  });
  return (channel) => ({
    async send(message, to, callbackData) {
      const outcome = await graph.send(channel.externalId, message, to, { callbackData });
      return planted.resendsAtOnce ? hurry(outcome) : outcome;
    },
    markRead: (messageId, typing) => graph.markRead(channel.externalId, messageId, { typing }),
  });
}

/** As the keeper, except that what was held once is held for ever. */
function toBlind(keeper: LeaseKeeper): LeaseKeeper {
  const held = new Map(keeper.held);
  return {
    ...keeper,
    held,
    isFresh: () => true,
    async turn(cursorOf) {
      const turned = await keeper.turn(cursorOf);
      for (const [name, lease] of keeper.held) held.set(name, lease);
      return { ...turned, lost: [] };
    },
  };
}

function makeKeeper({ process, db, leaseMs }: WharfOptions, prefix: string, total: number): LeaseKeeper {
  return makeLeaseKeeper({ db, clock: process.clock, owner: process.name, prefix, total, ttlMs: leaseMs });
}

function startSenders(options: WharfOptions, directory: Directory): Senders {
  const { process, db, log, dice, planted } = options;
  const keeper = makeKeeper(options, 'sender/', 10_000);
  const wireOf = makeWireOf(options);
  const judge: Judge = makePolicy({ db, clock: process.clock, directory, countsTier: !planted.ignoresTier });
  const senders = makeSenders({
    db,
    clock: process.clock,
    log,
    random: () => dice.int(0, 999_999) / 1_000_000,
    rules: { maxAttempts: 6, graceMs: options.graceMs },
    keeper: planted.ignoresLeases ? toBlind(keeper) : keeper,
    listChannels: async () => {
      await directory.refresh();
      return directory
        .list()
        .filter((channel) => channel.state === 'active')
        .map((channel) => ({ ...channel, perSecond: toLimits(channel).mps, wire: wireOf(channel) }));
    },
    joinParked,
    judge,
    optOut: async () => undefined,
    readResend: async () => ['service'],
    prepare: async (_channelId, message) => ({ ok: true, message }),
    readProgress: () => readProgress(db),
    onOutcome: () => undefined,
  });
  if (options.roles.sends) void senders.run();
  return senders;
}

/** As in `program.ts`. */
const OPEN_MS = { every: 1_000, for: 5_000 };

/** As `program.ts` opens it: before its own PostgreSQL connection is known to work, nothing is read. */
function openDoor({ process, db, log, planted, roles, isFull }: WharfOptions, onAppended: () => void) {
  const { clock } = process;
  const appender = makeAppender({ db, clock, onAppended });
  const check = async () => {
    await db.ping();
    if (isFull()) throw new Error('the disk is full');
  };
  const health = makeHealth({ name: 'database', clock, log, everyMs: 1_000, boundMs: 3_000, check });
  const add: Append = planted.append?.(appender) ?? ((delivery) => appender.add(delivery));
  const word = makeOpenWord(db, OPEN_MS.for);
  const gateway = makeGateway({
    clock,
    log: { ...log, warn: () => undefined },
    workspaceId: 'main',
    appSecrets: ['the one before', APP_SECRET],
    verifyToken: null,
    whapi: new Map(),
    append: add,
    isReady: () => health.isUp,
    counters: { request: (verdict) => void (verdict === UNAVAILABLE.verdict && word.refused()) },
  });
  const say = async () => void (roles.works && health.isUp && (await word.say()));
  const hush = every({ clock, log, name: 'open', ms: OPEN_MS.every, chore: say });
  return {
    door: makeDoor(process, gateway),
    health,
    async close() {
      health.stop();
      await hush();
    },
  };
}

/** Those of a minute and below go round; the others, once an hour, are the world's to call. */
function startChores(db: DatabasePool, clock: Clock, log: Log) {
  const all = toChores(db, clock);
  const quick = all.filter(({ ms }) => ms <= 60_000);
  const ends = quick.map((chore) => every({ clock, log, ...chore }));
  return {
    chores: new Map(all.map(({ name, chore }) => [name, chore])),
    end: async () => void (await Promise.all(ends.map((end) => end()))),
  };
}

/** Starts what `worker-rooms.ts`, `storage.ts` and `program.ts` start, on the world's time. */
export function startWharf(options: WharfOptions): Wharf {
  const { process, db, log, roles } = options;
  const { clock } = process;
  const directory = makeDirectory({ db, clock, workspaceId: 'main' });
  const senders = startSenders(options, directory);
  const keeper = makeKeeper(options, 'shard/', SHARDS);
  const reactions = makeHandlers(options.stage, process);
  const worker = makeWorker({ db, clock, log, keeper, directory, reactions, senders, onEvents: () => undefined });
  const running = roles.works ? worker.run() : Promise.resolve();
  const { door, close } = openDoor(options, () => worker.wake());
  const { chores, end } = startChores(db, clock, log);
  return {
    process,
    db,
    owner: process.name,
    senders,
    worker,
    door,
    directory,
    chores,
    async stop() {
      await close();
      worker.stop();
      await running;
      if (roles.sends) await senders.stop();
      await end();
    },
  };
}
