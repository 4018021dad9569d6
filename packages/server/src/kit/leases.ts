import type { Clock } from './clock.ts';
import { type Database, statement, type Transaction } from './database.ts';

/** The right to write for a name, as long as `epoch` is the one in the table. `cursor` is the owner's to use. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
  readonly cursor: number;
}

const CLAIM = statement(
  'leases_claim',
  `with free as (select name, owner from leases where name like $3 and expires_at < now() order by name limit $4 for update skip locked)
   update leases l set owner = $1, epoch = epoch + 1, expires_at = now() + make_interval(secs => $2::float8)
   from free where l.name = free.name
   returning l.name, l.epoch, l.cursor, coalesce(free.owner <> $1, false) as "isAbandoned"`,
);

const RENEW = statement(
  'leases_renew',
  `update leases l set expires_at = now() + make_interval(secs => $2::float8), cursor = greatest(l.cursor, mine.cursor)
   from unnest($3::text[], $4::bigint[], $5::bigint[]) as mine(name, epoch, cursor)
   where l.name = mine.name and l.epoch = mine.epoch and l.owner = $1
   returning l.name, l.epoch, l.cursor`,
);

const RELEASE = statement(
  'leases_release',
  `update leases l set owner = null, expires_at = '-infinity', cursor = greatest(l.cursor, mine.cursor)
   from unnest($2::text[], $3::bigint[], $4::bigint[]) as mine(name, epoch, cursor)
   where l.name = mine.name and l.epoch = mine.epoch and l.owner = $1`,
);

const FENCE = statement(
  'leases_fence',
  `with held as materialized (
     select from leases l join unnest($1::text[], $2::bigint[]) as mine(name, epoch) on l.name = mine.name and l.epoch = mine.epoch
     order by l.name for share of l)
   select count(*)::int as held from held`,
);

const ENSURE = statement('leases_ensure', `insert into leases (name) select unnest($1::text[]) on conflict do nothing`);

const BEAT = statement(
  'workers_beat',
  `with beat as (insert into workers (id, seen_at) values ($1, now()) on conflict (id) do update set seen_at = now()),
        gone as (delete from workers where seen_at < now() - make_interval(secs => $2::float8 * 6))
   select count(*)::int + 1 as live from workers
   where id <> $1 and id like $3 and seen_at > now() - make_interval(secs => $2::float8)`,
);

const LEAVE = statement('workers_leave', 'delete from workers where id = $1');

/** Raised inside a transaction whose leases were taken over: everything in it must be undone. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Makes the surrounding transaction valid only while all `leases` are still held at their epoch. Locks them shared: a
 * takeover waits until this transaction ends, the owner's other transactions do not.
 */
export async function fence(tx: Transaction, leases: readonly Lease[]): Promise<void> {
  if (leases.length === 0) return;
  const [found] = await tx.rows<{ held: number }>(FENCE, [leases.map((l) => l.name), leases.map((l) => l.epoch)]);
  const held = found?.held ?? 0;
  if (held !== leases.length) throw new LeaseLost(`${leases.length - held} of ${leases.length} leases were taken over`);
}

/** How far a lease's owner has come; a lease's cursor never moves back, so 0 leaves it where it is. */
export type CursorOf = (lease: Lease) => number;

const nowhere: CursorOf = () => 0;

export interface LeaseKeeper {
  readonly held: ReadonlyMap<string, Lease>;
  /** Names of those held whose owner before did not give them back: it died, or seemed to. */
  readonly abandoned: ReadonlySet<string>;
  /** Renews, gives up surplus, claims what is free; writes the cursors of those held before. Returns what changed. */
  turn(cursorOf?: CursorOf): Promise<{ readonly gained: readonly Lease[]; readonly lost: readonly string[] }>;
  /** True when the next `turn` is due. */
  isDue(): boolean;
  /** False once the leases may have run out: this process stood still, or could not renew them. */
  isFresh(): boolean;
  /** Gives all back, each with its cursor. */
  releaseAll(cursorOf?: CursorOf): Promise<void>;
}

export interface LeaseOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly owner: string;
  /** Names start with this; the keeper claims its fair share of them among live workers. */
  readonly prefix: string;
  readonly total: number;
  readonly ttlMs: number;
}

