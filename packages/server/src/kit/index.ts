/**
 * Tools without a domain word: time, ids, log, database, leases, group commit, guarded fetching. Comes in: plain values. Goes out: plain
 * values. Knows nothing of WhatsApp, conversations or queues, and never reads the environment.
 */
export { parseAllowedEntry } from './address-guard.ts';
export { mapAtMost } from './at-most.ts';
export { type Batcher, makeBatcher } from './batcher.ts';
export { runBisected } from './bisect.ts';
export { type Clock, makeDelay, systemClock } from './clock.ts';
export { makeColumns, type RowOf } from './columns.ts';
export {
  type Database,
  type DatabaseFault,
  type DatabasePool,
  makePool,
  type Statement,
  statement,
  toDatabaseFault,
  type Transaction,
  type Value,
} from './database.ts';
export { every } from './every.ts';
export {
  type FetchFailure,
  type Guard,
  type GuardedOutcome,
  type GuardedReply,
  type GuardedRequest,
  makeGuard,
  type Resolve,
} from './guarded-fetch.ts';
export { type Health, makeHealth } from './health.ts';
export { makeId, makeUuid, toDerivedId, toDigestUuid, toHash32, toOrderedId, toTimePart } from './ids.ts';
export { toJson } from './json.ts';
export {
  type CursorOf,
  ensureLeases,
  expireLeases,
  fence,
  type Lease,
  type LeaseKeeper,
  LeaseLost,
  makeLeaseKeeper,
} from './leases.ts';
export { makeStarted, type Started } from './lifecycle.ts';
export { type Log, makeLog, silentLog, toReason } from './log.ts';
export { migrate } from './migrate.ts';
export { stepBack } from './priority.ts';
