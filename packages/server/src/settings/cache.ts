import type { Clock, Database } from '#kit';
import type { PolicySettings } from './policy.ts';
import { readPolicy } from './store.ts';

/** The settings as they were a moment ago. */
export interface PolicyCache {
  /** Asks this database when they are not fresh: who holds a transaction must not wait for a second connection. */
  read(db: Database, workspaceId: string): Promise<PolicySettings>;
}

/** An edit takes effect everywhere within so long. */
const FRESH_MS = 1_000;

export function makePolicyCache(clock: Clock): PolicyCache {
  const known = new Map<string, { readonly at: number; readonly value: PolicySettings }>();
  return {
    async read(db, workspaceId) {
      const kept = known.get(workspaceId);
      if (kept && clock.elapsed() - kept.at < FRESH_MS) return kept.value;
      const at = clock.elapsed();
      const { value } = await readPolicy(db, workspaceId);
      known.set(workspaceId, { at, value });
      return value;
    },
  };
}
