import { describe, expect, test } from 'vitest';
import { decideConsent } from './decide.ts';
import { decideFrequency } from './frequency.ts';
import type { Consent, ConsentView } from './store.ts';
import { type Purpose, PURPOSES } from './words.ts';

const AT = Date.UTC(2026, 10, 20, 9);
const is = (state: Consent['state'], source: Consent['source'] = 'keyword'): Consent => ({ state, at: AT, source });

describe('decideConsent', () => {
  test.each<[string, ConsentView, Purpose, readonly Purpose[], boolean, RegExp]>([
    [
      'an opt-out',
      { marketing: is('out') },
      'marketing',
      [],
      false,
      /wants no marketing messages \(on 2026-11-20, by a message.*START/,
    ],
    [
      'an opt-out by Meta’s switch',
      { marketing: is('out', 'meta_preference') },
      'marketing',
      ['marketing'],
      false,
      /own settings of this chat\)\. Only the person can change that, in WhatsApp/,
    ],
    [
      'an opt-in',
      { marketing: is('in', 'api') },
      'marketing',
      ['marketing'],
      true,
      /agreed to marketing messages \(on 2026-11-20, as recorded/,
    ],
    [
      'silence where an opt-in is needed',
      {},
      'marketing',
      ['marketing'],
      false,
      /No opt-in to marketing.*POST \/api\/v1\/consents/,
    ],
    ['silence where none is', {}, 'utility', ['marketing'], true, /has not objected to utility/],
    [
      'an answer withdrawn, needed',
      { marketing: is('unknown', 'api') },
      'marketing',
      ['marketing'],
      false,
      /No opt-in/,
    ],
    ['an answer withdrawn, not needed', { marketing: is('unknown', 'api') }, 'marketing', [], true, /not objected/],
    [
      'a reply to a person who stopped marketing',
      { marketing: is('out'), utility: is('out') },
      'service',
      [],
      true,
      /not objected to service/,
    ],
    [
      'a code for a person who stopped everything',
      { marketing: is('out'), utility: is('out') },
      'authentication',
      [],
      true,
      /not objected/,
    ],
    ['a notice to a person who stopped marketing only', { marketing: is('out') }, 'utility', [], true, /not objected/],
    [
      'a reply to a person who wants none at all',
      { service: is('out', 'api') },
      'service',
      [],
      false,
      /wants no service/,
    ],
  ])('%s', (...[, view, purpose, requireOptIn, ok, words]) => {
    const decided = decideConsent(view, { purpose, requireOptIn });
    expect(decided.ok).toBe(ok);
    expect(decided.ok ? decided.note : decided.reason).toMatch(words);
  });

  test('every refusal says the way out', () => {
    for (const purpose of PURPOSES) {
      for (const view of [{ [purpose]: is('out') }, {}]) {
        const decided = decideConsent(view, { purpose, requireOptIn: PURPOSES });
        expect(decided.ok ? '' : decided.reason).toMatch(/POST \/api\/v1\/consents/);
      }
    }
  });
});

describe('decideFrequency', () => {
  const HOUR = 3_600_000;
  const view = { cap: 2, windowMs: 24 * HOUR };
  test('one below the cap may go, at the cap it waits until the first leaves the window', () => {
    expect(decideFrequency({ ...view, count: 1, oldestAt: AT }, AT)).toEqual({ ok: true });
    expect(decideFrequency({ ...view, count: 2, oldestAt: AT - 23 * HOUR }, AT)).toEqual({
      ok: false,
      until: AT + HOUR,
    });
  });
  test('never waits until the past, and a cap of none waits a whole window', () => {
    expect(decideFrequency({ ...view, count: 9, oldestAt: AT - 30 * HOUR }, AT)).toEqual({ ok: false, until: AT + 1 });
    expect(decideFrequency({ ...view, cap: 0, count: 0, oldestAt: null }, AT)).toEqual({
      ok: false,
      until: AT + 24 * HOUR,
    });
  });
});
