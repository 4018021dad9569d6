import type { EventState } from '../api/types.ts';

/** The query of an address, as the router reads it. */
export type Search = Record<string, unknown>;

/** Filters of the event list, as the URL keeps them. Whatever is not understood is dropped. */
export interface EventSearch {
  kind?: string;
  state?: EventState;
  after?: string;
}

export interface ListSearch {
  after?: string;
}

export const EVENT_STATE_NAMES = ['waiting', 'done', 'quarantined'] as const satisfies EventState[];

export function parseEventSearch(search: Search): EventSearch {
  const state = EVENT_STATE_NAMES.find((name) => name === search.state);
  return { ...pickWords(search, ['kind']), ...(state ? { state } : {}), ...parseListSearch(search) };
}

export const parseListSearch = (search: Search): ListSearch => pickWords(search, ['after']);

/** Alerts that are open, or all there were. */
export interface AlertSearch extends ListSearch {
  show?: 'all';
}

export const parseAlertSearch = (search: Search): AlertSearch => ({
  ...(search.show === 'all' ? { show: 'all' } : {}),
  ...parseListSearch(search),
});

/** Of these keys those that hold words; whatever else an address has is dropped. */
export function pickWords<K extends string>(search: Search, keys: readonly K[]): { [key in K]?: string } {
  const words: { [key in K]?: string } = {};
  for (const key of keys) {
    const word = toWord(search[key]);
    if (word !== undefined) words[key] = word;
  }
  return words;
}

/** The router reads `after=123` as a number; cursors are opaque words to us. */
function toWord(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
