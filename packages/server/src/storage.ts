import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pruneAlerts } from '#channels';
import { pruneMarketing } from '#consent';
import { keepPartitions, releaseOldMarks } from '#journal';
import {
  type Clock,
  type DatabasePool,
  every,
  type Health,
  type Log,
  makeHealth,
  makePool,
  migrate,
  type Started,
} from '#kit';
import { expireParked, expirePhoneApp, joinStrays } from '#ledger';
import { pruneOpenings } from '#outbox';
import { startEmbeddedPostgres } from '#postgres';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** Below this much free disk nothing more is taken in: PostgreSQL must never meet a full disk. */
const MIN_FREE_BYTES = 512 << 20;

/** Connections by purpose, so that no part can starve another: what is slow in one waits only there. The worker's are its own. */
export interface Storage {
  readonly gateway: DatabasePool;
  readonly api: DatabasePool;
  readonly health: Health;
  /** Of the running server, embedded or not. */
  readonly url: string;
  /** For the start-up message. */
  readonly where: string;
}

export interface StorageOptions {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly started: Started;
}

interface Server {
  readonly url: string;
  readonly where: string;
  readonly dataDir: string | null;
  readonly onDown: (listener: () => void) => void;
}

async function openServer({ databaseUrl, dataDir, log, started }: StorageOptions): Promise<Server> {
  if (databaseUrl !== null)
    return { url: databaseUrl, where: `PostgreSQL at ${new URL(databaseUrl).host}`, dataDir: null, onDown: () => {} };
  const postgres = await startEmbeddedPostgres({ dataDir, log: (fields, message) => log.info({ ...fields }, message) });
  started.add('postgres', () => postgres.stop(), 30_000);
  return {
    url: postgres.url,
    where: `embedded PostgreSQL in ${postgres.dataDir}`,
    dataDir: postgres.dataDir,
    onDown: (listener) => void postgres.onDown(listener),
  };
}

async function checkDisk(folder: string | null): Promise<void> {
  if (folder === null) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < MIN_FREE_BYTES)
    throw new Error(`only ${Math.floor((bavail * bsize) >> 20)} MB of disk are free; 512 MB are needed`);
}

/** Starts or reaches PostgreSQL, brings the schema up to date and keeps it in order. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { clock, log, started } = options;
  const server = await openServer(options);
  const applied = await migrate(server.url, MIGRATIONS);
  if (applied.length > 0) log.info({ applied: applied.length, last: applied.at(-1) }, 'schema.migrated');

  const open = (name: string, max: number, statementTimeoutMs: number): DatabasePool => {
    const pool = makePool({
      url: server.url,
      name: `wharf-${name}`,
      max,
      statementTimeoutMs,
      onIdleError: (error) => health.suspect(error.message),
    });
    started.add(`pool ${name}`, () => pool.close());
    return pool;
  };
  const chores = open('chores', 2, 60_000);
  // Before anything is taken in: today may be a day that nobody has made a partition for.
  await keepPartitions(chores);
  const health = makeHealth({
    name: 'database',
    clock,
    log,
    everyMs: 1_000,
    boundMs: 3_000,
    check: async () => {
      await chores.ping();
      await checkDisk(server.dataDir);
    },
  });
  started.add('database watch', () => health.stop());
  server.onDown(() => health.suspect('PostgreSQL went away'));
  keepHouse({ db: chores, clock, log, started });
  return {
    gateway: open('gateway', 3, 5_000),
    api: open('api', 6, 15_000),
    health,
    url: server.url,
    where: server.where,
  };
}

/** Meta retries for up to 7 days: marks live longer than that. Unclaimed facts wait for as long as Meta reports on a message. */
const MARK_DAYS = 9;
const PARKED_DAYS = 30;
/** Many rounds; the longest absence of all workers that no hour's round has to make up for. */
const STRAY_SECONDS = 120;
const DAY_SECONDS = 86_400;
/** The longest span over which a person's marketing can be capped. */
const MARKETING_DAYS = 32;
/** Ended: long enough to see whether this quarter's troubles are the last one's. */
const ALERT_DAYS = 180;
const DAY_MS = 86_400_000;

/** What keeps the tables in order, and how often. */
export const toChores = (db: DatabasePool, clock: Clock) => [
  { name: 'strays', ms: 5_000, chore: () => db.transaction((tx) => joinStrays(tx, STRAY_SECONDS)) },
  { name: 'old strays', ms: 3_600_000, chore: () => db.transaction((tx) => joinStrays(tx, PARKED_DAYS * DAY_SECONDS)) },
  { name: 'partitions', ms: 3_600_000, chore: () => keepPartitions(db) },
  { name: 'marks', ms: 60_000, chore: () => releaseOldMarks(db, MARK_DAYS) },
  { name: 'parked', ms: 3_600_000, chore: () => expireParked(db, PARKED_DAYS) },
  { name: 'phone app', ms: 60_000, chore: () => expirePhoneApp(db, clock.now()) },
  { name: 'openings', ms: 3_600_000, chore: () => pruneOpenings(db, clock.now()) },
  { name: 'marketing', ms: 3_600_000, chore: () => pruneMarketing(db, clock.now() - MARKETING_DAYS * DAY_MS) },
  { name: 'alerts', ms: 3_600_000, chore: () => pruneAlerts(db, clock.now() - ALERT_DAYS * DAY_MS) },
];

function keepHouse({ db, clock, log, started }: { db: DatabasePool; clock: Clock; log: Log; started: Started }): void {
  for (const chore of toChores(db, clock)) started.add(`chore ${chore.name}`, every({ clock, log, ...chore }));
}
