import { type Accounts, makeAccounts } from '#accounts';
import { makeApi } from '#api';
import { type Channel, makeWires, resumeChannel } from '#channels';
import { type Gateway, makeGateway } from '#gateway';
import { type Appender, makeAppender, readProgress, readWorstLag, SHARDS } from '#journal';
import { type Log, makeLeaseKeeper, makeStarted, type Started } from '#kit';
import { joinParked } from '#ledger';
import { makeInternalServer } from '#observe';
import { makeSenders, type Senders } from '#outbox';
import { countQuarantined, HANDLERS, loadReactions, type Reaction } from '#reactions';
import { discard, replay, submit } from './commands.ts';
import type { Config } from './config.ts';
import { readConsoleKey } from './console-key.ts';
import { ensureChannels, type House, openHouse, startPhone, WORKSPACE } from './house.ts';
import { rereadEvents } from './read-events.ts';
import { makeWorker, type Worker } from './worker.ts';

/** What a running Wharf tells whoever started it. */
export interface Program {
  readonly url: string;
  readonly internalUrl: string;
  readonly phoneUrl: string | null;
  readonly where: string;
  /** An API key made by this start: the very first one, or null. Shown once. */
  readonly createdKey: string | null;
  /** Signs a browser in; null when only its digest is known. */
  readonly signInKey: string | null;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** Builds the web pages if they are not; null answers mean there are none. */
  readonly web: () => Promise<{ readonly dashboard: string; readonly phone: string } | null>;
}

function startSenders(house: House): Senders {
  const { storage, clock, log, config, directory, meta } = house;
  const whapi = new Map(
    config.whapi ? [[config.whapi.channel, { token: config.whapi.token, url: config.whapi.url }]] : [],
  );
  const wireOf = makeWires({ meta: meta && { graphUrl: meta.graphUrl, accessToken: meta.accessToken }, whapi });
  const toSending = (channel: Channel) => ({
    id: channel.id,
    workspaceId: channel.workspaceId,
    provider: channel.provider,
    wire: wireOf(channel),
  });
  const senders = makeSenders({
    db: storage.outbox,
    clock,
    log,
    random: Math.random,
    rules: { maxAttempts: 6, graceMs: config.graceMs },
    keeper: makeLeaseKeeper({
      db: storage.outbox,
      clock,
      owner: house.owner,
      prefix: 'sender/',
      total: 10_000,
      ttlMs: config.leaseMs,
    }),
    listChannels: async () => {
      await directory.refresh();
      return directory
        .list()
        .filter((channel) => channel.state === 'active')
        .map(toSending);
    },
    joinParked,
    readProgress: () => readProgress(storage.outbox),
    onOutcome: (channelId, outcome) => house.metrics.sendOutcome(channelId, outcome),
  });
  void senders.run();
  house.started.add('senders', () => senders.stop(), 40_000);
  return senders;
}

function startWorker(
  house: House,
  senders: Senders,
  reactions: ReadonlyMap<string, Reaction>,
): Worker {
  const { storage, clock, log, config } = house;
  const keeper = makeLeaseKeeper({
    db: storage.worker,
    clock,
    owner: house.owner,
    prefix: 'shard/',
    total: SHARDS,
    ttlMs: config.leaseMs,
  });
  const onEvents = (kinds: readonly string[]) => house.metrics.events(kinds);
  const worker = makeWorker({
    db: storage.worker,
    clock,
    log,
    keeper,
    directory: house.directory,
    reactions,
    senders,
    onEvents,
  });
  const running = worker.run();
  house.started.add('worker', async () => {
    worker.stop();
    await running;
  });
  return worker;
}

function openGateway(house: House, appender: Appender): Gateway {
  const { config, meta, storage } = house;
  const whapi = new Map(config.whapi ? [[config.whapi.channel, config.whapi]] : []);
  return makeGateway({
    clock: house.clock,
    log: house.log,
    workspaceId: WORKSPACE.id,
    appSecrets: meta?.appSecrets ?? [],
    verifyToken: meta?.verifyToken ?? null,
    whapi,
    append: (delivery) => appender.add(delivery),
    isReady: () => storage.health.isUp && config.roles.has('gateway'),
    counters: { request: (verdict, tookMs) => house.metrics.webhookRequest(verdict, tookMs) },
  });
}

