import { expect, test } from 'vitest';
import { isGraphPath, parseAddress } from './address.ts';

test.each([
  ['/graph/v26.0/106/messages', { kind: 'messages', numberId: '106' }],
  ['/graph/106/messages', { kind: 'messages', numberId: '106' }],
  ['/graph//v26.0//106//messages/', { kind: 'messages', numberId: '106' }],
  ['/graph/v26.0/106/media', { kind: 'upload', numberId: '106' }],
  ['/graph/v3/med_1', { kind: 'node', id: 'med_1' }],
  ['/graph/1%2F2', { kind: 'node', id: '1/2' }],
  ['/graph/v26.0/106/messages/more', { kind: 'other' }],
  ['/graph/v26.0/106/templates', { kind: 'other' }],
  ['/graph/v26.0', { kind: 'other' }],
  ['/graph', { kind: 'other' }],
  ['/graph/%ff', { kind: 'other' }],
])('%s', (path, address) => {
  expect(parseAddress(path)).toEqual(address);
});

test.each([
  ['/graph', true],
  ['/graph/', true],
  ['/graph/1', true],
  ['/graphs', false],
  ['/api/graph', false],
  ['/', false],
])('%s is one of ours: %s', (path, isOurs) => {
  expect(isGraphPath(path)).toBe(isOurs);
});
