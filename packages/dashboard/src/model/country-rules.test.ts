import { expect, test } from 'vitest';
import type { PolicyAnswer } from '../api/types.ts';
import { toggleRule, toRuleGroups } from './country-rules.ts';

const rule = (id: string, effect: 'deny' | 'note', reason: string): PolicyAnswer['countryRules'][number] => ({
  id,
  country: id.toUpperCase(),
  category: 'marketing',
  effect,
  reason,
  since: null,
  source: 'Meta',
});
const rules = [rule('at', 'note', 'no cap'), rule('us', 'deny', 'not sent'), rule('de', 'note', 'no cap')];

test('rules that say the same stand together, those that refuse first', () => {
  expect(toRuleGroups(rules).map((group) => [group.reason, group.rules.map(({ id }) => id)])).toEqual([
    ['not sent', ['us']],
    ['no cap', ['at', 'de']],
  ]);
});

test('a rule that is switched off and on again changes nothing', () => {
  const off = toggleRule(rules, ['de'], { id: 'at', isOn: false });
  expect(off).toEqual(['at', 'de']);
  expect(toggleRule(rules, off, { id: 'at', isOn: true })).toEqual(['de']);
});
