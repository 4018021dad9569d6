import type { Stored } from './books.ts';

/** What `count` deliveries of one message each, from people who have written before, leave in the database. */
export const toReceived = (count = 1, more: Stored = {}): Stored => ({
  segments: count,
  events: count,
  event_marks: count,
  messages: count,
  reaction_runs: count,
  contacts: 0,
  identities: 0,
  conversations: 0,
  ...more,
});

/** The same from people, or with contents, that are new in ways the case does not count. */
export const toStrange = (count: number, more: Stored = {}): Stored => ({
  segments: count,
  events: count,
  event_marks: count,
  messages: 'any',
  reaction_runs: 'any',
  contacts: 'any',
  identities: 'any',
  conversations: 'any',
  ...more,
});

/** A message that was taken, sent and accepted: its row, the attempt, and what paces it. */
export const SENT: Stored = {
  messages: 'any',
  attempts: 'any',
  outbox: 'any',
  contacts: 'any',
  identities: 'any',
  conversations: 'any',
  openings: 'any',
  opening_minutes: 'any',
};
