import { makeChance } from '../support/chance.ts';
import { FAULTS, FORMS, type FormName, isOf, type Kind, KINDS } from './kinds.ts';

/** One fault to come. */
export interface Planned {
  readonly kind: Kind;
  /** Pause since the one before was over: since Wharf answered again, or, when it `overlaps`, since that fault ended. */
  readonly gapMs: number;
  readonly overlaps: boolean;
  readonly lastsMs: number;
  /** In [0, 1): which of several processes it meets. */
  readonly whom: number;
}

const CALM_MS = [300, 4_000] as const;
/** Into the recovery from the one before. */
const OVERLAP_MS = [20, 1_200] as const;
const OVERLAPPING = 0.2;

const between = (chance: () => number, [from, to]: readonly [number, number]): number =>
  Math.round(from + chance() * (to - from));

function shuffle<T>(chance: () => number, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, at: chance() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function planOne(chance: () => number, kind: Kind, isFirst: boolean): Planned {
  const overlaps = chance() < OVERLAPPING && !isFirst;
  const gapMs = between(chance, overlaps ? OVERLAP_MS : CALM_MS);
  return { kind, overlaps, gapMs, lastsMs: between(chance, FAULTS[kind].lastsMs), whom: chance() };
}

export interface PlanOptions {
  readonly seed: number;
  readonly form: FormName;
  /** Empty: all that this form can meet. */
  readonly only: readonly Kind[];
  readonly count: number;
}

/** The same seed plans the same faults in the same order; every kind comes once before one comes twice. */
export function makePlan({ seed, form, only, count }: PlanOptions): Planned[] {
  const chance = makeChance(seed * 31 + FORMS.indexOf(form));
  const kinds = KINDS.filter((kind) => isOf(kind, form) && (only.length === 0 || only.includes(kind)));
  if (kinds.length === 0) return [];
  const plan: Planned[] = [];
  while (plan.length < count)
    for (const kind of shuffle(chance, kinds)) plan.push(planOne(chance, kind, plan.length === 0));
  return plan.slice(0, count);
}
