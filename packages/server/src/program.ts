import { type Accounts, makeAccounts } from '#accounts';
import { makeApi } from '#api';
import { type Gateway, makeGateway, UNAVAILABLE } from '#gateway';
import type { GraphApi } from '#graph-api';
import { type Appender, makeAppender, makeOpenWord, type OpenWord, readWorstLag } from '#journal';
import { every, type Log, makeStarted, type Started, type Transaction } from '#kit';
import { makeInternalServer } from '#observe';
import { countQuarantined } from '#reactions';
import { discard, replay } from './commands.ts';
import { toChannelsPort, toConversationsPort, toPolicyPort, toSendingPort } from './desks.ts';
import { makePolicyCache } from '#settings';
import type { SubmitOptions } from './submit.ts';
import { type Draft, judgeDrafts } from './judge.ts';
import type { Config } from './config.ts';
import { readConsoleKey } from './console-key.ts';
import { makeGraphRooms } from './graph-rooms.ts';
import { ensureChannels, type House, openHouse, startPhone, WORKSPACE } from './house.ts';
import { toInstants } from './local-times.ts';
import { makePeople } from './people.ts';
import { checkMedia, openMediaDesk, type MediaDesk, toMediaPlace } from './media-house.ts';
import { rereadEvents } from './read-events.ts';
import { makeTemplatesPort } from './template-rooms.ts';
import { startWorkerRole, type WorkerRole } from './worker-role.ts';

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

/** Everything that works on what the gateway stored, in a thread of its own; customers' code runs there. */
function startWorker(house: House): WorkerRole {
  const { config, meta, storage, clock, log, metrics, started } = house;
  const role = startWorkerRole({
    settings: {
      databaseUrl: storage.url,
      workspaceId: WORKSPACE.id,
      reactions: config.reactions,
      graceMs: config.graceMs,
      leaseMs: config.leaseMs,
      media: {
        place: toMediaPlace(config.dataDir, config.media),
        allowPrivateHosts: config.media.allowPrivateHosts,
        checkLinks: config.media.checkLinks,
      },
      meta: meta && { graphUrl: meta.graphUrl, accessToken: meta.accessToken },
      whapi: config.whapi && { channel: config.whapi.channel, token: config.whapi.token, url: config.whapi.url },
    },
    clock,
    log,
    db: storage.api,
    onSuspect: (reason) => storage.health.suspect(reason),
    onDeath: () => metrics.workerDied(),
  });
  started.add('worker', () => role.stop(), WORKER_STOP_MS);
  metrics.join(() => role.scrape());
  return role;
}

function openGateway(house: House, appender: Appender, word: OpenWord): Gateway {
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
    counters: {
      request(verdict, tookMs) {
        house.metrics.webhookRequest(verdict, tookMs);
        if (verdict === UNAVAILABLE.verdict) word.refused();
      },
    },
  });
}

/** How often a gateway says that webhooks are taken, and how long its word holds. */
const OPEN_MS = { every: 1_000, for: 5_000 };

/** Whoever waits for a status to come in has to know since when one could. */
function keepGatewayOpen({ storage, clock, log, config, started }: House, word: OpenWord): void {
  if (!config.roles.has('gateway')) return;
  const chore = async () => void (storage.health.isUp && (await word.say()));
  started.add('word of the gateway', every({ clock, log, name: 'open', ms: OPEN_MS.every, chore }));
}

interface DoorParts {
  readonly gateway: Gateway;
  readonly accounts: Accounts;
  readonly wakeSenders: (channelIds: readonly string[]) => void;
  readonly media: MediaDesk;
  readonly phoneUrl: string | null;
  readonly dashboard: string | null;
  readonly version: string;
}

function toCommands({ storage, clock, directory }: House, { media, wakeSenders }: DoorParts): SubmitOptions {
  const settings = makePolicyCache(clock);
  return {
    db: storage.api,
    clock,
    directory,
    judge: (tx: Transaction, drafts: readonly Draft[], nowMs: number) =>
      judgeDrafts(tx, { directory, settings }, drafts, { mode: 'ask', nowMs }),
    checkMedia: ({ request, message }: Parameters<SubmitOptions['checkMedia']>[0]) =>
      checkMedia(media, request.workspaceId, message),
    toInstants,
    wakeSenders,
  };
}

