import type { EventState } from '../api/types.ts';

type Search = Record<string, unknown>;

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
  const kind = toWord(search.kind);
  const state = EVENT_STATE_NAMES.find((name) => name === search.state);
  return { ...(kind ? { kind } : {}), ...(state ? { state } : {}), ...parseListSearch(search) };
}

export function parseListSearch(search: Search): ListSearch {
  const after = toWord(search.after);
  return after ? { after } : {};
}

/** The router reads `after=123` as a number; cursors are opaque words to us. */
function toWord(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
