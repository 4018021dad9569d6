import type { Siege } from '../rig/siege.ts';

const TABLES = ['channels', 'contacts', 'conversations', 'messages', 'templates', 'media', 'quarantine'];

/** Ids of rows that are there, and words that stand in their places. */
export async function listIds({ rows }: Pick<Siege, 'rows'>): Promise<string[]> {
  const found = await rows<{ id: string }>(
    TABLES.map((table) => `(select id from ${table} limit 2)`).join(' union all '),
  );
  const events = await rows<{ id: string }>('select position::text as id from events limit 2');
  return [...found, ...events].map(({ id }) => id);
}
