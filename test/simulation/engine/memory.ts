import type { Statement, Value } from '../../../packages/server/src/kit/index.ts';

/**
 * What is asked again and again while nothing changes: four times a second, once a second. As one statement runs at a time,
 * only a statement can change the answer, and these are known.
 */
export interface Memory {
  /** The answer known from before, or a new one. */
  recall<T>(one: Statement, values: readonly Value[], ask: () => Promise<T>): Promise<T>;
  /** This statement is carried out. */
  note(name: string): void;
  forget(): void;
}

const REMEMBERED: Readonly<Record<string, RegExp>> = {
  journal_horizon: /^journal_append$/,
  channels_list: /^(channels_(?!list)|outbox_pause_channel)/,
  leases_ensure: /^never$/,
  // Takes what it finds: only nothing is the same again.
  reactions_claim_replayed: /^reactions_replay_task$/,
};

const isWorthIt = (name: string, answer: unknown): boolean =>
  name !== 'reactions_claim_replayed' || (Array.isArray(answer) && answer.length === 0);

export function makeMemory(): Memory {
  const known = new Map<string, Map<string, unknown>>();
  return {
    async recall<T>(one: Statement, values: readonly Value[], ask: () => Promise<T>): Promise<T> {
      if (REMEMBERED[one.name] === undefined) return ask();
      const key = JSON.stringify(values);
      if (known.get(one.name)?.has(key)) return known.get(one.name)?.get(key) as T;
      const answer = await ask();
      if (!isWorthIt(one.name, answer)) return answer;
      if (!known.has(one.name)) known.set(one.name, new Map());
      known.get(one.name)?.set(key, answer);
      return answer;
    },
    note(name) {
      for (const [remembered, changing] of Object.entries(REMEMBERED))
        if (changing.test(name)) known.delete(remembered);
    },
    forget: () => known.clear(),
  };
}
