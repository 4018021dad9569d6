/** A person who came from an ad. Answered within 24 h, everything is free for 72 h from the answer. */
export interface EntryPoint {
  readonly clickedAt: number;
  readonly answeredAt: number | null;
}

const hourMs = 60 * 60 * 1_000;
const answerMs = 24 * hourMs;
const freeMs = 72 * hourMs;

/** The entry point after the business wrote at `now`. */
export function answerEntryPoint(entry: EntryPoint, now: number): EntryPoint {
  return entry.answeredAt === null && now - entry.clickedAt < answerMs ? { ...entry, answeredAt: now } : entry;
}

/** When the free time ends; null when there is none at `now`. */
export function findFreeEnd(entry: EntryPoint | undefined, now: number): number | null {
  if (entry === undefined || entry.answeredAt === null) return null;
  const endsAt = entry.answeredAt + freeMs;
  return now < endsAt ? endsAt : null;
}
