import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeId, makeUuid, toDerivedId, toDigestUuid, toHash32, toOrderedId } from './ids.ts';

const time = fc.integer({ min: 0, max: 2 ** 45 });

describe('ids', () => {
  test('a derived id is the same for the same parts, in this version and every later one', () => {
    expect(toDerivedId('msg', 1_795_000_000_000, 'main', 'm:meta:1:wamid.A', 'handlers', 0)).toBe(
      'msg_01m7q5cqg0enb84f1spa8btcby',
    );
  });

  test.each([
    [['a', 'b'], ['ab']],
    [['a', 'b'], ['a,b']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['1'], [1]],
    [['a', ''], ['a']],
  ])('parts %j and %j make two ids', (one, other) => {
    expect(toDerivedId('x', 0, ...one)).not.toBe(toDerivedId('x', 0, ...other));
  });

  test('ids sort by time, whatever their random part is', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a !== b);
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        expect(makeId('msg', early) < makeId('msg', late)).toBe(true);
        expect(toDerivedId('msg', early, 'z') < toDerivedId('msg', late, 'a')).toBe(true);
        expect(makeUuid(early) < makeUuid(late)).toBe(true);
      }),
    );
  });

  test('20,000 ids of one millisecond are all different', () => {
    expect(new Set(Array.from({ length: 20_000 }, () => makeId('msg', 1))).size).toBe(20_000);
    expect(new Set(Array.from({ length: 20_000 }, () => makeUuid(1))).size).toBe(20_000);
  });

  test('an ordered id sorts by time, and by its order where the time is the same', () => {
    const order = fc.integer({ min: 0, max: 2 ** 50 - 1 });
    fc.assert(
      fc.property(time, order, order, (at, a, b) => {
        fc.pre(a !== b);
        expect(toOrderedId('msg', at, Math.min(a, b)) < toOrderedId('msg', at, Math.max(a, b))).toBe(true);
        expect(toOrderedId('msg', at, a) < toOrderedId('msg', at + 1, b)).toBe(true);
      }),
    );
  });

  test('an id is 26 characters that cannot be taken for each other', () => {
    expect(makeId('con', Date.UTC(2026, 0))).toMatch(/^con_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  test('a uuid says version 7 and variant 10, and carries its time', () => {
    fc.assert(
      fc.property(time, (at) => {
        const uuid = makeUuid(at);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
      }),
    );
  });

  test('a digest is a uuid of the text and of nothing else', () => {
    expect(toDigestUuid('main\nm:1')).toBe(toDigestUuid('main\nm:1'));
    expect(toDigestUuid('main\nm:1')).not.toBe(toDigestUuid('other\nm:1'));
    expect(toDigestUuid('')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('the lane hash is FNV-1a: shards must never move', () => {
    expect([toHash32(''), toHash32('a'), toHash32('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
});
