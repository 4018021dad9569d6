import type { LedgerSend } from './contract.ts';

/** Questions to a ledger about budgets. A window of N ms holds what lies less than N ms apart. Pure. */

const keys = {
  number: (send: LedgerSend): string => send.numberId,
  pair: (send: LedgerSend): string => `${send.numberId} ${send.personId ?? send.address.value}`,
};

/** The most sends accepted in any window of `windowMs`: by number id, or by `{number id} {person id}`. */
export function findBusiestWindows(
  sends: readonly LedgerSend[],
  { windowMs, by }: { windowMs: number; by: 'number' | 'pair' },
): ReadonlyMap<string, number> {
  const times = Map.groupBy(sends, keys[by]);
  return new Map([...times].map(([key, own]) => [key, countMost(own, windowMs)]));
}

function countMost(sends: readonly LedgerSend[], windowMs: number): number {
  let [most, first] = [0, 0];
  for (const [at, send] of sends.entries()) {
    while (send.at - (sends[first]?.at ?? send.at) >= windowMs) first += 1;
    most = Math.max(most, at - first + 1);
  }
  return most;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** The most different people written to outside their service window in any window of `windowMs`, over all numbers. */
export function findMostPeople(sends: readonly LedgerSend[], windowMs = dayMs): number {
  const counted = sends.filter((send) => send.outsideWindow);
  const within = new Map<string, number>();
  let [most, first] = [0, 0];
  for (const send of counted) {
    for (let old = counted[first]; old !== undefined && send.at - old.at >= windowMs; old = counted[++first]) {
      change(within, old, -1);
    }
    change(within, send, 1);
    most = Math.max(most, within.size);
  }
  return most;
}

function change(within: Map<string, number>, send: LedgerSend, by: 1 | -1): void {
  const key = send.personId ?? send.address.value;
  const count = (within.get(key) ?? 0) + by;
  if (count === 0) within.delete(key);
  else within.set(key, count);
}
