import type { Judgement } from '../judge.ts';
import type { Section } from '../report/table.ts';
import type { Stage } from '../stage.ts';

/** How much of everything: minutes for CI, the usual, or all there is. */
export type Size = 'quick' | 'full' | 'long';

/** What every phase gets. */
export interface PhaseSetup {
  readonly stage: Stage;
  readonly size: Size;
  /** Asked for by `--minutes`; null: what belongs to the size. */
  readonly minutes: number | null;
  /** Passed to Node for Wharf. */
  readonly nodeArgs: readonly string[];
  readonly say: (line: string) => void;
}

/** What every phase gives. */
export interface Outcome {
  readonly sections: readonly Section[];
  /** What must never be, at any speed: replies that are missing, doubled or out of order, acked events that are lost. */
  readonly faults: number;
}

export interface Phase {
  readonly name: string;
  /** Run with these sizes when nobody asks for it by name. */
  readonly sizes: readonly Size[];
  run(setup: PhaseSetup): Promise<Outcome>;
}

export const countFaults = (all: readonly Pick<Judgement, 'missing' | 'doubled' | 'disordered'>[]): number =>
  all.reduce((sum, { missing, doubled, disordered }) => sum + missing + doubled + disordered, 0);
