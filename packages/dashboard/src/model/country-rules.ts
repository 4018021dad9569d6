import type { PolicyAnswer } from '../api/types.ts';

type Rule = PolicyAnswer['countryRules'][number];

/** Rules that say the same of several countries. */
export interface RuleGroup {
  key: string;
  effect: Rule['effect'];
  category: string;
  reason: string;
  source: string;
  rules: Rule[];
}

/** Alike rules together; those that refuse before those that only note. */
export function toRuleGroups(rules: readonly Rule[]): RuleGroup[] {
  const groups = new Map<string, RuleGroup>();
  for (const rule of rules) {
    const { effect, category, reason, source } = rule;
    const key = JSON.stringify([effect, category, reason, source]);
    const group = groups.get(key) ?? { key, effect, category, reason, source, rules: [] };
    groups.set(key, { ...group, rules: [...group.rules, rule] });
  }
  return [...groups.values()].toSorted((a, b) => Number(a.effect === 'note') - Number(b.effect === 'note'));
}

/** What is off after one rule is switched; in the order of the rules, so that there and back is no change. */
export function toggleRule(
  rules: readonly Rule[],
  off: readonly string[],
  { id, isOn }: { id: string; isOn: boolean },
): string[] {
  return rules.map((rule) => rule.id).filter((one) => (one === id ? !isOn : off.includes(one)));
}
