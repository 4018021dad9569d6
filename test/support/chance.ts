/** Mulberry32: a repeatable stream of numbers in [0, 1). The same seed gives the same stream everywhere. */
export function makeChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed that a failing run prints; WHARF_TEST_SEED repeats it. */
export const toSeed = (): number => Number(process.env['WHARF_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
