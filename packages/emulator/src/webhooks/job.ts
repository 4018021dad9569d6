import type { Faults } from '../contract.ts';
import type { Random } from '../seed.ts';
import type { Update } from './update.ts';

/** One POST on its way: bytes that never change, and what is still to go wrong with it. */
export interface Job {
  readonly body: Buffer;
  readonly updates: readonly Update[];
  /** How much of the pending count this job holds. A copy holds one for itself. */
  readonly units: number;
  readonly firstAt: number;
  readonly random: Random;
  attempts: number;
  forge: boolean;
  drop: boolean;
}

export interface Fate {
  readonly drop: boolean;
  readonly forge: boolean;
  readonly delayMs: number;
  /** Null: no second copy. */
  readonly copyAfterMs: number | null;
}

/** Draws always in the same number and order, so that one probability does not shift the others' draws. */
export function drawFate(faults: Faults, random: Random): Fate {
  const hits = (probability: number): boolean => random() < probability;
  const drop = hits(faults.drop);
  const forge = hits(faults.badSignature);
  const isDelayed = hits(faults.delay);
  const delayMs = Math.round(random() * faults.maxDelayMs);
  const isCopied = hits(faults.duplicate);
  const copyAfterMs = Math.round(random() * faults.maxDelayMs);
  return { drop, forge, delayMs: isDelayed ? delayMs : 0, copyAfterMs: isCopied ? copyAfterMs : null };
}
