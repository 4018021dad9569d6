import type { OutgoingMessage } from '@wharf/whatsapp';
import { MEDIA_KINDS, type MediaKind } from './limits.ts';

/** One place in a message where a file stands. */
export interface Slot {
  readonly kind: MediaKind;
  /** As the caller wrote it, for example `template.components[0].parameters[0].image`. */
  readonly field: string;
  readonly keys: readonly (string | number)[];
  readonly isVoice: boolean;
  readonly id: string | null;
  readonly link: string | null;
}

type Untrusted = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Untrusted =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const isKind = (value: unknown): value is MediaKind => (MEDIA_KINDS as readonly unknown[]).includes(value);

const toField = (keys: readonly (string | number)[]): string =>
  keys.map((key, n) => (typeof key === 'number' ? `[${key}]` : `${n === 0 ? '' : '.'}${key}`)).join('');

function toSlot(owner: Untrusted, keys: readonly (string | number)[]): Slot[] {
  const kind = owner['type'];
  const media = isKind(kind) ? owner[kind] : null;
  if (!isKind(kind) || !isObject(media)) return [];
  const at = [...keys, kind];
  const isVoice = media['voice'] === true;
  return [{ kind, field: toField(at), keys: at, isVoice, id: textOf(media['id']), link: textOf(media['link']) }];
}

/** Deeper than any message goes: a card's header in a template lies 8 deep. */
const MAX_DEPTH = 12;

/** One list of keys for the whole way: a thousand campaign messages are walked, and none has a file. */
function walk(value: unknown, keys: (string | number)[], found: Slot[]): void {
  if (keys.length > MAX_DEPTH || typeof value !== 'object' || value === null) return;
  if (isObject(value)) found.push(...toSlot(value, keys));
  const step = (key: string | number, item: unknown): void => {
    keys.push(key);
    walk(item, keys, found);
    keys.pop();
  };
  if (Array.isArray(value)) for (let n = 0; n < value.length; n++) step(n, value[n]);
  else if (isObject(value)) for (const key of Object.keys(value)) step(key, value[key]);
}

/**
 * All files of a message. Meta's shapes have one rule in common: what says `type: "image"` has its file under `image`,
 * be it the message, a header, a card's header or a template's parameter. Takes anything and never throws.
 */
export function listSlots(message: unknown): Slot[] {
  const found: Slot[] = [];
  walk(message, [], found);
  return found;
}

export const hasFiles = (message: unknown): boolean => listSlots(message).length > 0;

/** The same message with other ids in these places. */
export function replaceIds(message: OutgoingMessage, ids: ReadonlyMap<Slot, string>): OutgoingMessage {
  const copy = structuredClone(message);
  for (const [slot, id] of ids) {
    let place: Record<string | number, unknown> = copy;
    for (const key of slot.keys) place = place[key] as Record<string | number, unknown>;
    place['id'] = id;
  }
  return copy;
}

const OWN_ID = /^med_/;

/** Those that name a file of ours, by an id that this program gave. */
export const listOwn = (message: unknown): (Slot & { readonly id: string })[] =>
  listSlots(message).filter((slot): slot is Slot & { readonly id: string } => slot.id !== null && OWN_ID.test(slot.id));
