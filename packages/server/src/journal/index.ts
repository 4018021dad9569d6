/**
 * The durable, ordered log of what came in. Comes in: verified deliveries with the entries they hold. Goes out: rows in
 * order, per leased shard, each exactly once per committed cursor. Never looks inside a body, never knows a contact.
 */
export { type Appender, type Delivery, type Entry, makeAppender } from './append.ts';
export { type Follower, type LeaseOf, makeFollower } from './follow.ts';
export { SHARDS, toLeaseName, toShard } from './shard.ts';
export {
  claimNew,
  type JournalRow,
  keepPartitions,
  readBodies,
  readHorizon,
  readProgress,
  readWorstLag,
  releaseOldMarks,
  replayEntry,
  type StoredDelivery,
} from './store.ts';
