import { Autocomplete, Checkbox, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { PURPOSE_WORDS, PURPOSES, type Purpose } from '../../model/consent.ts';
import type { PolicyDraft } from '../../model/policy-draft.ts';
import classes from './policy.module.css';

export interface FieldsProps {
  draft: PolicyDraft;
  set: (change: Partial<PolicyDraft>) => void;
  /** What is wrong with a field, named as in `POLICY_PLACES`. */
  errorOf: (field: string) => string | undefined;
}

interface PurposesProps {
  label: string;
  value: Purpose[];
  set: (value: Purpose[]) => void;
  error: string | undefined;
}

function Purposes({ label, value, set, error }: PurposesProps) {
  return (
    <Checkbox.Group
      label={label}
      value={value}
      error={error}
      onChange={(values) => set(PURPOSES.filter((one) => values.includes(one)))}
    >
      <Group gap="md" mt={6}>
        {PURPOSES.map((one) => (
          <Checkbox key={one} value={one} label={PURPOSE_WORDS[one].label} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

interface PurposeFieldProps extends FieldsProps {
  field: 'requireOptIn' | 'resendLost';
  legend: string;
  about: string;
}

export function PurposeField({ draft, set, errorOf, field, legend, about }: PurposeFieldProps) {
  return (
    <fieldset className={classes.fieldset}>
      <legend>{legend}</legend>
      <Text size="sm" c="dimmed" mb="sm">
        {about}
      </Text>
      <Purposes label="Purposes" value={draft[field]} set={(value) => set({ [field]: value })} error={errorOf(field)} />
    </fieldset>
  );
}

const ZONES = Intl.supportedValuesOf('timeZone');

export function QuietFields({ draft: { quiet }, set, errorOf }: FieldsProps) {
  const change = (more: Partial<PolicyDraft['quiet']>): void => set({ quiet: { ...quiet, ...more } });
  return (
    <fieldset className={classes.fieldset}>
      <legend>Quiet hours</legend>
      <Stack gap="sm">
        <Switch
          label="Wait for the morning"
          description="At night, where the person is, messages of these purposes wait until it is over."
          checked={quiet.isOn}
          onChange={(event) => change({ isOn: event.currentTarget.checked })}
        />
        {quiet.isOn ? (
          <>
            <Purposes
              label="Of which messages"
              value={quiet.purposes}
              set={(purposes) => change({ purposes })}
              error={errorOf('quiet.purposes')}
            />
            <Group gap="sm" align="flex-start">
              <TextInput
                type="time"
                label="From"
                description="The first quiet minute"
                value={quiet.from}
                error={errorOf('quiet.from')}
                onChange={(event) => change({ from: event.currentTarget.value })}
              />
              <TextInput
                type="time"
                label="Until"
                description="The first that is not"
                value={quiet.to}
                error={errorOf('quiet.to')}
                onChange={(event) => change({ to: event.currentTarget.value })}
              />
              <Autocomplete
                label="Zone of people without one"
                description="Where the number does not tell"
                data={ZONES}
                limit={12}
                value={quiet.defaultZone}
                error={errorOf('quiet.defaultZone')}
                onChange={(defaultZone) => change({ defaultZone })}
                comboboxProps={{ portalProps: { target: '#main' } }}
                flex="1 1 220px"
              />
            </Group>
          </>
        ) : null}
      </Stack>
    </fieldset>
  );
}

export function FrequencyFields({ draft: { frequency }, set, errorOf }: FieldsProps) {
  const change = (more: Partial<PolicyDraft['frequency']>): void => set({ frequency: { ...frequency, ...more } });
  return (
    <fieldset className={classes.fieldset}>
      <legend>How often</legend>
      <Stack gap="sm">
        <Switch
          label="At most so many marketing messages to one person"
          checked={frequency.isOn}
          onChange={(event) => change({ isOn: event.currentTarget.checked })}
        />
        {frequency.isOn ? (
          <Group gap="sm" align="flex-start">
            <TextInput
              label="Messages"
              inputMode="numeric"
              value={frequency.cap}
              error={errorOf('frequency.cap')}
              onChange={(event) => change({ cap: event.currentTarget.value })}
              w={140}
            />
            <TextInput
              label="In so many hours"
              inputMode="numeric"
              value={frequency.hours}
              error={errorOf('frequency.hours')}
              onChange={(event) => change({ hours: event.currentTarget.value })}
              w={160}
            />
          </Group>
        ) : null}
      </Stack>
    </fieldset>
  );
}
