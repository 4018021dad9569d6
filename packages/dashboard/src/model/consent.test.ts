import { expect, test } from 'vitest';
import { toConsentLines, toConsentState } from './consent.ts';

test('every purpose has a line, also where nothing was said', () => {
  const lines = toConsentLines([
    { purpose: 'marketing', state: 'out', at: '2026-11-21T12:00:00.000Z', source: 'keyword' },
  ]);
  expect(lines.map(({ purpose, view }) => [purpose, view.label])).toEqual([
    ['marketing', 'Objected'],
    ['utility', 'Never asked'],
    ['authentication', 'Never asked'],
    ['service', 'Never asked'],
  ]);
});

test('taking an objection back is not an agreement', () => {
  expect(toConsentState('resume').tone).toBe('neutral');
  expect(toConsentState('in').tone).toBe('good');
});
