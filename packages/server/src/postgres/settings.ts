import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { type Address, isSocket } from './address.ts';
import { EmbeddedPostgresError } from './problem.ts';

export type Settings = Readonly<Record<string, string>>;

/** What keeps an acknowledged row through a crash; asked of the server at every start. */
const REQUIRED: Settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  data_checksums: 'on',
};

/** For two cores, steady ingest and a hot queue. Given on the command line, so no file or ALTER SYSTEM weakens them. */
const CHOSEN: Settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',

  max_connections: '60',
  shared_buffers: '256MB',
  jit: 'off',
  random_page_cost: '1.1',

  // Few checkpoints, because each one makes the next write of every page a full one. The price is up to 2 GB of
  // replay after a crash. The build has no lz4, and pglz costs more processor than the disk it saves.
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  wal_compression: 'off',
  wal_buffers: '16MB',
  // Filling each new file of the log with zeros first stopped every commit for 60 to 100 ms, every 2 s under load, until
  // there are old files to use again.
  wal_init_zero: 'off',

  // The queue's tables turn over many times a minute and set their own, early thresholds; for all others, looking at
  // every 2 % of change took 40 % of PostgreSQL's processor time under load.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.1',
  autovacuum_vacuum_threshold: '1000',
  autovacuum_analyze_scale_factor: '0.2',
  autovacuum_analyze_threshold: '5000',

  // A forgotten BEGIN holds back every vacuum; a wait above a second names its lock in the log.
  idle_in_transaction_session_timeout: '60s',
  deadlock_timeout: '1s',
  log_lock_waits: 'on',

  // Details of errors quote row values, hence phone numbers; statements may hold text. The client still gets both.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** The settings for a listening place. @param version of the binaries, kept in `cluster_name`: see `isCurrent` */
export function toSettings(address: Address, version: string, platform: NodeJS.Platform): Settings {
  const settings = { ...CHOSEN, ...toLiveness(platform), ...toListening(address) };
  const digest = createHash('sha256')
    .update(JSON.stringify([version, CHOSEN]))
    .digest('hex')
    .slice(0, 8);
  return { ...settings, cluster_name: `wharf-${digest}` };
}

/** A server left by an older Wharf runs older binaries or settings: it is restarted instead of adopted. */
export function isCurrent(clusterName: string, settings: Settings): boolean {
  return clusterName === settings['cluster_name'];
}

/** Without this a backend whose client was killed finishes its statement first, holding its locks. */
function toLiveness(platform: NodeJS.Platform): Settings {
  return platform === 'win32' ? {} : { client_connection_check_interval: '1s' };
}

function toListening(address: Address): Settings {
  const port = String(address.port);
  if (!isSocket(address)) return { port, listen_addresses: address.host, unix_socket_directories: '' };
  return { port, listen_addresses: '', unix_socket_directories: address.host, unix_socket_permissions: '0700' };
}

export function toArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Asked over the URL that Wharf will use, so an ALTER ROLE or ALTER DATABASE counts too. */
export async function assertDurable(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const sql = 'select name, setting from pg_settings where name = any($1)';
    const { rows } = await client.query<{ name: string; setting: string }>(sql, [Object.keys(REQUIRED)]);
    const weak = rows.filter(({ name, setting }) => setting !== REQUIRED[name]);
    if (rows.length !== Object.keys(REQUIRED).length || weak.length > 0) throw makeUnsafeError(weak);
  } finally {
    await client.end();
  }
}

function makeUnsafeError(weak: readonly { name: string; setting: string }[]): EmbeddedPostgresError {
  const found = weak.map(({ name, setting }) => `${name} is ${setting}`).join(', ');
  return new EmbeddedPostgresError(
    'unsafe',
    `The embedded PostgreSQL could lose acknowledged messages (${found || 'a setting is missing'}; all must be on): undo the ALTER ROLE or ALTER DATABASE that set it.`,
  );
}
