import { splitDelivery, type WhatsAppEvent } from '@wharf/whatsapp';
import type { Directory } from '#channels';
import { claimNew, type JournalRow, readBodies, toLeaseName } from '#journal';
import { type Clock, type Database, type DatabasePool, fence, type Lease, LeaseLost, toDerivedId } from '#kit';
import { conversationTargets, type Folded, fold, type Target, toLine } from '#ledger';
import { CLASS, enqueue, type Outgoing, settleByEvidence } from '#outbox';
import { type Intent, type Reaction, type Result, settleResults, storeTasks, type Task } from '#reactions';


/** A row of the journal with the event it points to. */
export interface Read extends JournalRow {
  readonly event: WhatsAppEvent;
}

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
  readonly wake: ReadonlySet<string>;
  readonly settled: readonly { readonly id: string; readonly channelId: string }[];
  readonly fresh: readonly Read[];
}

/**
 * The way of a batch, from the journal to everything it leads to, in one transaction: a crash before the commit means
 * it is done again, after it there is nothing left to do.
 *
 *   rows ─► fence ─► new? ─► fold ─► tasks for reactions
 *   results of reactions ─────────► intents ─► outbox
 */
export async function walk(walk: Walk, reads: readonly Read[], results: readonly Result[]): Promise<Walked> {
  const nowMs = walk.clock.now();
  return walk.db.transaction(async (tx) => {
    await fence(tx, leasesOf(walk, reads, results));
    const fresh = await claimNew(tx, reads);
    const { folded, settled } = await fold(tx, await withChannels(walk, tx, fresh), nowMs);
    const evidence = await settleByEvidence(tx, settled);
    const tasks = fresh.flatMap((read, n) => toTasks(walk, read, folded[n]));
    await storeTasks(tx, tasks);
    const targets = await conversationTargets(tx, results.map((result) => result.task.view.conversationId));
    const wake = await enqueue(tx, results.flatMap((result) => toOutgoing(result, targets, nowMs)), nowMs);
    await settleResults(tx, results, nowMs);
    return { tasks, wake, settled: evidence, fresh };
  });
}

/** The leases a commit depends on, each with the cursor it moves to. */
function leasesOf(walk: Walk, reads: readonly Read[], results: readonly Result[]): Lease[] {
  const cursors = new Map<number, number>();
  for (const result of results) cursors.set(result.task.shard, 0);
  for (const read of reads) cursors.set(read.shard, Math.max(cursors.get(read.shard) ?? 0, read.position));
  return [...cursors].map(([shard, cursor]) => {
    const lease = walk.leaseOf(shard);
    if (!lease) throw new LeaseLost(`${toLeaseName(shard)} is not held`);
    return { ...lease, cursor };
  });
}

async function withChannels(walk: Walk, tx: Database, reads: readonly Read[]) {
  const found: { event: WhatsAppEvent; workspaceId: string; position: number; channelId: string | null; receivedAt: number }[] = [];
  for (const read of reads) {
    const number = { provider: read.provider, externalId: read.channel, accountId: read.event.account };
    const channelId = read.channel === '' ? null : (await walk.directory.find(tx, number)).id;
    found.push({ event: read.event, workspaceId: read.workspaceId, position: read.position, channelId, receivedAt: read.receivedAt.getTime() });
  }
  return found;
}

function toTasks(walk: Walk, read: Read, folded: Folded | undefined): Task[] {
  const wanting = [...walk.reactions].filter(([, reaction]) => reaction.wants(read.event));
  const { conversation } = folded ?? {};
  const view = {
    conversationId: conversation?.id ?? null,
    contactId: folded?.contactId ?? null,
    messageId: folded?.messageId ?? null,
    owner: conversation?.owner ?? 'bot',
    ownerEpoch: conversation?.ownerEpoch ?? null,
  };
  const channelId = conversation?.channelId ?? '';
  return wanting.map(([reaction]) => ({ ...read, reaction, channelId, receivedAt: read.receivedAt.getTime(), view, attempts: 1 }));
}

