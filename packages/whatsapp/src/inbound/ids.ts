import { hash } from 'node:crypto';

/**
 * First letters of event ids. One family per way of telling two happenings apart, so ids of different families can
 * never meet: the wamid of an echo may also appear in the chat history.
 */
export type IdFamily =
  | 'm' // message to the business, with its edits, revokes and reactions
  | 'e' // echo: the business wrote it elsewhere
  | 's' // delivery status
  | 'p' // payment status
  | 'c' // call
  | 'g' // group
  | 'h' // chat history
  | 'y' // contact of the phone app's address book
  | 'f' // preference or action of a person
  | 't' // template
  | 'a' // account, number, platform
  | 'r' // routing between apps
  | 'b' // standby traffic
  | 'u'; // unknown and unreadable

const MAX_LENGTH = 200;
/** What may stand in an id or lane as it is; the colon only separates. */
const SAFE_PART = /^[A-Za-z0-9._+/=@-]*$/;
const SAFE_LANE = /^[A-Za-z0-9._:+/=@-]+$/;

/**
 * `family:provider:scope:part:part…`, or `family:sha256:<hex>` when a part holds anything but safe ASCII or the whole
 * is longer than 200 characters (a BSUID alone may have 131). Colons in parts are hashed too, so that no two lists of
 * parts share an id.
 */
export function toEventId(family: IdFamily, scope: string, parts: readonly string[]): string {
  let id = `${family}:${scope}`;
  let safe = true;
  for (const part of parts) {
    safe &&= SAFE_PART.test(part);
    id += `:${part}`;
  }
  if (safe && id.length <= MAX_LENGTH) return id;
  // JSON keeps lone surrogates apart (as escapes) where UTF-8 would make them all U+FFFD.
  return `${family}:sha256:${hash('sha256', JSON.stringify([scope, ...parts]), 'hex')}`;
}

/** `provider:channel`, or `provider:account=…` for what belongs to no number. */
export function toScope(provider: string, channel: string | null, account: string | null): string {
  const owner = channel ?? (account === null ? '' : `account=${account}`);
  const scope = `${provider}:${owner}`;
  return SAFE_PART.test(owner) && scope.length <= 100
    ? scope
    : `${provider}:sha256=${hash('sha256', JSON.stringify(owner), 'hex')}`;
}

/** An order key from a wire value: itself when it is short safe ASCII, else its hash. */
export function toLane(key: string): string {
  return key.length <= MAX_LENGTH && SAFE_LANE.test(key) ? key : `sha256:${hash('sha256', JSON.stringify(key), 'hex')}`;
}
