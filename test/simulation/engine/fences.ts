import { type Database, type Statement, statement, type Value } from '../../../packages/server/src/kit/index.ts';

/** The leases that a transaction says it depends on. */
export interface FenceWatch {
  readonly process: string;
  readonly leases: Map<string, number>;
}

const EPOCHS = statement('sim_epochs', 'select name, epoch from leases where name = any($1)');

/** Whatever the fence itself may do with it. */
export function noteFence({ leases }: FenceWatch, one: Statement, values: readonly Value[]): void {
  if (one.name !== 'leases_fence') return;
  const [names, epochs] = values as readonly [readonly string[], readonly number[]];
  for (const [n, name] of names.entries()) leases.set(name, epochs[n] ?? 0);
}

/** Asked at the last moment before a commit: what is wrong with it. */
export async function findStale(tx: Database, { process, leases }: FenceWatch): Promise<string[]> {
  if (leases.size === 0) return [];
  const held = await tx.rows<{ name: string; epoch: number }>(EPOCHS, [[...leases.keys()]]);
  const stale = held.filter(({ name, epoch }) => leases.get(name) !== epoch);
  return stale.map(
    ({ name, epoch }) => `I9: ${process} commits under epoch ${leases.get(name)} of ${name}, it is at ${epoch}`,
  );
}
