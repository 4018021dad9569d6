/**
 * The states a sent message goes through, as a lattice: joining two facts takes the higher, so statuses may come in
 * any order and any number of times. `failed` sits between sent and delivered: a later delivery is stronger evidence.
 */
export const RANK = { pending: 0, accepted: 1, sent: 2, failed: 3, delivered: 4, read: 5, played: 6 } as const;

export type Rung = keyof typeof RANK;

export const isRung = (word: string): word is Rung => Object.hasOwn(RANK, word);

/** The higher of two rungs. */
export const joinRungs = (a: Rung, b: Rung): Rung => (RANK[a] >= RANK[b] ? a : b);
