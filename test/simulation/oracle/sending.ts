import type { LedgerArrival } from '@wharf/emulator';
import type { Evidence, Place } from './evidence.ts';

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

function checkComplete({ told, orders, left, isCalm }: Evidence): string[] {
  const known = new Set(told.map(({ id }) => id));
  const sunk = isCalm ? told.filter(({ state }) => ENDED.has(state)) : [];
  return [
    ...orders.filter((id) => !known.has(id)).map((id) => `${id} was ordered, and nobody knows of it`),
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

/** I5 and the order of what is sent: what Wharf says, and what reached the phones. */
export const judgeSending = (evidence: Evidence): string[] => [
  ...checkArrivals(evidence),
  ...checkComplete(evidence),
  ...checkOrder(evidence),
];
