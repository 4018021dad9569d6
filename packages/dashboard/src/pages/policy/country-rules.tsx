import { Stack, Switch, Text } from '@mantine/core';
import type { PolicyAnswer } from '../../api/types.ts';
import { toWords } from '../../model/template-state.ts';
import type { FieldsProps } from './policy-fields.tsx';
import classes from './policy.module.css';

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** A country as its code, or a word of ours for several. */
function toCountry(code: string): string {
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** WhatsApp's rules by country are data: each can be switched off when it does not hold any more. */
export function CountryRules({ draft, set, rules }: FieldsProps & { rules: PolicyAnswer['countryRules'] }) {
  const { countryRulesOff } = draft;
  const toggle = (id: string, isOn: boolean): void => {
    const others = countryRulesOff.filter((one) => one !== id);
    // In the order of the rules, so that there and back is no change.
    set({
      countryRulesOff: isOn ? others : rules.map((one) => one.id).filter((one) => one === id || others.includes(one)),
    });
  };
  return (
    <fieldset className={classes.fieldset}>
      <legend>Rules by country</legend>
      <Stack gap="md">
        {rules.map(({ id, country, category, effect, reason, since, source }) => (
          <div key={id}>
            <Switch
              label={`${toCountry(country)}: ${toWords(category).toLowerCase()} ${effect === 'deny' ? 'is not sent' : 'is noted'}`}
              description={reason}
              checked={!countryRulesOff.includes(id)}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />
            <Text size="xs" c="dimmed" className={classes.source}>
              {since ? `Since ${since}. ` : ''}
              <Source source={source} />
            </Text>
          </div>
        ))}
      </Stack>
    </fieldset>
  );
}

function Source({ source }: { source: string }) {
  if (!/^https?:\/\//.test(source)) return <>{source}</>;
  return (
    <a className="link" href={source} target="_blank" rel="noreferrer noopener">
      Source
    </a>
  );
}
