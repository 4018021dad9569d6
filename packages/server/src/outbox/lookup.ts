import type { OutgoingMessage, Recipient } from '@wharf/whatsapp';
import { type DatabasePool, type Lease, statement } from '#kit';
import { joinEchoes } from './outcome-store.ts';

/** A send whose answer was lost, at a provider that can be asked what it sent. */
export interface Doubtful {
  readonly id: string;
  readonly address: Recipient;
  readonly payload: OutgoingMessage;
  /** When it was tried at the earliest, Unix ms. */
  readonly sinceMs: number;
}

/**
 * What the provider's own list says: it holds the message (with its id), or it does not hold it, so that it never left;
 * `unknown` when it could not be read or tells nothing for sure.
 */
export type Sighting = { readonly found: string } | 'absent' | 'unknown';

/** Null where the provider cannot be asked. */
export type FindSent = (doubtful: Doubtful, known: ReadonlySet<string>) => Promise<Sighting>;

const DOUBTFUL = statement(
  'outbox_doubtful',
  `select o.id, o.address, o.payload,
     (extract(epoch from coalesce((select max(a.started_at) from attempts a where a.message_id = o.id), o.created_at)) * 1000)::bigint as "sinceMs"
   from outbox o where o.channel_id = $1 and o.state = 'ambiguous' and o.due_at <= to_timestamp($2::float8 / 1000) and not o.id = any($3::text[])
   order by o.seq limit 50`,
);

// All of the conversation, whenever they were asked for: one that was scheduled long ago may have gone a moment ago. An
// echo is no other message: it may be the report of this very one.
const KNOWN = statement(
  'outbox_known_ids',
  `select k.whatsapp_id as id from messages m join messages k on k.conversation_id = m.conversation_id
   where m.id = $1 and k.id <> m.id and k.direction = 'out' and k.whatsapp_id is not null and k.origin not in ('phone_app', 'other_app', 'history')`,
);

// The message before its outbox row, as everywhere.
const FOUND = statement(
  'outbox_found',
  `with held as (select 1 from leases where name = $3 and epoch = $4 for share),
   told as (update messages m set whatsapp_id = coalesce(m.whatsapp_id, $2), state = case when m.rank = 0 then 'accepted' else m.state end,
              rank = greatest(m.rank, 1), reason = null
            from outbox o where m.id = $1 and o.id = m.id and o.state = 'ambiguous' and exists (select 1 from held)
              and not exists (select 1 from messages k where k.channel_id = m.channel_id and k.whatsapp_id = $2 and k.id <> m.id) returning m.id)
   delete from outbox o using told where o.id = told.id`,
);

const ABSENT = statement(
  'outbox_absent',
  `with held as (select 1 from leases where name = $2 and epoch = $3 for share)
   update outbox set state = 'retry' where id = $1 and state = 'ambiguous' and attempt < $4 and exists (select 1 from held)`,
);

export interface LookupOptions {
  readonly db: DatabasePool;
  readonly channelId: string;
  readonly lease: Lease;
  readonly maxAttempts: number;
  readonly findSent: FindSent;
}

/** Undoes the joining of an echo with a message that is not in doubt any more, or whose id another message has. */
class NotFound extends Error {}

/** Gives a message the id it was found under, with what an echo has told of it, or leaves it as it is. */
async function settleFound({ db, channelId, lease }: LookupOptions, id: string, whatsappId: string): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      await joinEchoes(tx, [[channelId, whatsappId, id]]);
      if ((await tx.run(FOUND, [id, whatsappId, lease.name, lease.epoch])) === 0) throw new NotFound();
    });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

/** The first of the sends whose grace is over and that were not asked about. */
export const readDoubtful = (
  db: DatabasePool,
  channelId: string,
  due: { readonly nowMs: number; readonly asked: readonly string[] },
): Promise<Doubtful[]> => db.rows<Doubtful>(DOUBTFUL, [channelId, due.nowMs, due.asked]);

/**
 * Asks the provider about one. What is found leaves the outbox, what is absent may be tried again, and the rest stays as
 * it is. After `signal` nothing is believed.
 */
export async function lookUp(options: LookupOptions, item: Doubtful, signal: AbortSignal): Promise<void> {
  const { db, lease, findSent } = options;
  const known = await db.rows<{ id: string }>(KNOWN, [item.id]);
  if (signal.aborted) return;
  const sighting = await findSent(item, new Set(known.map((row) => row.id)));
  if (signal.aborted) return;
  if (sighting === 'absent') await db.run(ABSENT, [item.id, lease.name, lease.epoch, options.maxAttempts]);
  else if (sighting !== 'unknown') await settleFound(options, item.id, sighting.found);
}
