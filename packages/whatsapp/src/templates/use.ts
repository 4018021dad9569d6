import { isObject } from '../outbound/check/rules.ts';
import type { Untrusted } from '../outbound/check/rules.ts';
import { componentPath, wordOf } from './shape.ts';

/** What a message gives to a template, by place; paths as the caller wrote them. */
export interface UsedPart {
  readonly at: string;
  readonly raw: Untrusted;
  readonly parameters: readonly Untrusted[];
}

export interface UsedButton extends UsedPart {
  readonly subType: string;
  /** Null when it is no number from 0 to 9. */
  readonly index: number | null;
}

export interface BlockUse {
  /** Path of the list of components. */
  readonly at: string;
  readonly header: UsedPart | null;
  readonly body: UsedPart | null;
  readonly offer: UsedPart | null;
  readonly carousel: UsedPart | null;
  readonly buttons: readonly UsedButton[];
  /** A footer that is given something, or a part given a second time. */
  readonly surplus: readonly UsedPart[];
}

/** No real template comes near; it bounds the work on a hostile one, as in `checkMessage`. */
const MANY = 256;
const first = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, MANY) : []);
const objects = (value: unknown): Untrusted[] => first(value).filter(isObject);

function toIndex(value: unknown): number | null {
  const index = typeof value === 'string' && /^\d$/.test(value) ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index <= 9 ? index : null;
}

function toPart(raw: Untrusted, at: string): UsedPart {
  return { at, raw, parameters: objects(raw['parameters']) };
}

const SINGLE = ['header', 'body', 'limited_time_offer', 'carousel'] as const;
type Single = (typeof SINGLE)[number];
const isSingle = (type: string): type is Single => (SINGLE as readonly string[]).includes(type);

/** Reads the components under `${at}.components`; never throws. */
export function toBlockUse(components: unknown, at: string): BlockUse {
  const single = new Map<Single, UsedPart>();
  const buttons: UsedButton[] = [];
  const surplus: UsedPart[] = [];
  for (const [index, raw] of first(components).entries()) {
    if (!isObject(raw)) continue;
    const part = toPart(raw, componentPath(at, index));
    const type = wordOf(raw['type']);
    if (type === 'button') buttons.push({ ...part, subType: wordOf(raw['sub_type']), index: toIndex(raw['index']) });
    else if (isSingle(type) && !single.has(type)) single.set(type, part);
    else if (isSingle(type) || (type === 'footer' && part.parameters.length > 0)) surplus.push(part);
  }
  return {
    at: `${at}.components`,
    header: single.get('header') ?? null,
    body: single.get('body') ?? null,
    offer: single.get('limited_time_offer') ?? null,
    carousel: single.get('carousel') ?? null,
    buttons,
    surplus,
  };
}

export interface UsedCard {
  readonly at: string;
  readonly index: unknown;
  readonly use: BlockUse;
}

export function toCardUses(carousel: UsedPart): UsedCard[] {
  return objects(carousel.raw['cards']).map((card, place) => {
    const at = `${carousel.at}.cards[${place}]`;
    return { at, index: card['card_index'], use: toBlockUse(card['components'], at) };
  });
}
