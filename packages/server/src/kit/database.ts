import type { Writable } from 'node:stream';
import pg from 'pg';
import { makeSilenceWatch, type SilenceWatch } from './silence.ts';

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

/**
 * One connection between `begin` and `commit`. Statements that are asked for without waiting (`Promise.all`) travel
 * together and run in the order they were asked for, so each sees what those before it did; once one has failed, all
 * behind it fail too. A pool promises no such order: what counts on it asks for a transaction.
 */
export interface Transaction extends Database {
  readonly kind: 'transaction';
}

export interface DatabasePool extends Database {
  /** All or nothing: commits what `work` did, or rolls back and rethrows. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Reads of one moment: what others commit meanwhile is not seen, and nothing can be written. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Resolves when a query was answered; rejects with the driver's error otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
  readonly url: string;
}

export const statement = (name: string, text: string): Statement => ({ name, text });

// Positions (segment × 100,000) stay exact below 2^53: 90 thousand million segments, nine years of 300 a second.
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
const BEGIN_SNAPSHOT = statement('begin_snapshot', 'begin isolation level repeatable read read only');
const COMMIT = statement('commit', 'commit');
const ROLLBACK = statement('rollback', 'rollback');

/**
 * Statements that are asked for in one turn leave in one write: each would wake the server by itself, and waking another
 * process is the dearest part of a short statement (100 µs on a virtual machine).
 */
function gather(client: pg.PoolClient, watch: SilenceWatch, onFailure: (error: unknown) => void): Queryable {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  return {
    query(config) {
      stream.cork();
      process.nextTick(() => stream.uncork());
      const answer = watch.over(client, client.query(config));
      answer.catch(onFailure);
      return answer;
    },
  };
}

/**
 * Of statements that are asked for together, one may fail here, before it is sent; those beside it go on, and what they ask
 * for next would be done on its own behind the rollback, without the fence.
 */
const untilOver = (connection: Queryable, isOver: () => boolean): Queryable => ({
  query: async (config) => {
    if (isOver()) throw new Error(`the transaction is over: ${config.name ?? 'a statement'} comes too late`);
    return connection.query(config);
  },
});

/** What every statement behind a failed one says; the failed one knows why. */
const isEcho = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '25P02';

/** A connection that may be used. */
async function take({ pool, watch }: Watched): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect();
    if (watch.isTrusted(client)) return client;
    client.release(true);
  }
}

/** One statement on any connection. A connection on which one failed is not used again: nobody knows what it is worth. */
function toSingle(watched: Watched): Queryable {
  return {
    async query(config) {
      const client = await take(watched);
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      try {
        return await watched.watch.over(client, client.query(config));
      } catch (error) {
        broken ??= error instanceof Error ? error : new Error('query failed');
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
  };
}

interface Watched {
  readonly pool: pg.Pool;
  readonly watch: SilenceWatch;
}

async function withTransaction<T>(
  watched: Watched,
  begin: Statement,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await take(watched);
  let cause: unknown;
  const connection = gather(client, watched.watch, (error) => void (cause ??= error));
  const whole = makeDatabase(connection);
  let isOver = false;
  const tx: Transaction = { ...makeDatabase(untilOver(connection, () => isOver)), kind: 'transaction' };
  let broken: Error | undefined;
  // A server that goes away between two statements tells it here; without a listener Node would exit.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await whole.run(begin);
    const result = await work(tx);
    isOver = true;
    await whole.run(COMMIT);
    return result;
  } catch (error) {
    isOver = true;
    // A connection that cannot even roll back is closed, not returned to the pool.
    await whole.run(ROLLBACK).catch((refusal: unknown) => {
      broken = refusal instanceof Error ? refusal : new Error('rollback failed');
    });
    throw isEcho(error) ? cause : error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

export interface PoolOptions {
  readonly url: string;
  readonly max: number;
  readonly name: string;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Without an answer for so long, the server is asked whether it works on it. Default 3 s. */
  readonly silenceMs?: number;
  /** Told of errors on idle connections (the server went away); without it Node would exit. */
  readonly onIdleError: (error: Error) => void;
}

// No transaction waits for anything but its statements. A process that stands still in the middle of one (stopped, swapped
// out, cut off) would otherwise keep its rows, and with them the leases' new owner, for as long as this.
const IDLE_IN_TRANSACTION_MS = 5_000;

// The server ends a statement that takes too long; a server that is gone without a word (its machine, or the way to it)
// ends nothing, and its connection would be waited for as long as TCP does: a quarter of an hour, or for ever. The server is
// asked soon what it is doing (silence.ts); when it cannot be asked, this is the end. Twice the statement's time, because one that travels with others waits for them too, and a slow one is the server's to name.
const PATIENCE_MS = 1_000;
const SILENCE_MS = 3_000;
const KEEP_ALIVE_MS = 10_000;
// The server, too, keeps a session whose client is gone without a word for two hours, by Linux's default; a few such moments and
// it takes nobody in any more. Asked to, it finds out within 25 s; keep-alive is silent while an answer is on its way, so
// that has a limit of its own (Linux).
const SERVER_KEEP_ALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000';
const PING = { text: 'select 1', query_timeout: 3_000 };

export function makePool(options: PoolOptions): DatabasePool {
  const { statementTimeoutMs = 30_000 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: 2 * statementTimeoutMs + PATIENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: SERVER_KEEP_ALIVE,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    pipeline: true,
  });
  pool.on('error', options.onIdleError);
  const { url, name, silenceMs = SILENCE_MS } = options;
  const watched = { pool, watch: makeSilenceWatch({ url, name, silenceMs }) };
  return {
    ...makeDatabase(toSingle(watched)),
    transaction: (work) => withTransaction(watched, BEGIN, work),
    snapshot: (work) => withTransaction(watched, BEGIN_SNAPSHOT, work),
    ping: async () => void (await pool.query(PING)),
    close: () => pool.end(),
    url,
  };
}

/**
 * Whose fault an error is: `data` = of a row, the same again however often; `timeout` = of a row, or of a slow moment;
 * `conflict` = of another transaction; `down` = of the connection or the server.
 */
export type DatabaseFault = 'data' | 'timeout' | 'conflict' | 'down';

/**
 * SQLSTATE classes that are no row's fault (28: not let in, 3D: no such database), the operating system's codes, and those
 * of Node that tell of a lost connection; Node's others (ERR_…) are bugs.
 */
const OF_THE_MOMENT = /^(08|25|28|3D|53|57|58|XX|E(?!RR_)|ERR_(SOCKET|STREAM|TLS|SSL))/;

/** Class of an error by SQLSTATE, or by Node's code. */
export function toDatabaseFault(error: unknown): DatabaseFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '') return isConnectionLoss(error) ? 'down' : 'data';
  if (code === '57014') return 'timeout';
  if (/^(40|55P03)/.test(code)) return 'conflict';
  return OF_THE_MOMENT.test(code) ? 'down' : 'data';
}

// node-postgres raises these as plain errors without an SQLSTATE; a TypeError with such a word in it is a bug.
function isConnectionLoss(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'Error' &&
    /terminated|timeout|connection|not queryable|calling end on the pool/i.test(error.message)
  );
}