const toColumns = (leases: readonly Lease[], cursorOf: CursorOf) => [
  leases.map((lease) => lease.name),
  leases.map((lease) => lease.epoch),
  leases.map(cursorOf),
];

/** How many leases are ours to hold, among all who are alive. Tells them that we are, too. */
async function readShare({ db, prefix, owner, total, ttlMs }: LeaseOptions): Promise<number> {
  const [beat] = await db.rows<{ live: number }>(BEAT, [`${prefix}${owner}`, ttlMs / 1000, `${prefix}%`]);
  return Math.ceil(total / (beat?.live ?? 1));
}

async function leave({ db, prefix, owner }: LeaseOptions): Promise<void> {
  await db.run(LEAVE, [`${prefix}${owner}`]);
}

/** Keeps a fair share of the leases with a prefix. Not concurrent: the owner's loop calls `turn` between its batches. */
export function makeLeaseKeeper(options: LeaseOptions): LeaseKeeper {
  const { db, owner, prefix } = options;
  const held = new Map<string, Lease>();
  const abandoned = new Set<string>();
  const ttl = options.ttlMs / 1000;
  let turnedAt = -Infinity;
  let freshUntil = -Infinity;

  function forget(names: Iterable<string>): void {
    for (const name of names) {
      held.delete(name);
      abandoned.delete(name);
    }
  }

  async function claim(count: number): Promise<Lease[]> {
    const rows = await db.rows<Lease & { isAbandoned: boolean }>(CLAIM, [owner, ttl, `${prefix}%`, count]);
    return rows.map(({ isAbandoned, ...lease }) => {
      held.set(lease.name, lease);
      if (isAbandoned) abandoned.add(lease.name);
      return lease;
    });
  }

  async function renew(cursorOf: CursorOf): Promise<string[]> {
    const mine = [...held.values()];
    const kept = await db.rows<Lease>(RENEW, [owner, ttl, ...toColumns(mine, cursorOf)]);
    const lost = new Set(held.keys());
    for (const lease of kept) {
      lost.delete(lease.name);
      held.set(lease.name, lease);
    }
    forget(lost);
    return [...lost];
  }

  async function release(leases: readonly Lease[], cursorOf: CursorOf): Promise<void> {
    if (leases.length === 0) return;
    forget(leases.map((lease) => lease.name));
    await db.run(RELEASE, [owner, ...toColumns(leases, cursorOf)]);
  }

  return {
    held,
    abandoned,
    isDue: () => options.clock.elapsed() - turnedAt >= options.ttlMs / 3,
    isFresh: () => options.clock.elapsed() < freshUntil,
    async turn(cursorOf = nowhere) {
      const begunAt = options.clock.elapsed();
      const lost = held.size > 0 ? await renew(cursorOf) : [];
      const share = await readShare(options);
      const surplus = [...held.values()].slice(share);
      await release(surplus, cursorOf);
      const gained = held.size < share ? await claim(share - held.size) : [];
      turnedAt = options.clock.elapsed();
      freshUntil = begunAt + options.ttlMs;
      return { gained, lost: [...lost, ...surplus.map((l) => l.name)] };
    },
    async releaseAll(cursorOf = nowhere) {
      await release([...held.values()], cursorOf);
      await leave(options);
      turnedAt = -Infinity;
    },
  };
}

/** Creates lease rows that do not exist yet. */
export async function ensureLeases(db: Database, names: readonly string[]): Promise<void> {
  await db.run(ENSURE, [names]);
}

// The owner's name stays: whoever claims next learns that it was not given back in order.
const EXPIRE = statement(
  'leases_expire',
  `with gone as (delete from workers where $1::text is null or id like '%/' || $1)
   update leases set epoch = epoch + 1, expires_at = '-infinity'
   where expires_at > now() and owner is not null and ($1::text is null or owner = $1)`,
);

/**
 * Ends the leases of an owner that is known to be dead, so that nobody has to wait for them. Without an owner: of all,
 * for a start that knows it is alone (it holds the data folder's lock). Were somebody alive after all, the new epochs
 * would fence them off.
 */
export async function expireLeases(db: Database, owner: string | null = null): Promise<void> {
  await db.run(EXPIRE, [owner]);
}
