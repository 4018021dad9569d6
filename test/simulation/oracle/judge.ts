import { judgeEffects } from './effects.ts';
import type { Evidence } from './evidence.ts';
import { judgeHistory } from './history.ts';
import { judgeJournal } from './journal.ts';
import { judgePace } from './pace.ts';
import { judgeQuarantine } from './quarantine.ts';
import { judgeRetention } from './retention.ts';
import { judgeSending } from './sending.ts';

/** Everything that is wrong with how a world ended. I4 and I9 are noted while it runs. */
export const judgeWorld = (evidence: Evidence): string[] => [
  ...judgeJournal(evidence),
  ...judgeEffects(evidence),
  ...judgeHistory(evidence),
  ...judgeQuarantine(evidence),
  ...judgeRetention(evidence),
  ...judgeSending(evidence),
  ...judgePace(evidence),
  ...evidence.crimes,
];
