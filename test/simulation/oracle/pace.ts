import { findBusiestWindows, findMostPeople, type Ledger } from '@wharf/emulator';
import type { Evidence } from './evidence.ts';

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

/** I6: what left the processes, and what Meta took, in every window. */
export const judgePace = (evidence: Evidence): string[] => [
  ...checkNumbers(evidence),
  ...checkPairs(evidence),
  ...checkTier(evidence),
  ...checkRefusals(evidence),
];
