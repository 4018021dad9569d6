import type { Person } from '../../events.ts';
import { toPerson } from '../person.ts';
import { toText } from '../read.ts';

/** `5511…@s.whatsapp.net` or plain digits is a phone, `<digits>@lid` a person whose phone is hidden. */
export function toWhapiPerson(id: unknown): Person {
  const text = toText(id) ?? '';
  const [user = '', host] = text.split('@', 2);
  if (host === undefined || host === 's.whatsapp.net' || host === 'c.us') return toPerson(user, undefined);
  return host === 'lid' ? { lid: text } : {};
}

/** A group, broadcast list, newsletter or story: a place with more than one reader, so never a person to answer. */
export function toGroupId(chatId: unknown): string | undefined {
  const text = toText(chatId);
  if (text === undefined) return undefined;
  const host = text.split('@', 2)[1];
  const isShared = host === 'g.us' || host === 'newsletter' || host === 'broadcast' || text === 'stories';
  return isShared ? text : undefined;
}
