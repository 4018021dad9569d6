/**
 * The durable, ordered log of what came in. Comes in: verified deliveries. Goes out: their events in order, each to the
 * holder of its shard's lease, after a crash perhaps again: `claimNew` tells which are new. Never looks inside a body,
 * never knows a contact.
 */
export { type Appender, makeAppender, type NewDelivery } from './append.ts';
export { type Follower, type LeaseOf, makeFollower } from './follow.ts';
export { makeOpenWord, type OpenWord } from './open-word.ts';
export type { Delivery, Segment } from './segment.ts';
export { SHARDS, toLeaseName, toShard } from './shard.ts';
export {
  claimNew,
  type JournalRow,
  keepPartitions,
  type Place,
  POSITIONS,
  readDeliveries,
  readProgress,
  readWorstLag,
  releaseOldMarks,
  replayEvent,
  toDeliveryId,
  toPosition,
} from './store.ts';
