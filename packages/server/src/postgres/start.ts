import { mkdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Address, decideSocketFolder, SOCKET_PORT, toUrl } from './address.ts';
import { type Binaries, findPackage, prepareBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { claimDataLock } from './data-lock.ts';
import { ensurePrivateFolder } from './folders.ts';
import { boundLogFile, type Log } from './log-file.ts';
import { type Installation, open, type Opened, openOrStop } from './open.ts';
import { pause } from './pause.ts';
import { choosePlace, type Place, SYSTEM_FOLDER } from './place.ts';
import { type Settings, toSettings } from './settings.ts';
import { stopServer } from './stop-server.ts';
import { type State, supervise } from './supervisor.ts';

export type StartOptions = {
  /** Wharf's data folder; made when missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Where root puts what PostgreSQL's user could not reach; tests name another folder. */
  readonly systemDir?: string;
  /** Aborts a start that is under way. */
  readonly signal?: AbortSignal;
};

export type EmbeddedPostgres = {
  /** Of the database `wharf`, with the password; the same until `stop()`, whatever happens to the server. */
  readonly url: string;
  /** The cluster's folder. */
  readonly dataDir: string;
  readonly binDir: string;
  /** `host` is the socket's folder, or 127.0.0.1 where a socket cannot be. */
  readonly address: Address;
  readonly settings: Settings;
  state(): State;
  /** The postmaster's process id, which changes with every restart. */
  pid(): number;
  /** Called once whenever the server is lost; `onUp` when it serves again. Both return the unsubscription. */
  onDown(listener: () => void): () => void;
  onUp(listener: () => void): () => void;
  /** Stops the server within 15 s and gives the data folder free; harmless when repeated or when it is gone already. */
  stop(): Promise<void>;
};

const LOG_CHECK_MS = 60_000;

/**
 * Starts, adopts or restarts the PostgreSQL of a data folder and keeps it, and Node, running until `stop()`. Rejects
 * with an `EmbeddedPostgresError` that says what to do; then nothing is left running and the folder is free again.
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const releases = [await claimDataLock(dataDir)];
  const release = (): void => releases.forEach((unlock) => unlock());
  try {
    const place = choosePlace({ dataDir, systemDir: options.systemDir ?? SYSTEM_FOLDER });
    // A copy of a data folder names the same relocated cluster as the original.
    if (place.relocated) releases.push(await claimDataLock(place.root));
    return await startAt({ place, dataDir, options, release });
  } catch (error) {
    release();
    throw error;
  }
}

type Start = { place: Place; dataDir: string; options: StartOptions; release: () => void };

async function startAt({ place, dataDir, options, release }: Start): Promise<EmbeddedPostgres> {
  const { log, systemDir = SYSTEM_FOLDER } = options;
  const began = Date.now();
  const caches = place.account === undefined ? [dataDir] : [systemDir, place.root];
  const binaries = prepareBinaries({
    packageDir: findPackage(),
    account: place.account,
    caches: caches.map((folder) => join(folder, 'binaries')),
  });
  const { password, created } = await ensureCluster(place, binaries);
  const wanted = await chooseAddress(place);
  const installation = await install({ place, binaries, password, address: wanted, dataDir, log });
  const opened = await openOrStop(installation, options.signal ?? new AbortController().signal);
  // An adopted server may listen elsewhere than a new one would; from here on the address stays.
  const settled = { ...installation, ...toListening(opened.address, binaries) };
  log(describe(settled, { opened, created, ms: Date.now() - began }), 'postgres.started');
  return toHandle({ installation: settled, opened, release });
}

type Installing = Pick<Installation, 'place' | 'binaries' | 'password' | 'address' | 'log'> & { dataDir: string };

async function install({ dataDir, address, ...known }: Installing): Promise<Installation> {
  return {
    ...known,
    ...toListening(address, known.binaries),
    cluster: realpathSync(known.place.cluster),
    logPath: join(dataDir, 'postgres.log'),
  };
}

function toListening(address: Address, binaries: Binaries): { address: Address; settings: Settings } {
  return { address, settings: toSettings(address, binaries.version, process.platform) };
}

/** A socket in a folder of PostgreSQL's own, or a free loopback port where a socket cannot be. */
async function chooseAddress(place: Place): Promise<Address> {
  const folder = decideSocketFolder(join(place.root, 'run'), process.platform);
  if (folder === undefined) return { host: '127.0.0.1', port: await findFreePort() };
  ensurePrivateFolder(folder, place.account);
  return { host: folder, port: SOCKET_PORT };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

type Handle = { installation: Installation; opened: Opened; release: () => void };

function toHandle({ installation, opened, release }: Handle): EmbeddedPostgres {
  const { address, password, log, logPath, cluster, binaries, settings } = installation;
  let pid = opened.pid;
  const supervisor = supervise({
    first: opened.watched,
    open: async (signal) => {
      const again = await open(installation, signal);
      pid = again.pid;
      return again.watched;
    },
    close: () => stopServer(cluster, log),
    pause,
    report: (news, error) => log({ pid, ...(error instanceof Error && { reason: error.message }) }, `postgres.${news}`),
  });
  const logCheck = setInterval(boundLogFile, LOG_CHECK_MS, logPath).unref();
  return {
    url: toUrl({ address, password, database: 'wharf' }),
    dataDir: cluster,
    binDir: binaries.binDir,
    address,
    settings,
    state: supervisor.state,
    pid: () => pid,
    onDown: supervisor.onDown,
    onUp: supervisor.onUp,
    stop: async () => {
      clearInterval(logCheck);
      await supervisor.stop();
      release();
    },
  };
}

type Facts = { opened: Opened; created: boolean; ms: number };

function describe(installation: Installation, { opened, created, ms }: Facts): Record<string, unknown> {
  const { place, binaries, cluster, address } = installation;
  return {
    data: cluster,
    binaries: binaries.binDir,
    user: place.account?.name ?? 'the same as Wharf',
    relocated: place.relocated,
    listen: address.host.startsWith('/') ? address.host : `${address.host}:${address.port}`,
    pid: opened.pid,
    created,
    adopted: opened.adopted,
    ms,
  };
}
