import { findBusiestWindows, findMostPeople, type Ledger, type LedgerArrival } from '@wharf/emulator';
import type { Departure } from '../world/meta.ts';

/** What Wharf says became of a message. */
export interface Told {
  readonly id: string;
  readonly state: string;
  readonly rank: number;
  readonly reason: string | null;
  readonly origin: string;
}

/** Where a message stood in the queue. */
export interface Place {
  readonly id: string;
  readonly seq: number;
  readonly class: number;
  readonly lane: string;
}

/** All that is known when a world has come to its end. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly departures: readonly Departure[];
  readonly told: readonly Told[];
  readonly places: readonly Place[];
  /** Rows still in the outbox. */
  readonly left: readonly { readonly id: string; readonly state: string }[];
  readonly crimes: readonly string[];
  readonly orders: readonly string[];
  readonly answers: number;
  /** By number id: messages a second. */
  readonly rates: ReadonlyMap<string, number>;
  /** 0: none. */
  readonly tier: number;
  readonly isCalm: boolean;
  /** How much longer one call may be on its way to Meta than another, ms. */
  readonly spreadMs: number;
}

const ARRIVED = new Set(['sent', 'delivered', 'read', 'played']);
const ENDED = new Set(['failed', 'blocked', 'expired', 'cancelled']);

/** Nothing twice, nothing missing, and Wharf knows. */
function checkArrivals({ ledger, told }: Evidence): string[] {
  const arrived = Map.groupBy(ledger.arrivals, (arrival) => arrival.callbackData ?? '');
  const taken = Map.groupBy(ledger.sends, (send) => send.callbackData ?? '');
  return told.flatMap(({ id, state, rank, reason }) => {
    const count = arrived.get(id)?.length ?? 0;
    const accepted = taken.get(id)?.length ?? 0;
    if (count > 1) return [`${id} arrived ${count} times`];
    if (accepted > 1) return [`I5: ${id} was accepted ${accepted} times`];
    if (count === 1 && !ARRIVED.has(state)) return [`${id} arrived, and Wharf says ${state} (rank ${rank}, ${reason})`];
    if (count === 0 && ARRIVED.has(state)) return [`${id} never arrived, and Wharf says ${state}`];
    if (count === 0 && !ENDED.has(state)) return [`${id} never came to an end: ${state}`];
    if (ENDED.has(state) && reason === null) return [`${id} ended as ${state} without a reason`];
    return [];
  });
}

function checkComplete({ told, orders, answers, left, isCalm }: Evidence): string[] {
  const known = new Set(told.map(({ id }) => id));
  const replies = told.filter(({ origin }) => origin === 'handler').length;
  const sunk = isCalm ? told.filter(({ state }) => ENDED.has(state)) : [];
  return [
    ...orders.filter((id) => !known.has(id)).map((id) => `${id} was ordered, and nobody knows of it`),
    ...(replies === answers ? [] : [`${answers} answers were owed, ${replies} were made`]),
    ...left.map(({ id, state }) => `${id} is still in the outbox: ${state}`),
    ...sunk.map(({ id, state, reason }) => `${id} ended as ${state} in fair weather: ${reason}`),
  ];
}

const toText = ({ id, seq, lane }: Place): string => `${id} (place ${seq}, lane ${lane})`;

/** A person gets what was queued for them, of one number and class, in the order of the queue. */
function checkOrder({ ledger, places }: Evidence): string[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const keyOf = ({ numberId, personId, callbackData }: LedgerArrival) => {
    const place = byId.get(callbackData ?? '');
    return `${numberId} ${personId} class ${place?.class}`;
  };
  return [...Map.groupBy(ledger.arrivals, keyOf)].flatMap(([key, own]) => {
    let last: Place | undefined;
    return own.flatMap(({ callbackData }) => {
      const place = byId.get(callbackData ?? '');
      const before = last;
      if (place) last = place;
      return place && before && place.seq < before.seq ? [`${key}: ${toText(before)} overtook ${toText(place)}`] : [];
    });
  });
}

