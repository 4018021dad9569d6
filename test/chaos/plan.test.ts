import { describe, expect, test } from 'vitest';
import { FAULTS, FORMS, isOf, KINDS } from './kinds.ts';
import { parseOptions } from './options.ts';
import { makePlan } from './plan.ts';

describe('the plan of faults', () => {
  test.each(FORMS)('of %s repeats with its seed, and another seed plans another one', (form) => {
    const plan = makePlan({ seed: 7, form, only: [], count: 30 });
    expect(makePlan({ seed: 7, form, only: [], count: 30 })).toEqual(plan);
    expect(makePlan({ seed: 8, form, only: [], count: 30 })).not.toEqual(plan);
  });

  test.each(FORMS)(
    'of %s has every kind once before one comes twice, and nothing that this form cannot meet',
    (form) => {
      const own = KINDS.filter((kind) => isOf(kind, form));
      const plan = makePlan({ seed: 7, form, only: [], count: 2 * own.length });
      for (const round of [plan.slice(0, own.length), plan.slice(own.length)])
        expect(round.map(({ kind }) => kind).toSorted()).toEqual(own.toSorted());
    },
  );

  test('keeps to what was asked for, and to how long a kind lasts', () => {
    const plan = makePlan({ seed: 7, form: 'whole', only: ['disk-full'], count: 20 });
    expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(['disk-full']));
    const [least, most] = FAULTS['disk-full'].lastsMs;
    for (const { lastsMs } of plan) {
      expect(lastsMs).toBeGreaterThanOrEqual(least);
      expect(lastsMs).toBeLessThanOrEqual(most);
    }
    expect(makePlan({ seed: 7, form: 'whole', only: ['db-cut'], count: 20 })).toEqual([]);
  });
});

describe('the options', () => {
  const parse = (...args: string[]) => parseOptions(args, () => 42);

  test('default to ten minutes of all faults in both forms, with a seed drawn', () => {
    expect(parse()).toMatchObject({ seed: 42, minutes: 10, forms: ['whole', 'split'], only: [] });
    expect(parse('--seed', '7', '--only', 'kill-node,db-cut', '--form', 'split', '--minutes', '2')).toMatchObject({
      seed: 7,
      minutes: 2,
      forms: ['split'],
      only: ['kill-node', 'db-cut'],
    });
    expect(parse('--quick').minutes).toBeLessThan(1.5);
  });

  test.each([
    [['--only', 'kill-nod'], /--only knows kill-node, /],
    [['--minutes', 'ten'], /--minutes takes a number from 0.2 to 1440, not ten/],
    [['--form', 'third'], /--form knows whole, split; not third/],
    [['--what'], /--what/],
  ])('%j is refused with a way out', (args, words) => {
    expect(() => parse(...args)).toThrow(words);
  });
});
