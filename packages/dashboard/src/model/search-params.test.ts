import { expect, test } from 'vitest';
import { parseEventSearch } from './search-params.ts';

test.each([
  [{}, {}],
  [
    { kind: 'message.received', state: 'done' },
    { kind: 'message.received', state: 'done' },
  ],
  [{ state: 'gone', kind: '' }, {}],
  [{ after: 123 }, { after: '123' }],
  [{ kind: ['a'], state: null, after: {} }, {}],
])('%j is read as %j', (search, expected) => {
  expect(parseEventSearch(search)).toEqual(expected);
});
