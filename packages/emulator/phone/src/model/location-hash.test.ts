import { describe, expect, test } from 'vitest';
import { parseHash, toHash } from './location-hash.ts';

describe('the hash names who is on screen', () => {
  test.each([
    ['#person=p1', { personId: 'p1', numberId: null }],
    ['#person=p1&number=106', { personId: 'p1', numberId: '106' }],
    ['#person=a%26b', { personId: 'a&b', numberId: null }],
    ['', { personId: null, numberId: null }],
    ['#', { personId: null, numberId: null }],
    ['#person=', { personId: null, numberId: null }],
    ['#whatever', { personId: null, numberId: null }],
  ])('%s is read', (hash, place) => {
    expect(parseHash(hash)).toEqual(place);
  });

  test('what was written is read back, also with odd characters', () => {
    const place = { personId: 'US.134=&#é', numberId: '10 6' };
    expect(parseHash(toHash(place))).toEqual(place);
  });

  test('nobody on screen leaves no hash, even with a number', () => {
    expect(toHash({ personId: null, numberId: '106' })).toBe('');
  });
});
