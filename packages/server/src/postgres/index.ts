/**
 * The supervisor of the embedded PostgreSQL. In: Wharf's data folder and a place to log. Out: the URL of a running,
 * durable PostgreSQL 18, kept running until `stop()`. It never deletes `postmaster.pid`, never starts a second
 * server over live data, never touches a server that is not its own, and knows nothing of tables.
 */
export { EmbeddedPostgresError, type PostgresProblem } from './problem.ts';
export type { Address } from './address.ts';
export type { Log } from './log-file.ts';
export type { State } from './supervisor.ts';
export { type EmbeddedPostgres, type StartOptions, startEmbeddedPostgres } from './start.ts';
