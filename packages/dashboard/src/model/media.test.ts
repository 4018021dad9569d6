import { expect, test } from 'vitest';
import type { Media } from '../api/types.ts';
import { canFetch, decideShow, type MediaShow, toGoneWords, toMediaWord, toSize } from './media.ts';

test.each<[Media['state'], string | null, string | null, MediaShow]>([
  ['stored', 'image/jpeg', '/m', 'picture'],
  ['stored', 'image/svg+xml', '/m', 'file'],
  ['stored', 'video/mp4', '/m', 'video'],
  ['stored', 'audio/ogg', '/m', 'audio'],
  ['stored', 'application/pdf', '/m', 'file'],
  ['stored', 'text/html', '/m', 'file'],
  ['stored', null, '/m', 'file'],
  ['stored', 'image/jpeg', null, 'gone'],
  ['referenced', null, null, 'waiting'],
  ['lost', null, null, 'gone'],
  ['corrupt', 'image/png', null, 'gone'],
  ['deleted', null, null, 'gone'],
])('a file that is %s, %s at %s is shown as %s', (state, type, url, show) => {
  expect(decideShow({ state, type, url })).toBe(show);
});

test('what is lost says why and can be asked for again; what was deleted or uploaded cannot', () => {
  expect(toGoneWords({ state: 'lost', reason: null })).toBe('It could not be fetched.');
  expect(toGoneWords({ state: 'lost', reason: 'Meta keeps it for 30 days.' })).toBe('Meta keeps it for 30 days.');
  expect(canFetch({ state: 'lost', messageId: 'm' })).toBe(true);
  expect(canFetch({ state: 'deleted', messageId: 'm' })).toBe(false);
  expect(canFetch({ state: 'lost', messageId: null })).toBe(false);
  expect(['image', 'ptt', 'toString'].map(toMediaWord)).toEqual(['Photo', 'File', 'File']);
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [16_400, '16 kB'],
  [3_440_000, '3.4 MB'],
  [5_000_000_000_000, '5000 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(toSize(bytes)).toBe(words);
});
