import { Client, type ClientConfig } from 'pg';
import { readNumber, readTables, type TableFacts, withClient } from '../postgres.ts';
import { type Extent, MARKS, PEOPLE, toEnd, toParts, toPrelude } from './fill-sql.ts';

/** What was put into the tables, and what it came to. */
export interface Filled {
  readonly messages: number;
  readonly days: number;
  readonly tookMs: number;
  readonly gigabytes: number;
  readonly tables: readonly TableFacts[];
}

export interface FillOptions {
  readonly database: ClientConfig;
  readonly messages: number;
  readonly days: number;
  readonly numbers: number;
  readonly say: (line: string) => void;
}

const CONNECTIONS = 2;
/** Many small steps, so that both connections end at about the same time. */
const STEPS = 40;

interface Index {
  readonly name: string;
  readonly definition: string;
}

/** All but the keys: built in one go at the end, which takes a third of the time that keeping them would. */
async function dropIndexes(client: Client): Promise<Index[]> {
  const { rows } = await client.query<Index>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid in ('messages'::regclass) and not i.indisprimary`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query('alter table event_marks drop constraint event_marks_pkey');
  return rows;
}

/** Work for several connections; each takes the next piece when it is done with one. */
async function share<T>(
  database: ClientConfig,
  pieces: readonly T[],
  work: (client: Client, piece: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const run = (): Promise<void> =>
    withClient(database, async (client) => {
      await client.query(`set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'`);
      for (let piece = pieces[next++]; piece !== undefined; piece = pieces[next++]) await work(client, piece);
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, run));
}

async function insertAll(database: ClientConfig, extent: Extent, say: (line: string) => void): Promise<void> {
  const each = Math.ceil(extent.blocks / STEPS);
  const ranges = Array.from({ length: STEPS }, (_, n) => [n * each, Math.min(extent.blocks, (n + 1) * each)] as const);
  for (const { name, sql } of toParts(extent)) {
    await share(database, ranges, (client, [from, to]) => client.query(sql, [from, to]));
    say(`growth: ${name} filled`);
  }
}

/** Everything but the vacuum. The channels have to be there. */
export async function fillTables(database: ClientConfig, options: Omit<FillOptions, 'database'>): Promise<void> {
  const { messages, days, numbers, say } = options;
  await withClient(database, async (client) => {
    const segment = await readNumber(client, 'select last_value from journal_position');
    const extent: Extent = { blocks: messages / 10, people: messages / 40, numbers, days, segment };
    await client.query(`select keep_partitions((now() at time zone 'UTC')::date - ${days + 1}, ${days + 1})`);
    await client.query(toPrelude(extent));
    for (const sql of PEOPLE) await client.query(sql);
    const indexes = await dropIndexes(client);
    await insertAll(database, extent, say);
    await client.query(MARKS);
    say('growth: marks filled; building indexes');
    const definitions = [...indexes, { definition: 'alter table event_marks add primary key (mark)' }];
    await share(database, definitions, (own, { definition }) => own.query(definition));
    await client.query(toEnd(extent));
  });
}

/** Autovacuum would take up each table several times while it grows. */
async function withoutAutovacuum(database: ClientConfig, work: () => Promise<void>): Promise<void> {
  const say = (sql: string): Promise<void> =>
    withClient(database, async (client) => {
      await client.query(sql);
      await client.query('select pg_reload_conf()');
    });
  await say('alter system set autovacuum = off');
  await work();
  await say('alter system reset autovacuum');
}

/** Fills the tables of a Wharf whose worker does not run, through its database. */
export async function fill({ database, ...options }: FillOptions): Promise<Filled> {
  const { messages, days, say } = options;
  const startedAt = performance.now();
  await withoutAutovacuum(database, () => fillTables(database, options));
  say('growth: vacuum and checkpoint');
  return withClient(database, async (client) => {
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
    const bytes = await readNumber(client, 'select pg_database_size(current_database())');
    const tookMs = performance.now() - startedAt;
    return { messages, days, tookMs, gigabytes: bytes / 2 ** 30, tables: await readTables(client) };
  });
}
