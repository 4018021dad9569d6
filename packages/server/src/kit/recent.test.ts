import { describe, expect, test } from 'vitest';
import { makeRecent } from './recent.ts';

describe('makeRecent', () => {
  test('remembers up to its weight, the oldest leaves first', () => {
    const recent = makeRecent<number>(10);
    for (const n of [1, 2, 3]) recent.keep(`k${n}`, n, 4);
    expect(['k1', 'k2', 'k3'].map((key) => recent.get(key))).toEqual([undefined, 2, 3]);
  });

  test('what weighs more than everything is not remembered', () => {
    const recent = makeRecent<number>(10);
    recent.keep('small', 1, 1);
    recent.keep('huge', 2, 11);
    expect(recent.get('huge')).toBeUndefined();
    recent.keep('next', 3, 10);
    expect(recent.get('next')).toBe(3);
  });

  test('keeping a key again replaces it: it weighs once and is the newest', () => {
    const recent = makeRecent<number>(10);
    for (let n = 0; n < 100; n++) recent.keep('same', n, 5);
    recent.keep('other', 1, 5);
    expect([recent.get('same'), recent.get('other')]).toEqual([99, 1]);
    recent.keep('same', 100, 5);
    recent.keep('third', 2, 5);
    expect([recent.get('same'), recent.get('other'), recent.get('third')]).toEqual([100, undefined, 2]);
  });
});
