import { Group, Switch, Text } from '@mantine/core';
import type { PolicyAnswer } from '../../api/types.ts';
import { type RuleGroup, toggleRule, toRuleGroups } from '../../model/country-rules.ts';
import { toWords } from '../../model/template-state.ts';
import type { FieldsProps } from './policy-fields.tsx';
import classes from './policy.module.css';

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** A country by its code, or our word for several. */
function toCountry(code: string): string {
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** WhatsApp's rules by country are data: each can be switched off when it does not hold any more. */
export function CountryRules({ draft, set, rules }: FieldsProps & { rules: PolicyAnswer['countryRules'] }) {
  const { countryRulesOff: off } = draft;
  const toggle = (id: string, isOn: boolean): void => set({ countryRulesOff: toggleRule(rules, off, { id, isOn }) });
  return (
    <fieldset className={classes.fieldset}>
      <legend>Rules by country</legend>
      {toRuleGroups(rules).map((group) => (
        <Rules key={group.key} group={group} off={off} toggle={toggle} />
      ))}
    </fieldset>
  );
}

interface RulesProps {
  group: RuleGroup;
  off: readonly string[];
  toggle: (id: string, isOn: boolean) => void;
}

function Rules({ group, off, toggle }: RulesProps) {
  const { reason, source, rules } = group;
  return (
    <fieldset className={classes.rules}>
      <legend>{toTitle(group)}</legend>
      <Text size="sm">{reason}.</Text>
      <Text size="xs" c="dimmed" className={classes.source}>
        {rules[0]?.since ? `Since ${rules[0].since}. ` : ''}
        {source}
      </Text>
      <Group gap="sm" mt="xs">
        {rules.map(({ id, country }) => (
          <Switch
            key={id}
            size="sm"
            label={toCountry(country)}
            checked={!off.includes(id)}
            onChange={(event) => toggle(id, event.currentTarget.checked)}
            className={classes.country}
          />
        ))}
      </Group>
    </fieldset>
  );
}

function toTitle({ effect, category }: RuleGroup): string {
  const what = category === 'all' ? 'All messages' : `${toWords(category)} messages`;
  return effect === 'deny' ? `${what}: not sent` : `${what}: a note in their story`;
}
