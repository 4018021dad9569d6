import { isPoison, slownessOf } from '../world/handlers.ts';
import { readDelivery } from './deliveries.ts';
import type { Evidence } from './evidence.ts';

type Entry = Evidence['quarantine'][number];

function findWords({ stored }: Evidence): ReadonlyMap<string, string> {
  return new Map(stored.flatMap(({ body }) => [...readDelivery(body).messages]));
}

const wordsOf = (words: ReadonlyMap<string, string>, eventId: string): string =>
  words.get(eventId.slice(Math.max(0, eventId.indexOf('wamid.')))) ?? '';

/** I7: only what is poison is set aside. */
function checkInnocent({ quarantine }: Evidence, words: ReadonlyMap<string, string>): string[] {
  return quarantine.flatMap(({ eventId }) => {
    const said = wordsOf(words, eventId);
    return isPoison(said) ? [] : [`I7: ${eventId} (${said}) was set aside, and nothing is wrong with it`];
  });
}

/** I8: what is set aside is not processed, and set aside once. */
function checkBoth({ quarantine, outcomes, answers }: Evidence): string[] {
  const states = new Map(outcomes.map(({ position, state }) => [position, state]));
  const answered = new Set(answers.map(({ position }) => position));
  const isHandled = ({ position, stage }: Entry): boolean =>
    answered.has(position) ||
    (stage === 'reaction' && states.get(position) !== 'quarantined') ||
    states.get(position) === 'done';
  const open = quarantine.filter(({ state }) => state === 'open');
  const twice = [...Map.groupBy(open, ({ eventId }) => eventId)].filter(([, own]) => own.length > 1);
  return [
    ...open.filter(isHandled).map(({ eventId }) => `I8: ${eventId} is set aside, and was handled`),
    ...twice.map(([eventId]) => `I8: ${eventId} is set aside twice`),
  ];
}

/** Runs of a poisonous event's handler, with the pauses between them: what those behind it wait for. */
const LIMIT_MS = 200 + 1_000 + 5_000 + 500;
/** In fair weather, for everybody; the history's time is up to a second late. */
const AT_ONCE_MS = 3_000;

/**
 * What each lane's own messages take together: their handlers' time, and the tries of what is poison. A shard that changes
 * hands while the processes start takes a run with it: that one is begun again, once.
 */
function countPatience({ events, runs }: Evidence, words: ReadonlyMap<string, string>): Map<string, number> {
  const patience = new Map<string, number>();
  const begun = Map.groupBy(runs, ({ eventId }) => eventId);
  for (const { lane, eventId } of events) {
    const said = wordsOf(words, eventId);
    const times = Math.min(2, begun.get(eventId)?.length ?? 1);
    const takesMs = slownessOf(said) * times + (isPoison(said) ? LIMIT_MS : 0);
    patience.set(lane, (patience.get(lane) ?? 0) + takesMs);
  }
  return patience;
}

/** I7: nobody of another lane waits for what is poison, and those behind it no longer than it is tried. */
function checkPatience(evidence: Evidence, words: ReadonlyMap<string, string>): string[] {
  if (!evidence.isCalm) return [];
  const rows = new Map(evidence.events.map((row) => [row.position, row]));
  const patience = countPatience(evidence, words);
  return evidence.history.flatMap(({ what, position, at }) => {
    const row = rows.get(position);
    if (!row || what !== 'done' || isPoison(wordsOf(words, row.eventId))) return [];
    const tookMs = at - row.receivedAt.getTime();
    const mayMs = AT_ONCE_MS + (patience.get(row.lane) ?? 0);
    return tookMs > mayMs ? [`I7: ${row.eventId} waited ${tookMs} ms in fair weather, and may ${mayMs}`] : [];
  });
}

/** I7, I8: poison stops its own conversation, for a while, and nothing else. */
export function judgeQuarantine(evidence: Evidence): string[] {
  const words = findWords(evidence);
  return [...checkInnocent(evidence, words), ...checkBoth(evidence), ...checkPatience(evidence, words)];
}
