import { type Database, statement } from '#kit';
import { HOLD_HOURS } from './conversations.ts';

// In the order in which the walk touches conversations; one that is being touched is asked again a minute later.
const EXPIRE = statement(
  'owners_expire',
  `update conversations c set owner = 'bot', owner_epoch = c.owner_epoch + 1
   from (select id from conversations where owner = 'phone_app' and phone_at <= $1::timestamptz - interval '${HOLD_HOURS} hours'
         order by channel_id, contact_id limit 1000 for no key update skip locked) silent
   where c.id = silent.id`,
);

/** Gives back to the bot what the phone app has not spoken in for a day; returns how many. */
export const expirePhoneApp = (db: Database, nowMs: number): Promise<number> =>
  db.run(EXPIRE, [new Date(nowMs).toISOString()]);

const RELEASE = statement(
  'owners_release',
  `with held as (select id, owner from conversations where workspace_id = $1 and id = $2 for no key update),
   given as (
     update conversations c set owner = 'bot', owner_epoch = c.owner_epoch + case c.owner when 'bot' then 0 else 1 end,
       released_at = greatest(c.released_at, $3::timestamptz)
     from held where c.id = held.id and held.owner <> 'other_app')
   select owner from held`,
);

/** Gives a conversation back to the bot. Null: there is none; `other_app`: that is for WhatsApp to do. */
export async function releaseConversation(
  db: Database,
  key: { readonly workspaceId: string; readonly id: string; readonly nowMs: number },
): Promise<'released' | 'other_app' | null> {
  const values = [key.workspaceId, key.id, new Date(key.nowMs).toISOString()];
  const [held] = await db.rows<{ owner: string }>(RELEASE, values);
  if (!held) return null;
  return held.owner === 'other_app' ? 'other_app' : 'released';
}