function openGraph(house: House, commands: SubmitOptions, { accounts, media }: DoorParts): GraphApi {
  const { config, storage } = house;
  return makeGraphRooms({
    ...house,
    commands,
    waitMs: config.graphWaitMs,
    isReady: () => storage.health.isUp,
    authenticate: (headers) => accounts.authenticate(headers),
    media,
  });
}

async function openDoor(house: House, parts: DoorParts): Promise<string> {
  const { storage, clock, log, directory, config } = house;
  const commands = toCommands(house, parts);
  const graph = openGraph(house, commands, parts);
  const api = await makeApi({
    db: storage.api,
    clock,
    log,
    version: parts.version,
    workspace: WORKSPACE,
    phoneUrl: parts.phoneUrl,
    dashboardDist: parts.dashboard,
    gateway: (req, res) => parts.gateway.handle(req, res) || graph.handle(req, res),
    accounts: parts.accounts,
    readEvents: (places, maxBytes) => rereadEvents(storage.api, places, maxBytes),
    sending: toSendingPort(commands),
    replay: (id) => replay(commands, id),
    discard: (id) => discard(commands, id),
    channels: toChannelsPort(storage.api),
    conversations: toConversationsPort(storage.api, clock),
    templates: makeTemplatesPort({
      db: storage.api,
      clock,
      directory,
      meta: house.meta,
      readFile: (wanted) => parts.media.read(wanted),
    }),
    policy: toPolicyPort(storage.api, clock),
    people: makePeople({ db: storage.api, clock, directory }),
    media: parts.media,
  });
  house.started.add('front door', async () => {
    graph.stop();
    parts.gateway.stop();
    await api.close();
    await parts.gateway.idle();
  });
  return api.listen({ host: config.host, port: config.port });
}

function watch({ metrics, storage }: House, appender: Appender): void {
  metrics.onScrape(async () => {
    metrics.appendQueue(appender.waiting);
    metrics.quarantined(await countQuarantined(storage.api));
    metrics.worstShard(await readWorstLag(storage.api));
  });
}

/** A little more than the thread takes to end itself, or to be ended. */
const WORKER_STOP_MS = 70_000;

/** Where no worker runs, those that do find what is new in the tables. */
const wakeNobody = () => {};

async function startRooms(options: ProgramOptions, started: Started): Promise<Omit<Program, 'stop'>> {
  const { config } = options;
  const [house, web] = await Promise.all([openHouse(options, started), options.web()]);
  const { whapi, emulator: emulated } = config;
  await ensureChannels({ ...house, db: house.storage.api, whapi, isEmulated: emulated !== null });
  const accounts = makeAccounts({ db: house.storage.api, clock: house.clock, workspaceId: WORKSPACE.id });
  const signInKey = config.apiKey ?? (config.emulator ? await readConsoleKey(config.dataDir) : null);
  const { created } = await accounts.ensureKey(signInKey);

  const emulator = config.emulator ? await startPhone(house, config.emulator.port, web?.phone) : null;
  const worker = config.roles.has('worker') ? startWorker(house) : null;
  const appender = makeAppender({ db: house.storage.gateway, clock: house.clock, onAppended: () => worker?.wake() });
  started.add('appender', () => appender.idle());
  const word = makeOpenWord(house.storage.api, OPEN_MS.for);
  const gateway = openGateway(house, appender, word);
  watch(house, appender);
  await worker?.running;
  const media = await openMediaDesk({ ...house, db: house.storage.api });
  const url = await openDoor(house, {
    gateway,
    media,
    accounts,
    wakeSenders: worker?.wakeSenders ?? wakeNobody,
    phoneUrl: emulator?.phoneUrl ?? null,
    dashboard: web?.dashboard ?? null,
    version: options.version,
  });
  keepGatewayOpen(house, word);
  const internal = makeInternalServer({
    host: '127.0.0.1',
    port: config.internalPort,
    metrics: house.metrics,
    isReady: () => readiness(house, worker),
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

/** A gateway whose worker is being started again stays ready: it stores what comes, and the journal is the queue. */
async function readiness(
  { storage: { health }, config }: House,
  worker: WorkerRole | null,
): Promise<{ ok: boolean; checks: Record<string, string> }> {
  const works = worker === null || worker.isUp || config.roles.has('gateway');
  return {
    ok: health.isUp && works,
    checks: { database: health.state, ...(worker ? { worker: worker.state } : {}) },
  };
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
