import { expect, test } from 'vitest';
import { parseMessageSearch } from './message-search.ts';
import { parseAlertSearch, parseEventSearch } from './search-params.ts';

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

test('alerts are those that are open, unless the address asks for all', () => {
  expect([{}, { show: 'all', after: 7 }, { show: 'none' }].map(parseAlertSearch)).toEqual([
    {},
    { show: 'all', after: '7' },
    {},
  ]);
});

test.each([
  [{}, {}],
  [
    { state: 'blocked', since: '1d', channel: 'chn_1', after: 'x' },
    { state: 'blocked', since: '1d', channel: 'chn_1', after: 'x' },
  ],
  [{ state: 'received', since: '7d', type: 5 }, { type: '5' }],
  [{ state: 'gone', since: 'toString' }, {}],
])('of outgoing messages %j is read as %j', (search, expected) => {
  expect(parseMessageSearch(search)).toEqual(expected);
});
