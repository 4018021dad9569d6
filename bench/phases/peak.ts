import { toPeakSection } from '../report/peak.ts';
import { onStage, startWharf } from '../wharf.ts';
import { type PeakRound, runPeakRound } from './peak-round.ts';
import { countFaults, type Phase, type Size } from './phase.ts';

const ROUNDS: Readonly<Record<Size, number>> = { quick: 2, full: 4, long: 6 };
const LOAD = { seconds: 30, numbers: 20, connections: 64 };

export const peak: Phase = {
  name: 'peak',
  sizes: ['full', 'long'],
  async run({ stage, size, nodeArgs, say }) {
    say('starting the whole program anew for the peak');
    const wharf = await startWharf({ ...onStage(stage, nodeArgs), name: 'peak', roles: 'all' });
    const rounds: PeakRound[] = [];
    for (let n = 0; n < ROUNDS[size]; n++) {
      const round = await runPeakRound({ stage, run: `peak-${n}`, ...LOAD }, wharf);
      const note = n === 0 ? ' (warms up, not counted)' : '';
      say(`peak, round ${n}: ${Math.round(round.perSecond)} events/s to the end${note}`);
      rounds.push(round);
    }
    await wharf.stop();
    return {
      sections: [toPeakSection(rounds.slice(1), LOAD.connections)],
      faults: countFaults(rounds.map(({ judgement }) => judgement)),
    };
  },
};
