import { CLASSES } from './classes.ts';

/**
 * Classes in which somebody is put off, or may be: what is handed over may be to that very person, and memory does not
 * know the lanes, 100,000 perhaps. So it goes by the table, where each row finds who is before it.
 */
export interface PutOffs {
  has(cls: number): boolean;
  add(cls: number): void;
  /** `ask` finds of which classes somebody is put off in the table; who is put off meanwhile counts, too. */
  look(ask: () => Promise<readonly number[]>): Promise<void>;
}

export function makePutOffs(): PutOffs {
  // Until the table was asked.
  let known: ReadonlySet<number> = new Set(CLASSES);
  /** Since the look that is under way, or the last one, began. */
  const recent = new Set<number>();
  return {
    has: (cls) => known.has(cls) || recent.has(cls),
    add: (cls) => void recent.add(cls),
    async look(ask) {
      known = new Set([...known, ...recent]);
      recent.clear();
      known = new Set(await ask());
    },
  };
}
