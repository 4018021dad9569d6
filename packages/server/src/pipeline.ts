import type { Directory } from '#channels';
import { claimNew, type LeaseOf, toLeaseName } from '#journal';
import { type Clock, type DatabasePool, fence, type Lease, LeaseLost } from '#kit';
import { type Folded, fold, lockTargets } from '#ledger';
import { type Enqueued, enqueue, settleByEvidence } from '#outbox';
import { mayWant, type Reaction, type Result, settleResults, storeTasks, type Task } from '#reactions';
import { foldNews } from './fold-news.ts';
import { type Located, locate } from './locate.ts';
import type { Read } from './read-events.ts';
import { toOutgoing } from './to-outgoing.ts';

interface House {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly leaseOf: LeaseOf;
}

export interface Walk extends House {
  readonly directory: Directory;
  readonly reactions: ReadonlyMap<string, Reaction>;
}

/** What the walk leaves for others to act on, once it is committed. */
export interface Walked {
  readonly tasks: readonly Task[];
  readonly settled: readonly { readonly id: string; readonly channelId: string }[];
  readonly fresh: readonly Read[];
}

/**
 * The way of an event, in two transactions, for a reaction takes its time. A crash before a commit means it is done
 * again, after it there is nothing left to do.
 *
 *   walk           rows ─► fence ─► new? ─► fold ─► tasks for reactions
 *   commitResults  results of reactions ─► fence ─► intents ─► outbox
 *
 * Statements that need nothing of each other travel together: a walk of a busy second waits for the database 7 to 10 times.
 */
export async function walk(walk: Walk, reads: readonly Read[]): Promise<Walked> {
  const nowMs = walk.clock.now();
  return walk.db.transaction(async (tx) => {
    const [, fresh] = await Promise.all([fence(tx, leasesOf(walk, reads)), claimNew(tx, reads)]);
    const located = await locate(walk.directory, tx, fresh);
    const { folded, settled } = await fold(tx, located, nowMs);
    const tasks = located.flatMap((item, n) => toTasks(walk, item, folded[n]));
    const [evidence] = await Promise.all([
      settleByEvidence(tx, settled, nowMs),
      storeTasks(tx, tasks),
      foldNews(tx, { items: located, folded }, nowMs),
    ]);
    return { tasks, settled: evidence, fresh };
  });
}

/** Stores what came of reactions; what they want sent is in the outbox afterwards. Returns its new rows. */
export async function commitResults(house: House, results: readonly Result[]): Promise<readonly Enqueued[]> {
  const nowMs = house.clock.now();
  const tasks = results.map((result) => result.task);
  return house.db.transaction(async (tx) => {
    const talks = tasks.map((task) => task.view.conversationId);
    const [, targets] = await Promise.all([fence(tx, leasesOf(house, tasks)), lockTargets(tx, talks)]);
    const outgoing = results.flatMap((result) => toOutgoing(result, targets, nowMs));
    const [enqueued] = await Promise.all([enqueue(tx, outgoing, nowMs), settleResults(tx, results, nowMs)]);
    return enqueued;
  });
}

/** The leases a commit depends on; throws `LeaseLost` when one is not held any more. */
export function leasesOf({ leaseOf }: Pick<House, 'leaseOf'>, parts: readonly { readonly shard: number }[]): Lease[] {
  return [...new Set(parts.map((part) => part.shard))].map((shard) => {
    const lease = leaseOf(shard);
    if (!lease) throw new LeaseLost(`${toLeaseName(shard)} is not held`);
    return lease;
  });
}

/** A task carries its row's channel, also without a conversation: channel and lane are its order key. */
function toTasks(walk: Walk, item: Located, folded: Folded | undefined): Task[] {
  const wanting = [...walk.reactions].filter(([, reaction]) => mayWant(reaction, item.event));
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
