import { type Directory, toLimits } from '../../packages/server/src/channels/index.ts';
import type { Database } from '../../packages/server/src/kit/index.ts';
import {
  type Claimed,
  decideOpening,
  joinFindings,
  type Judge,
  type Judged,
  takeOpenings,
  toBudgets,
} from '../../packages/server/src/outbox/index.ts';
import { makeJudge } from '../../packages/server/src/judge.ts';

export interface PolicyOptions {
  readonly db: Database;
  readonly directory: Directory;
  readonly countsTier: boolean;
}

/**
 * Meta counts whoever it takes for being outside the window, by its own clock: near the end of the window we count too.
 * `isWindowOpen`, which lets free-form messages try for 3 minutes longer, would miss these.
 */
const SURE_MS = 24 * 3_600_000 - 3 * 60_000;
const isSurelyOpen = (lastInboundAt: number | null, nowMs: number): boolean =>
  lastInboundAt !== null && lastInboundAt + SURE_MS > nowMs;

const isOpening = (item: Claimed, judged: Judged | undefined, nowMs: number): boolean =>
  judged?.verdict.verdict === 'allow' &&
  'type' in item.payload &&
  item.payload.type === 'template' &&
  !isSurelyOpen(item.lastInboundAt, nowMs);

/** The judge, and behind it the messaging limit: who is written to first counts. */
export function makePolicy({ db, directory, countsTier }: PolicyOptions): Judge {
  const judge = makeJudge({ directory });

  async function count(judged: Map<string, Judged>, items: readonly Claimed[], nowMs: number): Promise<void> {
    const channel = directory.get(items[0]?.channelId ?? '');
    if (!channel) return;
    for (const budget of toBudgets({ ...channel, tier: toLimits(channel).tier }, nowMs)) {
      const left = items.filter((item) => judged.get(item.id)?.verdict.verdict === 'allow');
      const people = left.map((item) => item.contactId ?? item.id);
      const opened = await takeOpenings(db, { budget, people, nowMs });
      for (const item of left) {
        const opening = opened.get(item.contactId ?? item.id);
        const before = judged.get(item.id);
        if (!opening || !before) continue;
        const reasons = [...before.verdict.reasons, decideOpening(budget, opening)];
        judged.set(item.id, { ...before, verdict: joinFindings(reasons) });
      }
    }
  }

  return async (items, nowMs) => {
    const judged = new Map(await judge(items, nowMs));
    const opening = items.filter((item) => isOpening(item, judged.get(item.id), nowMs));
    if (countsTier)
      for (const own of Map.groupBy(opening, (item) => item.channelId).values()) await count(judged, own, nowMs);
    return judged;
  };
}