/** An intent's key comes from (event, reaction, place in the list): a re-run makes the same message again, not a second. */
function toOutgoing(result: Result, targets: ReadonlyMap<string, Target>, nowMs: number): Outgoing[] {
  const { task } = result;
  return result.intents.flatMap((intent: Intent, n): Outgoing[] => {
    const target = targets.get(task.view.conversationId ?? '');
    if (!target) return [];
    const key = [task.workspaceId, task.event.id, task.reaction, n] as const;
    const base = { workspaceId: task.workspaceId, channelId: target.channelId, lane: target.lane, address: target.address, class: CLASS.reply };
    const at = task.event.at ?? 0;
    if (intent.type === 'read') {
      return [{ ...base, id: toDerivedId('rdm', at, ...key), kind: 'read', messageId: intent.messageId, typing: intent.typing }];
    }
    return [
      {
        ...base,
        id: toDerivedId('msg', at, ...key),
        kind: 'message',
        conversationId: target.id,
        contactId: target.contactId,
        origin: 'handler',
        message: intent.message,
        preview: toLine(previewOf(intent.message)),
        at: nowMs,
        ownerEpoch: task.view.ownerEpoch,
        position: task.position,
        reaction: task.reaction,
        idempotencyKey: null,
        requestDigest: null,
      },
    ];
  });
}

/** One line of an outgoing message: its words, or what it is. */
export function previewOf(message: { readonly type: string; readonly [key: string]: unknown }): string {
  const part = (message[message.type] ?? {}) as { body?: string | { text?: string }; caption?: string; name?: string; emoji?: string };
  const words = typeof part.body === 'string' ? part.body : part.body?.text;
  return words ?? part.caption ?? part.emoji ?? part.name ?? message.type;
}

/** Reads the events that journal rows point to; each delivery is split once. */
export async function readEvents(db: Database, rows: readonly JournalRow[], recall: (id: string) => readonly WhatsAppEvent[] | undefined): Promise<Read[]> {
  const split = new Map<string, ReadonlyMap<string, WhatsAppEvent>>();
  const byPointer = (events: readonly WhatsAppEvent[]) => new Map(events.map((event) => [event.pointer, event]));
  for (const row of rows) {
    const known = split.has(row.deliveryId) ? undefined : recall(row.deliveryId);
    if (known) split.set(row.deliveryId, byPointer(known));
  }
  const bodies = await readBodies(db, rows.filter((row) => !split.has(row.deliveryId)));
  for (const [id, delivery] of bodies) split.set(id, byPointer(toEvents(delivery)));
  // The id in the journal counts: what has no time of its own on the wire is told apart by when it arrived.
  return rows.map((row) => ({ ...row, event: { ...(split.get(row.deliveryId)?.get(row.pointer) ?? toMissing(row)), id: row.eventId } }));
}

/** The events of a delivery. Whapi signs nothing: what speaks of another channel than its path's is kept, and unread. */
export function toEvents(delivery: { provider: 'meta' | 'whapi'; source: string; body: Uint8Array; receivedAt: number | Date }): WhatsAppEvent[] {
  const { provider, source, body } = delivery;
  const receivedAt = Number(delivery.receivedAt);
  if (provider === 'meta') return splitDelivery(body, { provider, receivedAt });
  return splitDelivery(body, { provider, receivedAt, channel: source }).map((event) => (event.channel === source ? event : toForeign(event, source)));
}

function toForeign(event: WhatsAppEvent, source: string): WhatsAppEvent {
  const { id, provider, account, lane, at, pointer } = event;
  return { id, provider, account, lane, at, pointer, kind: 'unknown', channel: source, reason: 'It names another channel than the one it was sent to' };
}

/** A pointer that leads nowhere: the delivery is gone, or a newer version splits it otherwise. */
function toMissing(row: JournalRow): WhatsAppEvent {
  const { provider, channel, lane, pointer } = row;
  return { id: row.eventId, kind: 'unreadable', provider, channel, account: null, lane, at: null, pointer, reason: 'The delivery no longer holds this event' };
}
