import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRung, joinRungs, RANK, type Rung } from './lattice.ts';

const rung = fc.constantFrom(...(Object.keys(RANK) as Rung[]));

describe('the lattice of delivery states', () => {
  test('joining does not care for the order', () => {
    fc.assert(
      fc.property(rung, rung, (a, b) => {
        expect(joinRungs(a, b)).toBe(joinRungs(b, a));
      }),
    );
  });

  test('joining does not care for how it is split over batches', () => {
    fc.assert(
      fc.property(rung, rung, rung, (a, b, c) => {
        expect(joinRungs(joinRungs(a, b), c)).toBe(joinRungs(a, joinRungs(b, c)));
      }),
    );
  });

  test('joining the same again changes nothing', () => {
    fc.assert(
      fc.property(rung, rung, (a, b) => {
        expect([joinRungs(a, a), joinRungs(joinRungs(a, b), b)]).toEqual([a, joinRungs(a, b)]);
      }),
    );
  });

  test('a join is never below what was joined', () => {
    fc.assert(
      fc.property(rung, rung, (a, b) => {
        expect(RANK[joinRungs(a, b)]).toBe(Math.max(RANK[a], RANK[b]));
      }),
    );
  });

  test('every rung has a rank of its own, and failed is outdone only by a delivery', () => {
    expect(new Set(Object.values(RANK)).size).toBe(Object.keys(RANK).length);
    expect(
      ['accepted', 'sent', 'delivered', 'read', 'played'].map((word) => joinRungs(word as Rung, 'failed')),
    ).toEqual(['failed', 'failed', 'delivered', 'read', 'played']);
  });

  test.each(['deleted', 'warning', 'DELIVERED', '', '__proto__', 'constructor', 'toString'])(
    '%j is no rung',
    (word) => {
      expect(isRung(word)).toBe(false);
    },
  );
});
