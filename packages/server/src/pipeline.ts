import type { Directory } from '#channels';
import { claimNew, toLeaseName } from '#journal';
import { type Clock, type DatabasePool, fence, type Lease, LeaseLost, type Transaction } from '#kit';
import { conversationTargets, type Foldable, type Folded, fold } from '#ledger';
import { type Enqueued, enqueue, settleByEvidence } from '#outbox';
import { type Reaction, type Result, settleResults, storeTasks, type Task } from '#reactions';
import type { Read } from './read-events.ts';
import { toOutgoing } from './to-outgoing.ts';

export interface Walk {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly leaseOf: (shard: number) => Lease | undefined;
}

/** What the walk leaves for others to act on, once it is committed. */
export interface Walked {
  readonly tasks: readonly Task[];
  readonly enqueued: readonly Enqueued[];
  readonly settled: readonly { readonly id: string; readonly channelId: string }[];
  readonly fresh: readonly Read[];
}

/**
 * The way of a batch, from the journal to everything it leads to, in one transaction: a crash before the commit means
 * it is done again, after it there is nothing left to do.
 *
 *   rows ─► fence ─► new? ─► fold ─► tasks for reactions
 *   results of reactions ─────────► intents ─► outbox
 *
 * Statements that need nothing of each other travel together: a walk of a busy second waits for the database 7 times.
 */
export async function walk(walk: Walk, reads: readonly Read[], results: readonly Result[]): Promise<Walked> {
  const nowMs = walk.clock.now();
  return walk.db.transaction(async (tx) => {
    const talks = results.map((result) => result.task.view.conversationId);
    const [, fresh, targets] = await Promise.all([
      fence(tx, leasesOf(walk, reads, results)),
      claimNew(tx, reads),
      conversationTargets(tx, talks),
    ]);
    const located = await locate(walk, tx, fresh);
    const { folded, settled } = await fold(tx, located, nowMs);
    const tasks = located.flatMap((item, n) => toTasks(walk, item, folded[n]));
    const outgoing = results.flatMap((result) => toOutgoing(result, targets, nowMs));
    const [evidence, enqueued] = await Promise.all([
      settleByEvidence(tx, settled),
      enqueue(tx, outgoing, nowMs),
      storeTasks(tx, tasks),
      settleResults(tx, results, nowMs),
    ]);
    return { tasks, enqueued, settled: evidence, fresh };
  });
}

/** The leases a commit depends on, each with the cursor it moves to. */
function leasesOf(walk: Walk, reads: readonly Read[], results: readonly Result[]): Lease[] {
  const cursors = new Map<number, number>();
  for (const result of results) cursors.set(result.task.shard, 0);
  for (const read of reads) cursors.set(read.shard, Math.max(cursors.get(read.shard) ?? 0, read.cursor));
  return [...cursors].map(([shard, cursor]) => {
    const lease = walk.leaseOf(shard);
    if (!lease) throw new LeaseLost(`${toLeaseName(shard)} is not held`);
    return { ...lease, cursor };
  });
}

/** A row as the ledger takes it, with its channel. */
type Located = Foldable & Read;

async function locate(walk: Walk, tx: Transaction, reads: readonly Read[]): Promise<Located[]> {
  const ids = new Map<string, string>();
  for (const { provider, channel, event } of reads) {
    if (channel === '' || ids.has(`${provider} ${channel}`)) continue;
    const number = { provider, externalId: channel, accountId: event.account };
    ids.set(`${provider} ${channel}`, (await walk.directory.find(tx, number)).id);
  }
  return reads.map((read) => {
    const channelId = ids.get(`${read.provider} ${read.channel}`) ?? null;
    return { ...read, channelId };
  });
}

/** A task carries its row's channel, also without a conversation: channel and lane are its order key. */
function toTasks(walk: Walk, item: Located, folded: Folded | undefined): Task[] {
  const wanting = [...walk.reactions].filter(([, reaction]) => reaction.wants(item.event));
  const { conversation } = folded ?? {};
  const view = {
    conversationId: conversation?.id ?? null,
    contactId: folded?.contactId ?? null,
    messageId: folded?.messageId ?? null,
    owner: conversation?.owner ?? 'bot',
    ownerEpoch: conversation?.ownerEpoch ?? null,
  };
  return wanting.map(([reaction]) => ({ ...item, reaction, channelId: item.channelId ?? '', view, attempts: 1 }));
}
