import { readDelivery, toStatusTold } from './deliveries.ts';
import type { Evidence, HistoryLine, Row } from './evidence.ts';

const toLane = ({ channel, lane }: Row): string => `${channel} ${lane}`;
const toName = ({ eventId, position }: Row): string => `${eventId} (${position})`;

type Placed = { readonly row: Row; readonly line: HistoryLine };

/** The first time of each: a commit whose answer was lost is repeated, and changes nothing. */
function once(lines: readonly HistoryLine[]): HistoryLine[] {
  const seen = new Set<number>();
  return lines.filter(({ position }) => !seen.has(position) && seen.add(position));
}

function place(evidence: Evidence, isWanted: (line: HistoryLine) => boolean): Map<string, Placed[]> {
  const rows = new Map(evidence.events.map((row) => [row.position, row]));
  const placed = once(evidence.history.filter(isWanted)).flatMap((line): Placed[] => {
    const row = rows.get(line.position);
    return row ? [{ row, line }] : [];
  });
  return Map.groupBy(placed, ({ row }) => toLane(row));
}

/** In journal order, except within one batch: that is committed at once. */
function checkAscending(what: string, lanes: ReadonlyMap<string, readonly Placed[]>): string[] {
  return [...lanes.values()].flatMap((own) => {
    const crimes: string[] = [];
    let [top, before] = [own[0], own[0]?.row.position ?? 0];
    for (const one of own) {
      if (top && one.row.position < before && one.line.batch !== top.line.batch)
        crimes.push(`I3: ${toName(one.row)} was ${what} after ${toName(top.row)}, which is behind it`);
      if (one.row.position > before) [top, before] = [one, one.row.position];
    }
    return crimes;
  });
}

/** What a person has put back comes when it comes. */
function findReplayed({ quarantine }: Evidence): Set<string> {
  return new Set(quarantine.filter(({ state }) => state === 'replayed').map(({ eventId }) => eventId));
}

/** Statuses without an error, which no handler here wants, join their messages in whatever order: see docs/decisions/statuses-aside.md. */
function makeIsFree({ stored }: Evidence): (row: Row) => boolean {
  const failures = new Set(stored.flatMap(({ body }) => readDelivery(body).failures));
  return ({ kind, eventId }) => kind === 'message.status' && !failures.has(toStatusTold(eventId));
}

function checkCommits(evidence: Evidence): string[] {
  const replayed = findReplayed(evidence);
  const isFree = makeIsFree(evidence);
  const ids = new Map(evidence.events.map((row) => [row.position, row.eventId]));
  const free = new Set(evidence.events.filter(isFree).map(({ position }) => position));
  const isOwn = ({ position }: HistoryLine): boolean => !replayed.has(ids.get(position) ?? '');
  const isEnd = ({ what }: HistoryLine): boolean => what === 'done' || what === 'quarantined';
  return [
    ...checkAscending(
      'folded',
      place(evidence, (line) => line.what === 'folded' && isOwn(line) && !free.has(line.position)),
    ),
    ...checkAscending(
      'handled',
      place(evidence, (line) => isEnd(line) && isOwn(line)),
    ),
  ];
}

/** No handler begins for the first time before all that stands before it in its lane has had a run. */
function checkRuns(evidence: Evidence): string[] {
  const replayed = findReplayed(evidence);
  const begun = new Map<string, number>();
  for (const [n, { eventId }] of evidence.runs.entries()) if (!begun.has(eventId)) begun.set(eventId, n);
  const rows = evidence.events.filter(({ eventId }) => begun.has(eventId) && !replayed.has(eventId));
  return [...Map.groupBy(rows, toLane).values()].flatMap((own) =>
    own.flatMap((row, n) => {
      const next = own[n + 1];
      const isEarly = next && (begun.get(next.eventId) ?? 0) < (begun.get(row.eventId) ?? 0);
      return isEarly ? [`I3: the handler of ${toName(next)} began before that of ${toName(row)}`] : [];
    }),
  );
}

/** What was done is done: it is not tried again, and not set aside. (A commit whose answer was lost is repeated.) */
function checkDone({ history, events }: Evidence): string[] {
  const done = new Set<number>();
  const names = new Map(events.map((row) => [row.position, toName(row)]));
  return history.flatMap(({ position, what }) => {
    if (what === 'done') done.add(position);
    return what !== 'done' && what !== 'folded' && done.has(position)
      ? [`I8: ${names.get(position)} was done, and then ${what}`]
      : [];
  });
}

/** I3: per lane everything in journal order, with any number of workers. */
export const judgeHistory = (evidence: Evidence): string[] => [
  ...checkCommits(evidence),
  ...checkRuns(evidence),
  ...checkDone(evidence),
];
