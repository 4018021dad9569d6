import { toSoakSection } from '../report/soak.ts';
import { toSustainedSection } from '../report/sustained.ts';
import { countFaults, type Phase, type Size } from './phase.ts';
import { runSustainedPhase, type SustainedRate } from './sustained.ts';

const SECONDS: Readonly<Record<Size, number>> = { quick: 60, full: 120, long: 600 };

/** Meta's worst case for one number, over ten: the replies of one would be paced down to Meta's default of 80 a second. */
export const sustained: Phase = {
  name: 'sustained',
  sizes: ['quick', 'full', 'long'],
  async run({ stage, size, minutes, nodeArgs, say }) {
    const rate: SustainedRate = {
      seconds: minutes === null ? SECONDS[size] : minutes * 60,
      messagesPerSecond: 300,
      statusesPerSecond: 3_000,
      connections: 128,
      numbers: 10,
    };
    const phase = await runSustainedPhase({ stage, nodeArgs, say, name: 'sustained', ...rate });
    return { sections: [toSustainedSection(phase, rate)], faults: countFaults([phase.judgement]) };
  },
};

const SOAK_MINUTES: Readonly<Record<Size, number>> = { quick: 2, full: 5, long: 30 };

/**
 * A third of the worst case: two million events in half an hour, more than most have in a day, on a machine that is not full, so that
 * what grows is Wharf's and not a queue's.
 */
export const soak: Phase = {
  name: 'soak',
  sizes: ['long'],
  async run({ stage, size, minutes, nodeArgs, say }) {
    const rate: SustainedRate = {
      seconds: (minutes ?? SOAK_MINUTES[size]) * 60,
      messagesPerSecond: 100,
      statusesPerSecond: 1_000,
      connections: 128,
      numbers: 10,
    };
    const phase = await runSustainedPhase({ stage, nodeArgs, say, name: 'soak', ...rate });
    return { sections: [toSoakSection(phase, rate)], faults: countFaults([phase.judgement]) };
  },
};
