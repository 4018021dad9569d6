import type { Evidence } from './evidence.ts';

/** Meta retries for seven days. */
const LEAST_DAYS = 8;

/** I12: marks that were let go before their time; a person's replay takes one mark, once. */
export function judgeRetention({ forgotten, quarantine }: Evidence): string[] {
  const replays = new Set(quarantine.filter(({ state }) => state === 'replayed').map(({ position }) => position));
  return forgotten.flatMap(({ position, days }) => {
    if (days >= LEAST_DAYS || replays.delete(position)) return [];
    return [`I12: the mark of position ${position} was let go after ${days.toFixed(1)} days`];
  });
}
