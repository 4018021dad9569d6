import { expect, test } from 'vitest';
import { toNoteRows } from './note-rows.ts';

test.each([
  [
    { emoji: '👍', score: 2, tags: ['a'], who: null },
    [
      ['emoji', '👍'],
      ['score', '2'],
      ['tags', '["a"]'],
      ['who', 'null'],
    ],
  ],
  ['plain', [['Value', 'plain']]],
  [[1, 2], [['Value', '[1,2]']]],
  [0, [['Value', '0']]],
  [null, []],
  [undefined, []],
])('a note of %j becomes rows', (data, rows) => {
  expect(toNoteRows(data)).toEqual(rows);
});
