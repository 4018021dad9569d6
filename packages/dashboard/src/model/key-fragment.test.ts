import { expect, test } from 'vitest';
import { parseKeyFragment } from './key-fragment.ts';

test.each([
  ['#key=wharf_abc', 'wharf_abc'],
  ['#key=a%2Fb', 'a/b'],
  ['#other=1&key=k', 'k'],
  ['#key=', null],
  ['#key=%20', null],
  ['', null],
  ['#section', null],
])('%s carries %s', (hash, key) => {
  expect(parseKeyFragment(hash)).toBe(key);
});
