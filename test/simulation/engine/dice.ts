import { makeChance } from '../../support/chance.ts';

/** Draws from one stream of a seed: every purpose has its own, so that one more draw here moves nothing there. */
export interface Dice {
  /** True with this probability. */
  hits(probability: number): boolean;
  /** Both ends included. */
  int(min: number, max: number): number;
  pick<T>(from: readonly T[]): T;
}

function toWord(text: string): number {
  let word = 2_166_136_261;
  for (const char of text) word = Math.imul(word ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return word >>> 0;
}

export function makeDice(seed: number, purpose: string): Dice {
  const chance = makeChance(Math.imul(seed, 2_654_435_761) ^ toWord(purpose));
  const int = (min: number, max: number): number => min + Math.floor(chance() * (max - min + 1));
  return {
    hits: (probability) => chance() < probability,
    int,
    pick<T>(from: readonly T[]): T {
      const found = from[int(0, from.length - 1)];
      if (found === undefined) throw new Error('there is nothing to pick from');
      return found;
    },
  };
}
