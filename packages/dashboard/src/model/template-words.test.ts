import { expect, test } from 'vitest';
import { toChangeView } from './template-change.ts';
import { parseTemplateSearch } from './template-search.ts';
import { toLanguageName, toQuality, toTemplateStatus, toWords } from './template-state.ts';

test.each([
  ['APPROVED', 'Approved', 'good'],
  ['PAUSED', 'Paused', 'bad'],
  ['SOMETHING_NEW', 'Something new', 'neutral'],
  ['constructor', 'Constructor', 'neutral'],
  [null, 'Not read yet', 'neutral'],
])('the status %s is shown as %s', (status, label, tone) => {
  expect(toTemplateStatus(status)).toMatchObject({ label, tone });
});

test('a quality that nobody has rated is not shown', () => {
  expect(['GREEN', 'UNKNOWN', 'toString', null].map((word) => toQuality(word)?.label ?? null)).toEqual([
    'High quality',
    null,
    null,
    null,
  ]);
});

test.each([
  ['pt_BR', 'Brazilian Portuguese'],
  ['ar', 'Arabic'],
  ['not a code', 'not a code'],
])('the language %s is called %s', (code, name) => {
  expect(toLanguageName(code)).toBe(name);
});

test.each([
  [
    { field: 'status', from: 'PENDING', to: 'REJECTED', reason: 'INVALID_FORMAT' },
    'Status: Rejected (was In review)',
    false,
  ],
  [{ field: 'status', from: null, to: 'APPROVED', reason: null }, 'Status: Approved', true],
  [{ field: 'quality', from: 'UNKNOWN', to: 'YELLOW', reason: null }, 'Quality: Medium (was Not rated)', null],
  [
    { field: 'upcoming_category', from: 'MARKETING', to: null, reason: null },
    'Announced category: taken back (was Marketing)',
    null,
  ],
  [{ field: 'components', from: [], to: [{}], reason: null }, 'Content changed', null],
  [{ field: 'something', from: null, to: 'x', reason: null }, 'Something: x', null],
])('a change of %j is told', (change, title, ok) => {
  expect(toChangeView(change)).toEqual({ title, detail: change.reason, ok });
});

test('filters of the address are words, also where they are digits', () => {
  expect(parseTemplateSearch({ status: 'PAUSED', account: 102, name: '', other: 'x', after: ['y'] })).toEqual({
    status: 'PAUSED',
    account: '102',
  });
  expect(toWords('IN_APPEAL')).toBe('In appeal');
});
