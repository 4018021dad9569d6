/** A number in [0, 1). */
export type Random = () => number;

/** One step of splitmix32: spreads neighbouring seeds far apart. */
function scramble(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * A stream of 32-bit words (sfc32) that depends on nothing but its numbers. Every purpose draws from its own stream,
 * so that one more draw for a fault does not change the ids that follow.
 */
export function makeWords(...parts: readonly number[]): () => number {
  let a = 0x12345678;
  for (const part of parts) a = scramble(a ^ scramble(part | 0));
  let b = scramble(a);
  let c = scramble(b);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

export function makeRandom(...parts: readonly number[]): Random {
  const word = makeWords(...parts);
  return () => word() / 0x1_0000_0000;
}

/** An integer between `min` and `max`, both included. */
export const drawInteger = (random: Random, min: number, max: number): number =>
  min + Math.floor(random() * (max - min + 1));

/** Numbers of the streams, one a purpose. */
export const streams = { ids: 1, batch: 2, reorder: 3, post: 4, graph: 5, shape: 6 } as const;
