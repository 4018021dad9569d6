import pg from 'pg';

/** A statement with a name: prepared once per connection, 65 % faster than unnamed on hot paths (docs/decisions). */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | readonly string[]
  | readonly number[];

/** The part of a connection that stores use; a pool and a transaction both are one. */
export interface Database {
  rows<T extends object>(statement: Statement, values?: readonly Value[]): Promise<T[]>;
  /** Number of rows changed. */
  run(statement: Statement, values?: readonly Value[]): Promise<number>;
}

export interface DatabasePool extends Database {
  /** All or nothing: commits what `work` did, or rolls back and rethrows. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Resolves when a query was answered; rejects with the driver's error otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
  readonly url: string;
}

export const statement = (name: string, text: string): Statement => ({ name, text });

// Positions stay exact as long as they are below 2^53, which at 100,000 events a second takes 2,800 years.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

interface Queryable {
  query(config: { name?: string; text: string; values: unknown[] }): Promise<pg.QueryResult>;
}

function makeDatabase(connection: Queryable): Database {
  const query = (s: Statement, values: readonly Value[] = []) =>
    connection.query({ name: s.name, text: s.text, values: [...values] });
  return {
    rows: async <T extends object>(s: Statement, values?: readonly Value[]) => (await query(s, values)).rows as T[],
    run: async (s, values) => (await query(s, values)).rowCount ?? 0,
  };
}

const BEGIN = statement('begin', 'begin');
const COMMIT = statement('commit', 'commit');
const ROLLBACK = statement('rollback', 'rollback');

async function withTransaction<T>(pool: pg.Pool, work: (db: Database) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const db = makeDatabase(client);
  let broken: Error | undefined;
  try {
    await db.run(BEGIN);
    const result = await work(db);
    await db.run(COMMIT);
    return result;
  } catch (error) {
    // A connection that cannot even roll back is closed, not returned to the pool.
    await db.run(ROLLBACK).catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error('rollback failed');
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

export interface PoolOptions {
  readonly url: string;
  readonly max: number;
  readonly name: string;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Told of errors on idle connections (the server went away); without it Node would exit. */
  readonly onIdleError: (error: Error) => void;
}

export function makePool(options: PoolOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  pool.on('error', options.onIdleError);
  return {
    ...makeDatabase(pool),
    transaction: (work) => withTransaction(pool, work),
    ping: async () => void (await pool.query('select 1')),
    close: () => pool.end(),
    url: options.url,
  };
}

/** Class of a PostgreSQL error by SQLSTATE. `data` errors are the fault of a row, all others of the moment. */
export function toDatabaseFault(error: unknown): 'data' | 'conflict' | 'down' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // A statement that ran into its time limit: a smaller batch may do better.
  if (code === '57014') return 'data';
  if (/^(40|55P03)/.test(code)) return 'conflict';
  if (/^(08|25|53|57|58|XX|E|$)/.test(code))
    return code === '' && !(error instanceof Error && isConnectionText(error)) ? 'data' : 'down';
  return 'data';
}

// node-postgres raises these without an SQLSTATE.
function isConnectionText(error: Error): boolean {
  return /terminated|timeout|ended|closed|connect/i.test(error.message);
}
