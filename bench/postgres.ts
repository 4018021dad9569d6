import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { listChildren, readPrivateMb } from './machine.ts';

/** The embedded PostgreSQL of a Wharf that runs: its process, and a way in beside the program. */
export interface Postmaster {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

/** PostgreSQL's files lie elsewhere when its user could not enter the data folder. */
function findRoot(dataDir: string): string {
  const location = join(dataDir, 'postgres.location');
  return existsSync(location) ? readFileSync(location, 'utf8').trim() : dataDir;
}

/** Null when it does not run. */
export function readPostmaster(dataDir: string): Postmaster | null {
  const root = findRoot(dataDir);
  try {
    const lines = readFileSync(join(root, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const password = readFileSync(join(root, 'postgres-password'), 'utf8').trim();
    const [pid, , , port, socket, address] = lines.map((line) => line.trim());
    return { pid: Number(pid), host: socket || address || '127.0.0.1', port: Number(port), password };
  } catch {
    return null;
  }
}

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export function toPlace(dataDir: string, database = 'wharf'): Place {
  const postmaster = readPostmaster(dataDir);
  if (!postmaster) throw new Error(`no PostgreSQL runs for ${dataDir}`);
  const { host, port, password } = postmaster;
  return { host, port, password, user: 'wharf', database };
}

/** Opens a connection for the time of `work`. */
export async function withClient<T>(database: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(database);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same, to the database of a Wharf. */
export const withDatabase = <T>(dataDir: string, work: (client: Client) => Promise<T>): Promise<T> =>
  withClient(toPlace(dataDir), work);

/** One number, by a query that answers one row with one column. */
export async function readNumber(client: Client, sql: string): Promise<number> {
  const { rows } = await client.query<{ value: string }>(`select (${sql})::text as value`);
  return Number(rows[0]?.value);
}

export interface TableFacts {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly megabytes: number;
}

/** Every table by its size, days of one table together. */
export async function readTables(client: Client): Promise<TableFacts[]> {
  const { rows } = await client.query<{ name: string; live: string; dead: string; bytes: string }>(
    `select regexp_replace(relname, '_(\\d{8}|default)$', '') as name, sum(n_live_tup) as live, sum(n_dead_tup) as dead,
       sum(pg_total_relation_size(relid)) as bytes
     from pg_stat_user_tables group by 1 order by 4 desc`,
  );
  return rows.map(({ name, live, dead, bytes }) => ({
    name,
    live: Number(live),
    dead: Number(dead),
    megabytes: Number(bytes) / 2 ** 20,
  }));
}

/** What its processes hold beside the memory they share, in MB. */
export function readPostgresMb(dataDir: string): number {
  const pid = readPostmaster(dataDir)?.pid;
  if (pid === undefined) return Number.NaN;
  return [pid, ...listChildren(pid)].reduce((sum, one) => sum + (readPrivateMb(one) || 0), 0);
}

/** SIGKILL for all of its processes at once; waits until they are gone. */
export async function killPostgres(dataDir: string): Promise<void> {
  const pid = readPostmaster(dataDir)?.pid;
  if (pid === undefined) return;
  const all = [pid, ...listChildren(pid)];
  for (const one of all) endNow(one);
  while (all.some(isAlive)) await pause(5);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended.
  }
}

/** A zombie counts as gone: its files and locks are free. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
