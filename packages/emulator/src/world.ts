import { toNumberState } from './account.ts';
import type { EntryPoint } from './rules/entry-point.ts';
import type {
  AccountState,
  EmulatedNumber,
  MessagingTier,
  NumberState,
  PhoneMessage,
  PhonePerson,
} from './contract.ts';
import { isWindowOpen } from './rules/window.ts';
import { makeTemplateStore, type TemplateStore } from './templates/store.ts';

export type DeliveryStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Pricing {
  readonly billable: boolean;
  readonly type: 'regular' | 'free_customer_service' | 'free_entry_point';
  readonly category: string;
  /** Of a free entry point. */
  readonly conversation?: { readonly id: string; readonly expiresAt: number };
}

/** How the business addressed the person: this decides which identifiers the statuses carry. */
export interface Address {
  readonly by: 'phone' | 'bsuid';
  readonly value: string;
}

/** A message the Graph API took, and what became of it. */
export interface SendRecord {
  readonly id: string;
  readonly numberId: string;
  /** Null: nobody has this address; the send fails later. */
  readonly personId: string | null;
  readonly address: Address;
  readonly callbackData?: string;
  readonly pricing: Pricing;
  readonly templateId?: string;
  readonly history: { status: DeliveryStatus; at: number; code?: number }[];
}

export interface MediaRecord {
  readonly id: string;
  readonly numberId: string;
  readonly mimeType: string;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  readonly filename?: string;
  readonly at: number;
  /** Ids a business uploaded live 30 days, ids from webhooks 7. */
  readonly from: 'upload' | 'webhook';
}

/** What waits on WhatsApp's side until the person's phone is online again. */
export interface Held {
  readonly message: PhoneMessage;
  readonly sendId: string;
  /** From then on it is never delivered. */
  readonly expiresAt: number;
}

export interface World {
  readonly appId: string;
  readonly wabaId: string;
  readonly numbers: Map<string, EmulatedNumber>;
  readonly people: Map<string, PhonePerson>;
  /** Person ids by phone digits, BSUID and parent BSUID. */
  readonly addresses: Map<string, string>;
  readonly messages: Map<string, PhoneMessage>;
  readonly inboxes: Map<string, PhoneMessage[]>;
  /** Customers' messages the business has not marked read, by {@link threadKey}. */
  readonly unread: Map<string, PhoneMessage[]>;
  readonly held: Map<string, Held[]>;
  readonly sends: Map<string, SendRecord>;
  readonly media: Map<string, MediaRecord>;
  readonly templates: TemplateStore;
  /** When a person last wrote to a number, by {@link threadKey}. */
  readonly lastInboundAt: Map<string, number>;
  /** People who came from an ad, by {@link threadKey}. */
  readonly entryPoints: Map<string, EntryPoint>;
  readonly numberStates: Map<string, NumberState>;
  /** Changed in place. */
  readonly account: { -readonly [key in keyof AccountState]: AccountState[key] };
}

export interface WorldOptions {
  readonly appId: string;
  readonly wabaId: string;
  readonly numbers: readonly EmulatedNumber[];
  readonly tier: MessagingTier;
  readonly messagesPerSecond: number;
}

export function makeWorld(options: WorldOptions): World {
  return {
    appId: options.appId,
    wabaId: options.wabaId,
    numbers: new Map(options.numbers.map((number) => [number.id, number])),
    people: new Map(),
    addresses: new Map(),
    messages: new Map(),
    inboxes: new Map(),
    unread: new Map(),
    held: new Map(),
    sends: new Map(),
    media: new Map(),
    templates: makeTemplateStore(),
    lastInboundAt: new Map(),
    entryPoints: new Map(),
    numberStates: new Map(
      options.numbers.map((number) => [number.id, toNumberState(number, options.messagesPerSecond)]),
    ),
    account: { tier: options.tier, token: 'valid', locked: false, paymentProblem: false },
  };
}

export const threadKey = (numberId: string, personId: string): string => `${numberId} ${personId}`;

/** The parent BSUID of a person, derived from the BSUID: `BR.743` → `BR.ENT.743`. */
export const toParentBsuid = (bsuid: string): string => bsuid.replace('.', '.ENT.');

export function addPersonToWorld(world: World, person: PhonePerson): void {
  world.people.set(person.id, person);
  for (const address of [person.phone, person.bsuid, toParentBsuid(person.bsuid)]) {
    world.addresses.set(address, person.id);
  }
}

/** The message came to the person's phone. Reactions reach the phone too but are no bubble of their own. */
export function appendArrival(world: World, message: PhoneMessage): void {
  const inbox = world.inboxes.get(message.personId);
  if (inbox === undefined) world.inboxes.set(message.personId, [message]);
  else inbox.push(message);
  if (message.body.type !== 'reaction') world.messages.set(message.id, message);
}

/** A customer's message, as their own phone shows it. */
export function appendOwn(world: World, message: PhoneMessage): void {
  world.messages.set(message.id, message);
  if (message.ticks === 'read') return;
  const key = threadKey(message.numberId, message.personId);
  const unread = world.unread.get(key);
  if (unread === undefined) world.unread.set(key, [message]);
  else unread.push(message);
}

/** Marks the message and all earlier ones of its thread read; answers those that changed. */
export function markRead(world: World, message: PhoneMessage): PhoneMessage[] {
  const key = threadKey(message.numberId, message.personId);
  const unread = world.unread.get(key) ?? [];
  const upTo = unread.indexOf(message) + 1;
  const changed = unread.splice(0, upTo);
  for (const each of changed) each.ticks = 'read';
  return changed;
}

export function hasOpenWindow(world: World, thread: { numberId: string; personId: string }, now: number): boolean {
  return isWindowOpen(world.lastInboundAt.get(threadKey(thread.numberId, thread.personId)), now);
}
