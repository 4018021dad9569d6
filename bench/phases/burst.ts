import { toBurstSection } from '../report/burst.ts';
import { countFaults, type Phase, type Size } from './phase.ts';
import { runSustainedPhase, type SustainedRate } from './sustained.ts';

/** Seconds before, of the surge and after it. */
export interface BurstPlan {
  readonly beforeS: number;
  readonly surgeS: number;
  readonly times: number;
  readonly afterS: number;
}

const PLANS: Readonly<Record<Size, BurstPlan>> = {
  quick: { beforeS: 5, surgeS: 5, times: 10, afterS: 15 },
  full: { beforeS: 10, surgeS: 5, times: 10, afterS: 30 },
  long: { beforeS: 20, surgeS: 5, times: 10, afterS: 60 },
};

/** The even schedule's surge: as many seconds of it as are offered at once. */
function toRate({ beforeS, surgeS, times, afterS }: BurstPlan): SustainedRate {
  const evenS = surgeS * times;
  return {
    seconds: beforeS + evenS + afterS,
    messagesPerSecond: 300,
    statusesPerSecond: 3_000,
    // A sender with few connections would wait instead of pressing.
    connections: 512,
    numbers: 20,
    surge: { fromMs: beforeS * 1000, toMs: (beforeS + evenS) * 1000, times },
  };
}

export const burst: Phase = {
  name: 'burst',
  sizes: ['full', 'long'],
  async run({ stage, size, nodeArgs, say }) {
    const plan = PLANS[size];
    const phase = await runSustainedPhase({ stage, nodeArgs, say, name: 'burst', ...toRate(plan) });
    return { sections: [toBurstSection(phase, plan)], faults: countFaults([phase.judgement]) };
  },
};
