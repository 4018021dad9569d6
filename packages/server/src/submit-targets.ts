import type { Transaction } from '#kit';
import { conversationKey, findContactIds, findTargets, resolveContacts, touchConversations } from '#ledger';
import { refusal, toParty } from './submit-request.ts';
import type { Aim, Aimed, Context, Item, Opened } from './submit-types.ts';

/** The contacts of those who are named as people, by their items; a stranger has none. */
async function findContacts(tx: Transaction, items: readonly Item[]): Promise<ReadonlyMap<Item, string | null>> {
  const named = items.filter(({ checked }) => checked.channel !== null);
  const contactIds = await findContactIds(
    tx,
    named.map(({ checked: { request } }) => ({
      workspaceId: request.workspaceId,
      identity: toParty(request).identity,
    })),
  );
  return new Map(named.map((item, n) => [item, contactIds[n] ?? null]));
}

/** A conversation that does not exist yet: it is opened when the message goes into it. */
function toNewTarget({ checked: { channel, request } }: Item, contactId: string | null): Aim | null {
  if (!channel) return null;
  const { identity, address } = toParty(request);
  const { workspaceId, id: channelId } = channel;
  return {
    id: null,
    workspaceId,
    channelId,
    contactId,
    stranger: contactId === null ? identity : null,
    lane: identity.value,
    address,
    owner: 'bot',
    lastInboundAt: null,
    entryAt: null,
  };
}

/** Where each is to go, as it is now; nothing is written. */
export async function aim(tx: Transaction, items: readonly Item[], { answers }: Context): Promise<Aimed[]> {
  const contacts = await findContacts(tx, items);
  const pairs = [...contacts].flatMap(([{ checked }, contactId]) =>
    checked.channel && contactId !== null ? [{ channelId: checked.channel.id, contactId }] : [],
  );
  const ids = items.flatMap(({ checked: { request } }) => request.conversationId ?? []);
  const found = await findTargets(tx, ids, pairs);
  const byId = new Map(found.map((target) => [target.id, target]));
  const byPair = new Map(found.map((target) => [conversationKey(target), target]));
  return items.flatMap((item) => {
    const { channel, request } = item.checked;
    const contactId = contacts.get(item) ?? null;
    const known = channel
      ? byPair.get(conversationKey({ channelId: channel.id, contactId: contactId ?? '' }))
      : byId.get(request.conversationId ?? '');
    const target = known ? { ...known, stranger: null } : toNewTarget(item, contactId);
    if (target?.workspaceId === request.workspaceId) return [{ ...item, target }];
    const detail = `There is no conversation ${request.conversationId ?? ''}.`;
    answers[item.n] = refusal(404, 'conversation_unknown', detail);
    return [];
  });
}

/** Undoes a transaction that met another: the next one finds what that has stored. */
export class Raced extends Error {}

/** Writes the contacts of strangers; the contact of each item, in order. */
async function meetStrangers(tx: Transaction, items: readonly Aimed[], nowMs: number): Promise<readonly string[]> {
  const strangers = items.filter(({ target }) => target.stranger !== null);
  const sightings = strangers.map(({ target: { workspaceId, stranger } }) => ({
    workspaceId,
    eventId: 'api',
    identities: stranger ? [stranger] : [],
    name: null,
  }));
  const met = strangers.length === 0 ? [] : await resolveContacts(tx, sightings, nowMs, { areStrangers: true });
  const contactIds = new Map(strangers.map((item, n) => [item.n, met[n]]));
  return items.map(({ n, target }) => {
    const contactId = target.contactId ?? contactIds.get(n);
    if (!contactId) throw new Error('whoever is written to has a contact');
    return contactId;
  });
}

/**
 * Opens or moves the conversations, also of people not met before, in the order in which the walk touches them: nobody
 * waits in a circle.
 */
export async function openConversations<T extends Aimed>(
  tx: Transaction,
  items: readonly T[],
  nowMs: number,
): Promise<(T & Opened)[]> {
  const contactIds = await meetStrangers(tx, items, nowMs);
  const touches = items.map(({ id, target }, n) => ({
    ...target,
    contactId: contactIds[n] ?? '',
    at: nowMs,
    inbound: false,
    messageId: id,
  }));
  const views = await touchConversations(tx, touches, nowMs);
  return items.map((item, n) => {
    const view = views.get(conversationKey({ ...item.target, contactId: contactIds[n] ?? '' }));
    if (!view) throw new Error('a touched conversation always exists');
    // They have written since they were looked up: what was judged, and their address, hold no more.
    if (item.target.stranger && view.lastInboundAt !== null) throw new Raced();
    return { ...item, target: { ...item.target, id: view.id, contactId: view.contactId } };
  });
}
