import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../packages/server/src/postgres/index.ts';
import type { Environment } from '../support/wharf.ts';
import type { Crowd } from './crowd.ts';
import { keep, type Kept } from './keeper.ts';
import { type FormName, LEASE_SECONDS } from './kinds.ts';
import { type NoDisk, openSmallDisk, type SmallDisk } from './small-disk.ts';
import type { Stage } from './stage.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A Wharf that runs, in one of its forms, with all that can be done to it. */
export interface Ground {
  readonly form: FormName;
  /** Where webhooks and the API's requests go. */
  readonly door: Kept;
  readonly nodes: readonly Kept[];
  readonly cluster: string;
  /** Between Wharf and PostgreSQL; null: a socket is there. */
  readonly database: TcpProxy | null;
  readonly graph: TcpProxy;
  readonly disk: SmallDisk | NoDisk;
  /** Asks the database, past Wharf and past the proxy. */
  rows<Row extends QueryResultRow>(sql: string): Promise<Row[]>;
  /** Stops Wharf in order; the names of the processes that did not. */
  stop(): Promise<string[]>;
}

export interface GroundOptions {
  readonly stage: Stage;
  readonly crowd: Crowd;
  readonly graceSeconds: number;
  /** Null: somebody has no use for a small disk. */
  readonly wantsDisk: boolean;
  readonly say: (line: string) => void;
}

const START_MS = 90_000;

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Run by root, PostgreSQL is another user, who must be able to enter the folder. */
function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o711);
  return path;
}

interface Process {
  readonly name: string;
  readonly dataDir: string;
  readonly env: Environment;
}

async function launch(options: GroundOptions, { name, dataDir, env }: Process): Promise<Kept> {
  const { stage, say } = options;
  const [port, internalPort] = [await findPort(), await findPort()];
  const kept = keep({
    name,
    port,
    internalPort,
    guard: stage.guard,
    logPath: join(stage.folder, `${name}.log`),
    onEnd: (who, how) => say(`${who} ended: ${how}`),
    env: {
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      WHARF_DATA_DIR: dataDir,
      WHARF_LEASE_SECONDS: String(LEASE_SECONDS),
      WHARF_AMBIGUOUS_SECONDS: String(options.graceSeconds),
      ...env,
    },
  });
  stage.onEnd(name, () => kept.close());
  await kept.ready(START_MS);
  return kept;
}

async function askOnce<Row extends QueryResultRow>(client: Client, sql: string): Promise<Row[]> {
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const stopAll = async (nodes: readonly Kept[]): Promise<string[]> => {
  const wrong: string[] = [];
  for (const node of nodes) if (!(await node.close())) wrong.push(node.name);
  return wrong;
};

async function openGraph({ stage, crowd }: GroundOptions): Promise<{ proxy: TcpProxy; env: Environment }> {
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(crowd.emulator.url).port) });
  stage.onEnd('the way to Meta', () => proxy.close());
  return { proxy, env: crowd.env(`http://127.0.0.1:${proxy.port}`) };
}

/** A Wharf that was killed leaves its PostgreSQL running; the next one would adopt it, and there is none. */
function stopOrphan(stage: Stage, cluster: string): void {
  const left = stage.guard.postmaster(cluster);
  if (left === null) return;
  for (const own of [...stage.guard.backends(left, cluster), left]) stage.guard.signal(own, 'SIGCONT');
  stage.guard.signal(left, 'SIGQUIT');
}

function openDisk({ stage, wantsDisk }: GroundOptions): SmallDisk | NoDisk {
  if (!wantsDisk) return { why: 'no fault of this run needs it' };
  const disk = openSmallDisk(stage.folder);
  if (!('why' in disk)) stage.onEnd('the small disk', () => disk.unmount());
  return disk;
}

async function openWhole(options: GroundOptions): Promise<Ground> {
  const { stage } = options;
  const disk = openDisk(options);
  const dataDir = makeFolder(join('why' in disk ? stage.folder : disk.folder, 'whole'));
  const cluster = join(dataDir, 'postgres');
  const graph = await openGraph(options);
  stage.onEnd('an orphaned PostgreSQL', () => stopOrphan(stage, cluster));
  if (!('why' in disk)) stage.onEnd('the ballast', () => disk.clear());
  const door = await launch(options, { name: 'whole', dataDir, env: graph.env });
  const password = () => readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const toClient = () =>
    new Client({ host: join(dataDir, 'run'), port: 5432, user: 'wharf', password: password(), database: 'wharf' });
  return {
    form: 'whole',
    door,
    nodes: [door],
    cluster,
    database: null,
    graph: graph.proxy,
    disk,
    rows: (sql) => askOnce(toClient(), sql),
    stop: () => stopAll([door]),
  };
}

async function openDatabase({ stage, say }: GroundOptions): Promise<{ postgres: EmbeddedPostgres; proxy: TcpProxy }> {
  const postgres = await startEmbeddedPostgres({
    dataDir: makeFolder(join(stage.folder, 'shared')),
    log: (_, message) => (message === 'postgres.started' ? undefined : say(message)),
  });
  stage.onEnd('PostgreSQL', () => postgres.stop());
  const { host, port } = postgres.address;
  const proxy = await startTcpProxy(host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port });
  stage.onEnd('the way to PostgreSQL', () => proxy.close());
  return { postgres, proxy };
}

async function openSplit(options: GroundOptions): Promise<Ground> {
  const { stage } = options;
  const { postgres, proxy } = await openDatabase(options);
  const graph = await openGraph(options);
  const url = new URL(postgres.url);
  url.search = '';
  url.host = `127.0.0.1:${proxy.port}`;
  const env = { ...graph.env, DATABASE_URL: url.href };
  const toProcess = (name: string, roles: string): Process => ({
    name,
    dataDir: makeFolder(join(stage.folder, name)),
    env: { ...env, WHARF_ROLES: roles },
  });
  const door = await launch(options, toProcess('gateway', 'gateway,api'));
  const workers = [
    await launch(options, toProcess('worker-1', 'worker')),
    await launch(options, toProcess('worker-2', 'worker')),
  ];
  return {
    form: 'split',
    door,
    nodes: [door, ...workers],
    cluster: postgres.dataDir,
    database: proxy,
    graph: graph.proxy,
    disk: { why: 'its PostgreSQL stands elsewhere' },
    rows: (sql) => askOnce(new Client({ connectionString: postgres.url }), sql),
    stop: () => stopAll([...workers, door]),
  };
}

export const openGround = (form: FormName, options: GroundOptions): Promise<Ground> =>
  form === 'whole' ? openWhole(options) : openSplit(options);
