/**
 * A place for one test: a data folder, ports that stay the same over restarts, the processes started there, and a way
 * into its database. Left behind is nothing, whatever happened.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { onTestFailed } from 'vitest';
import { until } from './until.ts';
import { type Environment, launchInVain, launchWharf, toTail, type Wharf } from './wharf.ts';
import { isAlive } from '../../packages/server/src/postgres/processes.ts';

export const API_KEY = 'wharf-system-test-key-0123456789';

export interface Site extends AsyncDisposable {
  readonly dataDir: string;
  readonly url: string;
  /** Starts Wharf here; the first one prints its output should the test fail. */
  start(more?: Environment, by?: 'node' | 'npm'): Promise<Wharf>;
  startInVain(more?: Environment): Promise<{ code: number | null; output: string }>;
  /** Process id of the embedded PostgreSQL's postmaster; null when there is none. */
  postmaster(): number | null;
  /** Asks the database, past Wharf. */
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A free port of loopback. Another process may take it before it is used; nothing on a test machine does. */
export function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Run by root, PostgreSQL is another user, who must be able to enter the folder; what lies in it stays private. */
export function makeDataDir(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `wharf-test-${process.pid}-`)));
  chmodSync(folder, 0o711);
  return folder;
}

/** A zombie counts as dead: who started it has not asked after it yet. */
export { isAlive };

function readPostmaster(dataDir: string): number | null {
  const file = join(dataDir, 'postgres/postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return isAlive(pid) ? pid : null;
}

/** The same address and password that Wharf uses: given, or both in the data folder. */
function toDatabase(dataDir: string, { DATABASE_URL }: Environment): Client {
  if (DATABASE_URL) return new Client({ connectionString: DATABASE_URL });
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  return new Client({ host: join(dataDir, 'run'), port: 5432, user: 'wharf', password, database: 'wharf' });
}

async function queryOnce<Row extends QueryResultRow>(
  client: Client,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

function kill(pid: number | null, signal: NodeJS.Signals): void {
  if (pid !== null && isAlive(pid)) process.kill(pid, signal);
}

/** Makes a site for one test, whose failure shows what its processes wrote. Hold it with `await using`. */
export async function makeSite(env: Environment = {}): Promise<Site> {
  const started: Wharf[] = [];
  onTestFailed(() => {
    for (const wharf of started)
      process.stderr.write(`\n--- output of process ${wharf.pid} ---\n${toTail(wharf.output())}\n`);
  });
  return openSite(env, started);
}

/** A site that several tests share; `env` counts for every start, and each process is put into `started`. */
export async function openSite(env: Environment, started: Wharf[] = []): Promise<Site> {
  const dataDir = makeDataDir();
  const [port, internalPort, emulatorPort] = [await findPort(), await findPort(), await findPort()];
  const base = {
    PORT: String(port),
    INTERNAL_PORT: String(internalPort),
    WHARF_EMULATOR_PORT: String(emulatorPort),
    WHARF_DATA_DIR: dataDir,
    ...env,
  };
  return {
    dataDir,
    url: `http://127.0.0.1:${port}`,
    async start(more = {}, by = 'node') {
      const wharf = await launchWharf({ env: { ...base, ...more }, by });
      started.push(wharf);
      return wharf;
    },
    startInVain: (more = {}) => launchInVain({ env: { ...base, ...more } }),
    postmaster: () => readPostmaster(dataDir),
    rows: (sql, values = []) => queryOnce(toDatabase(dataDir, env), sql, values),
    async [Symbol.asyncDispose]() {
      for (const wharf of started) if (!wharf.hasEnded) await wharf.kill();
      const postmaster = readPostmaster(dataDir);
      kill(postmaster, 'SIGCONT');
      kill(postmaster, 'SIGQUIT');
      // While it still writes, its folder cannot be removed whole.
      await until('PostgreSQL has ended', () => postmaster === null || !isAlive(postmaster), { withinMs: 10_000 });
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
