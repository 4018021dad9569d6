import { isPoison, toAnswers } from '../world/handlers.ts';
import { groupByBody, readDelivery, toKey, toStatusTold, toTitle } from './deliveries.ts';
import type { Evidence, Row, Stored } from './evidence.ts';

const countBy = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** Each has one row, or up to so many more, and there are no others. */
function compare(what: string, wanted: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): string[] {
  const missing = [...wanted].flatMap(([key, more]) => {
    const rows = found.get(key) ?? 0;
    return rows >= 1 && rows <= 1 + more ? [] : [`I2: ${what} ${key} has ${rows} rows instead of 1`];
  });
  const foreign = [...found.keys()].filter((key) => !wanted.has(key));
  return [...missing, ...foreign.map((key) => `I2: ${what} ${key} has a row, and is in no delivery`)];
}

/**
 * A row each, and perhaps another one for each replay of what could not be folded: it is put into the journal again. Unless
 * its own place is read once more before that, which is then the replay.
 */
function checkRows({ stored, events, quarantine }: Evidence): string[] {
  const told = stored.filter(({ isReplay }) => !isReplay).map(({ body }) => readDelivery(body));
  const again = countBy(
    quarantine
      .filter(({ stage, state }) => stage === 'fold' && state === 'replayed')
      .map(({ eventId }) => toKey(eventId)),
  );
  const messages = new Map(
    told.flatMap((one) => [...one.messages.keys()].map((id) => [id, again.get(id) ?? 0] as const)),
  );
  const statuses = new Map(told.flatMap((one) => one.statuses.map((key) => [key, 0] as const)));
  const ofKind = (kind: string): Row[] => events.filter((row) => row.kind === kind);
  return [
    ...compare('message', messages, countBy(ofKind('message.received').map((row) => toKey(row.eventId)))),
    ...compare('status', statuses, countBy(ofKind('message.status').map((row) => toStatusTold(row.eventId)))),
  ];
}

/** What nobody knows is one event, however often it is posted. */
function checkStrange({ stored, events }: Evidence): string[] {
  const rows = new Set(events.map(({ position, delivery }) => `${Math.floor(position / 100_000)} ${delivery}`));
  const isRecorded = ({ segment, delivery }: Stored) => rows.has(`${segment} ${delivery}`);
  return [...groupByBody(stored).values()].flatMap((copies) => {
    const [first] = copies;
    if (!first || !readDelivery(first.body).isStrange) return [];
    const count = copies.filter(isRecorded).length;
    return count === 1 ? [] : [`I2: ${toTitle(first.body)} is strange, and recorded ${count} times`];
  });
}

/** Each customer's message is in the ledger once, with its words, and answered as often as it should be. */
function checkMessages({ stored, events, arrived, answers, quarantine }: Evidence): string[] {
  const found = Map.groupBy(arrived, ({ whatsappId }) => whatsappId);
  const aside = Map.groupBy(quarantine, ({ eventId }) => toKey(eventId));
  const answered = new Map(answers.map(({ position, count }) => [position, count]));
  const rows = Map.groupBy(events, ({ eventId }) => toKey(eventId));
  const sent = new Map(stored.flatMap(({ body }) => [...readDelivery(body).messages]));
  return [...sent].flatMap(([id, words]) => {
    const entries = aside.get(id) ?? [];
    const isAside = entries.some(({ state }) => state === 'open');
    const isUnfolded = isAside && entries.every(({ stage }) => stage === 'fold');
    const [own = [], owed] = [found.get(id), isAside ? 0 : toAnswers(words)];
    const made = (rows.get(id) ?? []).reduce((sum, { position }) => sum + (answered.get(position) ?? 0), 0);
    if (own.length !== (isUnfolded ? 0 : 1))
      return [`I2: message ${id} (${words}) is in the ledger ${own.length} times`];
    if (own[0] && own[0].words !== words) return [`I2: message ${id} says "${own[0].words}" instead of "${words}"`];
    if (made !== owed) return [`I2: message ${id} (${words}) was answered ${made} times instead of ${owed}`];
    if (isPoison(words) && entries.length === 0)
      return [`I8: message ${id} (${words}) was handled without a person's help`];
    return [];
  });
}

/** I2: each event has its row, its place in the ledger and its answers, exactly once. */
export const judgeEffects = (evidence: Evidence): string[] => [
  ...checkRows(evidence),
  ...checkStrange(evidence),
  ...checkMessages(evidence),
];
