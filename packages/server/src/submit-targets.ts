import type { Transaction } from '#kit';
import { conversationKey, findTargets, resolveContacts, type Target, touchConversations } from '#ledger';
import { refusal, toParty } from './submit-request.ts';
import type { Aimed, Context, Item } from './submit-types.ts';

/** The contacts of those who are named as people, in the order of the items; null for those who name a conversation. */
async function findContacts(
  tx: Transaction,
  items: readonly Item[],
  nowMs: number,
): Promise<readonly (string | null)[]> {
  const sightings = items.map(({ checked: { channel, request } }) => ({
    workspaceId: request.workspaceId,
    eventId: 'api',
    identities: channel ? [toParty(request).identity] : [],
    name: null,
  }));
  return resolveContacts(tx, sightings, nowMs);
}

/** A conversation that does not exist yet: it is opened when the message goes into it. */
function toNewTarget({ checked: { channel, request } }: Item, contactId: string | null): Target | null {
  if (!channel || contactId === null) return null;
  const { identity, address } = toParty(request);
  const { workspaceId, id: channelId } = channel;
  return {
    id: '',
    workspaceId,
    channelId,
    contactId,
    lane: identity.value,
    address,
    owner: 'bot',
    lastInboundAt: null,
    entryAt: null,
  };
}

/** Where each is to go, as it is now. */
export async function aim(tx: Transaction, items: readonly Item[], context: Context): Promise<Aimed[]> {
  const contacts = await findContacts(tx, items, context.nowMs);
  const pairs = items.flatMap(({ checked: { channel } }, n) => {
    const contactId = contacts[n] ?? null;
    return channel && contactId !== null ? [{ channelId: channel.id, contactId }] : [];
  });
  const ids = items.flatMap(({ checked: { request } }) => request.conversationId ?? []);
  const found = await findTargets(tx, ids, pairs);
  const byId = new Map(found.map((target) => [target.id, target]));
  const byPair = new Map(found.map((target) => [conversationKey(target), target]));
  return items.flatMap((item, n) => {
    const { channel, request } = item.checked;
    const contactId = contacts[n] ?? '';
    const known = channel
      ? byPair.get(conversationKey({ channelId: channel.id, contactId }))
      : byId.get(request.conversationId ?? '');
    const target = known ?? toNewTarget(item, contacts[n] ?? null);
    if (target?.workspaceId === request.workspaceId) return [{ ...item, target }];
    const detail = `There is no conversation ${request.conversationId ?? ''}.`;
    context.answers[item.n] = refusal(404, 'conversation_unknown', detail);
    return [];
  });
}

/** Opens or moves the conversations, in the order in which the walk touches them: nobody waits in a circle. */
export async function openConversations<T extends Aimed>(
  tx: Transaction,
  items: readonly T[],
  nowMs: number,
): Promise<T[]> {
  const touches = items.map(({ id, target }) => ({ ...target, at: nowMs, inbound: false, messageId: id }));
  const views = await touchConversations(tx, touches, nowMs);
  return items.map((item) => {
    const id = views.get(conversationKey(item.target))?.id;
    if (id === undefined) throw new Error('a touched conversation always exists');
    return { ...item, target: { ...item.target, id } };
  });
}
