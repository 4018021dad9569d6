import { describe, expect, test } from 'vitest';
import { findWaId, toOtherSpelling } from './wa-id.ts';

describe('one line with two numbers', () => {
  test.each([
    ['a mobile of Brazil, with the ninth digit', '5551999990000', '555199990000'],
    ['… without it', '555199990000', '5551999990000'],
    ['… a landline has none', '555133330000', null],
    ['a number of Mexico, with the 1', '5215512345678', '525512345678'],
    ['… without it', '525512345678', '5215512345678'],
    ['a mobile of Argentina, with the 9', '5491123456789', '541123456789'],
    ['… without it', '541123456789', '5491123456789'],
    ['a number of Germany', '491700000001', null],
    ['a number of the United States that begins like one of Brazil', '15551234567', null],
  ])('%s', (_name, digits, other) => {
    expect(toOtherSpelling(digits)).toBe(other);
    expect(toOtherSpelling(other ?? '')).toBe(other === null ? null : digits);
  });
});

describe('WhatsApp’s spelling', () => {
  const [long, short] = ['5551999990000', '555199990000'];
  const known = (...values: string[]) => ({
    rows: async <T extends object>() => values.map((value) => ({ value })) as unknown as T[],
    run: async () => 0,
  });
  test.each([
    ['is the one that somebody wrote from', known(short), short],
    ['is the caller’s, where that one did', known(short, long), long],
    ['is the caller’s, where nobody did', known(), long],
    [
      'is the caller’s, where the database is away',
      { ...known(), rows: () => Promise.reject(new Error('away')) },
      long,
    ],
  ])('%s', async (_name, db, expected) => {
    expect(await findWaId(db, 'main', long)).toBe(expected);
  });
});
