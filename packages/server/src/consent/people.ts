import { type Database, statement } from '#kit';
import { FAMILY } from './store.ts';

/** What tells where a person is. */
export interface Whereabouts {
  readonly timeZone: string | null;
  /** Digits. */
  readonly phone: string | null;
  readonly bsuid: string | null;
}

// One row for each contact of the person and each of their identities; the first of each kind is taken.
const READ = statement(
  'people_whereabouts',
  `with ${FAMILY}
   select f.asked as "contactId",
     (array_agg(c.time_zone order by c.merged_into is not null, c.id) filter (where c.time_zone is not null))[1] as "timeZone",
     (array_agg(i.value order by i.seen_at desc, i.value) filter (where i.kind = 'phone'))[1] as phone,
     (array_agg(i.value order by i.seen_at desc, i.value) filter (where i.kind = 'bsuid'))[1] as bsuid
   from family f
   cross join lateral (select id, time_zone, merged_into from contacts where id = f.id and workspace_id = $2 offset 0) c
   left join lateral (select kind, value, seen_at from identities where contact_id = f.id and kind in ('phone', 'bsuid') offset 0) i on true
   group by f.asked`,
);

/** What tells where people are, by the contact asked for, in one statement; what placeOf takes. */
export async function readWhereabouts(
  db: Database,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<Map<string, Whereabouts>> {
  if (contactIds.length === 0) return new Map();
  const rows = await db.rows<Whereabouts & { contactId: string }>(READ, [contactIds, workspaceId]);
  return new Map(rows.map(({ contactId, ...where }) => [contactId, where]));
}
