import { groupByBody, toTitle } from './deliveries.ts';
import type { Evidence, Stored } from './evidence.ts';
import type { Attempt } from '../world/post.ts';

const isTaken = ({ status }: Attempt): boolean => status === 200;

/** What was answered 200 is there as often as it was; what is there was posted, and is whole. */
function checkBody(attempts: readonly Attempt[], stored: readonly Stored[]): string[] {
  const [body = new Uint8Array()] = [...attempts, ...stored].map((one) => one.body);
  const good = attempts.filter((attempt) => attempt.isGood);
  const [taken, forged] = [good.filter(isTaken), attempts.filter((attempt) => !attempt.isGood && isTaken(attempt))];
  if (forged.length > 0)
    return [`I1: ${toTitle(body)} was answered 200, and Meta has not signed it, or not sent it whole`];
  if (stored.length < taken.length)
    return [
      `I1: ${toTitle(body)} was answered 200 ${taken.length} times, and is in the journal ${stored.length} times`,
    ];
  if (good.length === 0 && stored.length > 0)
    return [`I11: ${toTitle(body)} is in the journal, and nobody sent it like that`];
  if (stored.length > good.length) return [`I11: ${toTitle(body)} is in the journal more often than it was posted`];
  return [];
}

/** I1, I11: the journal holds, byte for byte, what was answered 200, and nothing that Meta did not post. */
export function judgeJournal({ attempts, stored }: Evidence): string[] {
  const posted = groupByBody(attempts);
  const kept = groupByBody(stored.filter(({ isReplay }) => !isReplay));
  const bodies = new Set([...posted.keys(), ...kept.keys()]);
  return [...bodies].flatMap((body) => checkBody(posted.get(body) ?? [], kept.get(body) ?? []));
}