async function openDoor(
  house: House,
  parts: {
    gateway: Gateway;
    accounts: Accounts;
    senders: Pick<Senders, 'offer'>;
    phoneUrl: string | null;
    dashboard: string | null;
    version: string;
  },
): Promise<string> {
  const { storage, clock, log, directory, config } = house;
  const commands = { db: storage.api, clock, directory, senders: parts.senders };
  const api = await makeApi({
    db: storage.api,
    clock,
    log,
    version: parts.version,
    workspace: WORKSPACE,
    phoneUrl: parts.phoneUrl,
    dashboardDist: parts.dashboard,
    gateway: parts.gateway.handle,
    accounts: parts.accounts,
    readEvents: (places, maxBytes) => rereadEvents(storage.api, places, maxBytes),
    submit: (request) => submit(commands, request),
    replay: (id) => replay(commands, id),
    discard: (id) => discard(commands, id),
    resumeChannel: async (id) => (await resumeChannel(storage.api, id)) !== null,
  });
  house.started.add('front door', async () => {
    await api.close();
    await parts.gateway.idle();
  });
  return api.listen({ host: config.host, port: config.port });
}

function watch(house: House, parts: { worker: Worker | null; senders: Senders | null; appender: Appender }): void {
  const { metrics, storage } = house;
  metrics.onScrape(async () => {
    metrics.appendQueue(parts.appender.waiting);
    const state = parts.worker?.state();
    if (state) metrics.journal(state);
    metrics.reactionsPending(state?.pending ?? 0);
    for (const [channelId, count] of parts.senders?.waiting() ?? []) metrics.outboxWaiting(channelId, count);
    metrics.quarantined(await countQuarantined(storage.api));
    metrics.worstShard(await readWorstLag(storage.api));
  });
}

const idleSenders: Pick<Senders, 'offer' | 'release'> = { offer() {}, release() {} };

async function startRooms(options: ProgramOptions, started: Started): Promise<Omit<Program, 'stop'>> {
  const { config } = options;
  const [house, web] = await Promise.all([openHouse(options, started), options.web()]);
  await ensureChannels(house);
  const accounts = makeAccounts({ db: house.storage.api, clock: house.clock, workspaceId: WORKSPACE.id });
  const signInKey = config.apiKey ?? (config.emulator ? await readConsoleKey(config.dataDir) : null);
  const { created } = await accounts.ensureKey(signInKey);

  const works = config.roles.has('worker');
  const emulator = config.emulator ? await startPhone(house, config.emulator.port, web?.phone) : null;
  const senders = works ? startSenders(house) : null;
  const reactions = new Map(works ? [[HANDLERS, await loadReactions(config.reactions)]] : []);
  const worker = works ? startWorker(house, senders ?? (idleSenders as Senders), reactions) : null;
  const appender = makeAppender({ db: house.storage.gateway, clock: house.clock, onAppended: () => worker?.wake() });
  started.add('appender', () => appender.idle());
  const gateway = openGateway(house, appender);
  watch(house, { worker, senders, appender });
  const url = await openDoor(house, {
    gateway,
    accounts,
    senders: senders ?? idleSenders,
    phoneUrl: emulator?.phoneUrl ?? null,
    dashboard: web?.dashboard ?? null,
    version: options.version,
  });
  const internal = makeInternalServer({
    host: '127.0.0.1',
    port: config.internalPort,
    metrics: house.metrics,
    isReady: () => readiness(house),
  });
  const internalUrl = await internal.start();
  started.add('internal server', () => internal.stop());
  await emulator?.connect(`http://127.0.0.1:${new URL(url).port}/webhooks/whatsapp`);
  return {
    url,
    internalUrl,
    phoneUrl: emulator?.phoneUrl ?? null,
    where: house.storage.where,
    createdKey: created,
    signInKey,
  };
}

async function readiness(house: House): Promise<{ ok: boolean; checks: Record<string, string> }> {
  const { health } = house.storage;
  return { ok: health.isUp, checks: { database: health.state } };
}

/** Starts everything in order; when one part fails, what was started is stopped again, last first. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const started = makeStarted(options.log);
  try {
    return { ...(await startRooms(options, started)), stop: () => started.stopAll() };
  } catch (error) {
    await started.stopAll();
    throw error;
  }
}
