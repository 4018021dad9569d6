import type { EventBase, EventKind, Provider, WhatsAppEvent } from '../events.ts';
import { toContentHash } from './canonical.ts';
import { type IdFamily, toEventId, toLane, toScope } from './ids.ts';
import { type ContactBook, NO_CONTACTS } from './person.ts';
import { type JsonObject, toPart, toTime } from './read.ts';

/** Where an element was found: everything its event needs besides the element itself. */
export interface Source {
  readonly provider: Provider;
  readonly channel: string | null;
  readonly account: string | null;
  /** Prefix of ids, see {@link toScope}. */
  readonly scope: string;
  /** Time of the surrounding entry, unix milliseconds; for elements that carry none. */
  readonly at: number | null;
  /** Meta's webhook field, or Whapi's key. */
  readonly field: string;
  readonly contacts: ContactBook;
  /** Digits of the business's own number, to tell who wrote. */
  readonly businessPhone: string | undefined;
  /** Makes ids of timeless states differ by delivery; see `receivedAt` in the split options. */
  readonly salt: string;
}

export type SourceFacts = Pick<Source, 'provider' | 'channel' | 'account' | 'field'> & Partial<Source>;

export function makeSource(facts: SourceFacts): Source {
  return {
    at: null,
    contacts: NO_CONTACTS,
    businessPhone: undefined,
    salt: '',
    ...facts,
    scope: toScope(facts.provider, facts.channel, facts.account),
  };
}

/** An event, or why the element is none: the caller turns the sentence into an `unknown` event. */
export type Reading = WhatsAppEvent | string;
export type Reader = (element: JsonObject, source: Source, pointer: string) => Reading;

interface BaseFacts {
  readonly id: string;
  readonly lane: string;
  readonly at: number | null | undefined;
  readonly pointer: string;
}

/** What every event carries. A time the element lacks is the entry's. */
export function makeBase<K extends EventKind>(kind: K, source: Source, facts: BaseFacts): EventBase<K> {
  return {
    id: facts.id,
    kind,
    provider: source.provider,
    channel: source.channel,
    account: source.account,
    lane: toLane(facts.lane),
    at: facts.at ?? source.at,
    pointer: facts.pointer,
  };
}

/** What an element without a person and without an id of its own is ordered by. */
export function toSubject(source: Source): string {
  return source.channel ?? source.account ?? source.provider;
}

/**
 * Id of an element without an id of its own: what it says and where. The entry's time counts only when the element
 * has none, since another delivery of the same element may stand in another entry.
 */
export function toContentId(family: IdFamily, source: Source, content: unknown): string {
  const time = toTime(toPart(content).timestamp) === undefined ? source.at : null;
  return toEventId(family, source.scope, [source.field, toContentHash([source.account, time, content])]);
}

/** Id of a state that carries no time and may come back: with `receivedAt` known, each report is an event. */
export function toSnapshotId(family: IdFamily, source: Source, content: unknown): string {
  return toEventId(family, source.scope, [source.field, toContentHash([source.salt, content])]);
}

/** `reason` never quotes the element: it may be a person's text. */
export function makeUnknown(
  source: Source,
  found: { content: unknown; pointer: string; reason: string },
): WhatsAppEvent {
  const id = toContentId('u', source, found.content);
  const base = makeBase('unknown', source, { id, lane: id, at: null, pointer: found.pointer });
  return { ...base, reason: found.reason, ...(source.field === '' ? {} : { field: source.field }) };
}
