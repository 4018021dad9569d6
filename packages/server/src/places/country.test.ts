import { describe, expect, test } from 'vitest';
import { type CountryQuestion, decideCountry } from './country.ts';
import { COUNTRY_RULES } from './country-rules.ts';
import { placeOf } from './place.ts';

const US = { phone: '12125551234' };

describe('decideCountry', () => {
  test.each<[string, Parameters<typeof placeOf>[0], CountryQuestion, boolean, RegExp]>([
    [
      'marketing to a US number',
      US,
      { category: 'marketing' },
      false,
      /United States.*since 2025-04-01.*another way.*us-marketing/,
    ],
    ['… switched off', US, { category: 'marketing', off: new Set(['us-marketing']) }, true, /^$/],
    ['a notice to a US number', US, { category: 'utility' }, true, /^$/],
    ['marketing to Canada, also +1', { phone: '14165551234' }, { category: 'marketing' }, true, /^$/],
    [
      'marketing to a US user id: only a hint',
      { bsuid: 'US.1' },
      { category: 'marketing' },
      true,
      /United States.*it may fail/,
    ],
    [
      'a German with a user id of the US',
      { phone: '491701234567', bsuid: 'US.1' },
      { category: 'marketing' },
      true,
      /limit.*not active/,
    ],
    [
      'a US number with its own zone',
      { ...US, timeZone: 'Europe/Berlin' },
      { category: 'marketing' },
      false,
      /United States/,
    ],
    ['anything to Cuba', { phone: '5351234567' }, { category: 'service' }, false, /Cuba.*cu-all/],
    ['anything to Iran', { phone: '989121234567' }, { category: 'authentication' }, false, /Iran/],
    ['a notice to Ukraine', { phone: '380501234567' }, { category: 'utility' }, true, /Crimea/],
    ['Türkiye, allowed since 2024', { phone: '905301234567' }, { category: 'marketing' }, true, /^$/],
    ['nobody knows where', {}, { category: 'marketing' }, true, /^$/],
    ['no rules at all', US, { category: 'marketing', rules: [] }, true, /^$/],
  ])('%s', (...[, whereabouts, question, ok, words]) => {
    const decided = decideCountry(placeOf(whereabouts), question);
    expect(decided.ok).toBe(ok);
    expect(decided.ok ? decided.notes.join() : decided.reason).toMatch(words);
  });
});

describe('the rules', () => {
  test('have ids of their own, real countries, days and a source', () => {
    expect(new Set(COUNTRY_RULES.map((rule) => rule.id)).size).toBe(COUNTRY_RULES.length);
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    for (const rule of COUNTRY_RULES) {
      expect(names.of(rule.country), rule.id).toBeDefined();
      expect(rule.source).toMatch(/^Meta, /);
      expect(rule.since ?? '2025-04-01').toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    }
  });
});
