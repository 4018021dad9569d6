import { expect, test } from 'vitest';
import { parseRange } from './range.ts';

test.each<[string | undefined, number, ReturnType<typeof parseRange>]>([
  [undefined, 10, null],
  ['', 10, null],
  ['bytes=0-0', 10, { from: 0, to: 0 }],
  ['bytes=2-5', 10, { from: 2, to: 5 }],
  ['bytes=5-', 10, { from: 5, to: 9 }],
  ['bytes=9-', 10, { from: 9, to: 9 }],
  ['bytes=10-', 10, 'none'],
  ['bytes=5-99', 10, { from: 5, to: 9 }],
  ['bytes=-3', 10, { from: 7, to: 9 }],
  ['bytes=-10', 10, { from: 0, to: 9 }],
  ['bytes=-11', 10, { from: 0, to: 9 }],
  ['bytes=-0', 10, 'none'],
  ['bytes=0-', 0, 'none'],
  ['bytes=-1', 0, 'none'],
  ['bytes=5-2', 10, null],
  ['bytes=0-1,4-5', 10, null],
  ['items=0-1', 10, null],
  ['bytes=-', 10, null],
  ['bytes=a-b', 10, null],
  [`bytes=0-${'9'.repeat(16)}`, 10, null],
])('%j of %d bytes is %j', (header, size, expected) => expect(parseRange(header, size)).toEqual(expected));
