import { type Channel, type Directory, lookAtChannels, makeDirectory, makeWires, toLimits } from '#channels';
import { readProgress, SHARDS } from '#journal';
import { type Clock, type DatabasePool, every, type Log, makeLeaseKeeper, makePool, type Started } from '#kit';
import { joinParked } from '#ledger';
import { recordOptOuts } from './opt-outs.ts';
import type { Fetcher } from '#media';
import type { WorkerMetrics } from '#observe';
import { makeSenders, type Prepare, type Senders } from '#outbox';
import { makePolicyCache } from '#settings';
import { HANDLERS, loadReactions, type Reaction } from '#reactions';
import { makeJudge } from './judge.ts';
import { startTemplateSync } from './template-rooms.ts';
import { openMediaWork } from './media-house.ts';
import { makeWorker, type Worker } from './worker.ts';
import type { WorkerSettings } from './worker-protocol.ts';

export interface WorkerHouse {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
  readonly metrics: WorkerMetrics;
  readonly onIdleError: (error: Error) => void;
}

/** What the worker role is made of, at work. */
export interface WorkerRooms {
  readonly worker: Worker;
  readonly senders: Senders;
}

type Part = WorkerHouse & { readonly db: DatabasePool; readonly directory: Directory };

function openPool({ settings, started, onIdleError }: WorkerHouse, name: string, max: number): DatabasePool {
  const pool = makePool({
    url: settings.databaseUrl,
    name: `wharf-${name}`,
    max,
    statementTimeoutMs: 30_000,
    onIdleError,
  });
  started.add(`pool ${name}`, () => pool.close());
  return pool;
}

const keep = ({ db, clock, settings }: Part, prefix: string, total: number) =>
  makeLeaseKeeper({ db, clock, owner: settings.owner, prefix, total, ttlMs: settings.leaseMs });

/** How soon something that Meta tells about a number is followed up. */
const LOOK_MS = 3_000;

/** A wire, and its list where it has one. */
const toAsking = (wire: ReturnType<ReturnType<typeof makeWires>>) =>
  wire.findSent ? { wire, findSent: wire.findSent } : { wire };

function startSenders(part: Part & { readonly prepare: Prepare }): Senders {
  const { settings, db, directory, clock, log, metrics, started } = part;
  const { meta, whapi } = settings;
  const wireOf = makeWires({ meta, whapi: new Map(whapi ? [[whapi.channel, whapi]] : []) });
  const toSending = (channel: Channel) => ({
    id: channel.id,
    workspaceId: channel.workspaceId,
    provider: channel.provider,
    perSecond: toLimits(channel).mps,
    ...toAsking(wireOf(channel)),
  });
  const policy = makePolicyCache(clock);
  const senders = makeSenders({
    db,
    clock,
    log,
    random: Math.random,
    rules: { maxAttempts: 6, graceMs: settings.graceMs },
    keeper: keep(part, 'sender/', 10_000),
    listChannels: async () => {
      await directory.refresh();
      return directory
        .list()
        .filter((channel) => channel.state === 'active')
        .map(toSending);
    },
    joinParked,
    optOut: (tx, people) => recordOptOuts(tx, people, clock.now()),
    judge: makeJudge(db, { directory, settings: policy }),
    readResend: async (workspaceId) => (await policy.read(db, workspaceId)).resendLost,
    prepare: part.prepare,
    readProgress: () => readProgress(db),
    onOutcome: (channelId, outcome) => metrics.sendOutcome(channelId, outcome),
  });
  const chore = () => lookAtChannels({ db, clock, log, ask: (channel) => wireOf(channel).look(clock.now()) });
  started.add('channel looks', every({ clock, log, name: 'looks', ms: LOOK_MS, chore }));
  void senders.run();
  started.add('senders', () => senders.stop(), 40_000);
  return senders;
}

/** Events whose messages may name a file. */
const WITH_FILES: ReadonlySet<string> = new Set([
  'message.received',
  'message.echo',
  'message.history',
  'standby.message',
  'standby.echo',
]);

interface Waiting {
  readonly senders: Senders;
  readonly fetcher: Fetcher;
}

function startWorker(part: Part, waiting: Waiting, reactions: ReadonlyMap<string, Reaction>): Worker {
  const { senders, fetcher } = waiting;
  const worker = makeWorker({
    ...part,
    keeper: keep(part, 'shard/', SHARDS),
    reactions,
    senders,
    // What the gateway has in memory is in another thread.
    onEvents: (kinds) => {
      part.metrics.events(kinds);
      if (kinds.some((kind) => WITH_FILES.has(kind))) fetcher.wake();
    },
  });
  const running = worker.run();
  part.started.add('worker', async () => {
    worker.stop();
    await running;
  });
  return worker;
}

/** Opens everything of the worker role. Throws when the customer's reactions cannot be loaded; nothing is started then. */
export async function openWorkerRooms(house: WorkerHouse): Promise<WorkerRooms> {
  const reactions = new Map([[HANDLERS, await loadReactions(house.settings.reactions, house.clock)]]);
  const db = openPool(house, 'worker', 4);
  const directory = makeDirectory({ db, clock: house.clock, workspaceId: house.settings.workspaceId });
  // Before the senders, which ask it for the ids of files: what is started later stops earlier.
  const { fetcher, prepare } = await openMediaWork({ ...house, directory, db: openPool(house, 'media', 2) });
  const senders = startSenders({ ...house, directory, prepare, db: openPool(house, 'outbox', 6) });
  const worker = startWorker({ ...house, directory, db }, { senders, fetcher }, reactions);
  startTemplateSync({ ...house, directory, db });
  house.metrics.onScrape(() => {
    const state = worker.state();
    house.metrics.journal(state);
    house.metrics.reactionsPending(state.pending);
    for (const [channelId, count] of senders.waiting()) house.metrics.outboxWaiting(channelId, count);
  });
  return { worker, senders };
}