/** The most of these times in any window of `windowMs`. */
function countMost(times: readonly number[], windowMs: number): number {
  let [most, first] = [0, 0];
  for (const [n, at] of times.entries()) {
    while (at - (times[first] ?? at) >= windowMs) first++;
    most = Math.max(most, n - first + 1);
  }
  return most;
}

/**
 * A number's budget holds exactly where a process lets a call go. On the way some calls take longer than others, so at
 * Meta it holds for windows that are shorter by that difference.
 */
function checkNumbers({ ledger, departures, rates, spreadMs }: Evidence): string[] {
  const left = [...Map.groupBy(departures, ({ numberId }) => numberId)].flatMap(([numberId, own]) => {
    const most = countMost(
      own.map(({ at }) => at),
      1_000,
    );
    const rate = rates.get(numberId) ?? 0;
    return most > rate ? [`I6: ${most} calls left for number ${numberId} within one second, ${rate} are allowed`] : [];
  });
  const busiest = findBusiestWindows(ledger.sends, { windowMs: 1_000 - spreadMs, by: 'number' });
  const taken = [...busiest].flatMap(([numberId, most]) => {
    const rate = rates.get(numberId) ?? 0;
    return most > rate ? [`I6: Meta took ${most} of number ${numberId} in ${1_000 - spreadMs} ms`] : [];
  });
  return [...left, ...taken];
}

const BURST = 45;
const REFILL_MS = 6_000;

/** 45 at once and one more every 6 s, in any window: what a bucket of 45 would have let through. */
function countOverdraft(times: readonly number[]): number {
  let [tokens, at, most] = [BURST, 0, 0];
  for (const time of times) {
    tokens = Math.min(BURST, tokens + (time - at) / REFILL_MS) - 1;
    at = time;
    most = Math.max(most, -tokens);
  }
  return most > 1e-6 ? Math.ceil(most) : 0;
}

/** Where calls leave, whatever Meta makes of them: it refuses what is too much, so its own count could never tell. */
function checkPairs({ departures }: Evidence): string[] {
  const byPair = Map.groupBy(departures, ({ numberId, to }) => `${numberId} ${to}`);
  return [...byPair].flatMap(([pair, own]) => {
    const over = countOverdraft(own.map(({ at }) => at));
    return over > 0 ? [`I6: ${over} more calls left for ${pair} than a pair may get`] : [];
  });
}

function checkTier({ ledger, tier }: Evidence): string[] {
  const most = findMostPeople(ledger.sends);
  return tier > 0 && most > tier ? [`I6: ${most} people were written to first in 24 h, ${tier} are allowed`] : [];
}

const PACING = new Set([130_429, 131_056, 131_048]);

/** Customers' messages count at Meta too, and take no notice of ours: what they left no room for is nobody's fault. */
function isCrowdedOut({ ledger, rates }: Evidence, { code, numberId, at }: Ledger['refusals'][number]): boolean {
  if (code !== 130_429) return false;
  const taken = ledger.sends.filter((send) => send.numberId === numberId && send.at <= at && at - send.at < 1_000);
  return taken.length < (rates.get(numberId) ?? 0);
}

function checkRefusals(evidence: Evidence): string[] {
  const { ledger, isCalm } = evidence;
  const paced = isCalm ? ledger.refusals.filter(({ code }) => PACING.has(code)) : [];
  const refused = paced.filter((refusal) => !isCrowdedOut(evidence, refusal));
  return refused.map(({ code, callbackData }) => `${callbackData} was refused for the pace (${code}) in fair weather`);
}

/** Everything that is wrong with how a world ended. */
export function judgeWorld(evidence: Evidence): string[] {
  return [
    ...checkArrivals(evidence),
    ...checkComplete(evidence),
    ...checkOrder(evidence),
    ...checkNumbers(evidence),
    ...checkPairs(evidence),
    ...checkTier(evidence),
    ...checkRefusals(evidence),
    ...evidence.crimes,
  ];
}
