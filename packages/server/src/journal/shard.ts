import { toHash32 } from '#kit';

export const SHARDS = 256;

/** The bucket a worker leases: a fixed hash of (channel, lane), so a lane never changes its shard. */
export function toShard(channel: string, lane: string): number {
  return toHash32(`${channel}\n${lane}`) % SHARDS;
}

export const toLeaseName = (shard: number): string => `shard/${String(shard).padStart(3, '0')}`;
export const toShardOfLease = (name: string): number => Number(name.slice('shard/'.length));
