import type { OutgoingMessage, Recipient } from '@wharf/whatsapp';
import { type Database, type Lease, statement } from '#kit';

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
   from outbox o where o.channel_id = $1 and o.state = 'ambiguous' and o.due_at <= to_timestamp($2::float8 / 1000) order by o.seq limit 50`,
);

const KNOWN = statement(
  'outbox_known_ids',
  `select whatsapp_id as id from messages where channel_id = $1 and whatsapp_id is not null and at > to_timestamp($2::float8 / 1000) - interval '1 hour'`,
);

// The message before its outbox row, as everywhere.
const FOUND = statement(
  'outbox_found',
  `with held as (select 1 from leases where name = $3 and epoch = $4 for share),
   told as (update messages m set whatsapp_id = coalesce(m.whatsapp_id, $2), state = case when m.rank = 0 then 'accepted' else m.state end,
              rank = greatest(m.rank, 1), reason = null
            from outbox o where m.id = $1 and o.id = m.id and o.state = 'ambiguous' and exists (select 1 from held) returning m.id)
   delete from outbox o using told where o.id = told.id`,
);

const ABSENT = statement(
  'outbox_absent',
  `with held as (select 1 from leases where name = $2 and epoch = $3 for share)
   update outbox set state = 'retry' where id = $1 and state = 'ambiguous' and attempt < $4 and exists (select 1 from held)`,
);

export interface LookupOptions {
  readonly db: Database;
  readonly channelId: string;
  readonly lease: Lease;
  readonly maxAttempts: number;
  readonly findSent: FindSent;
}

/** What was learned: these left the outbox, and these may be tried again. */
export interface Learned {
  readonly settled: readonly string[];
  readonly absent: readonly string[];
}

/** Asks the provider about the sends whose grace is over, one after the other: its list is no place to hurry. */
export async function lookUp(options: LookupOptions, nowMs: number): Promise<Learned> {
  const { db, channelId, lease, findSent } = options;
  const doubtful = await db.rows<Doubtful>(DOUBTFUL, [channelId, nowMs]);
  const settled: string[] = [];
  const absent: string[] = [];
  for (const item of doubtful) {
    const known = await db.rows<{ id: string }>(KNOWN, [channelId, item.sinceMs]);
    const sighting = await findSent(item, new Set(known.map((row) => row.id)));
    if (sighting === 'absent' && (await db.run(ABSENT, [item.id, lease.name, lease.epoch, options.maxAttempts])) > 0)
      absent.push(item.id);
    if (typeof sighting === 'object') {
      await db.run(FOUND, [item.id, sighting.found, lease.name, lease.epoch]);
      settled.push(item.id);
    }
  }
  return { settled, absent };
}
