import { Checkbox, Stack, Text, TextInput } from '@mantine/core';
import type { FieldsProps } from './fields.ts';
import classes from './templates.module.css';

/** An authentication template: Meta writes the words, in the chosen language. */
export function CodeFields({ draft, set, errorOf }: FieldsProps) {
  const { code } = draft;
  return (
    <fieldset className={classes.fieldset}>
      <legend>Code</legend>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Meta writes the text. The code itself comes with each message.
        </Text>
        <Checkbox
          label="Add: do not share this code"
          checked={code.withAdvice}
          onChange={(event) => set({ code: { ...code, withAdvice: event.currentTarget.checked } })}
        />
        <TextInput
          name="code.minutes"
          label="Minutes until the code ends"
          description="1 to 90; empty: nothing is said"
          inputMode="numeric"
          value={code.minutes}
          error={errorOf('code.minutes') ?? errorOf('footer')}
          onChange={(event) => set({ code: { ...code, minutes: event.currentTarget.value.trim() } })}
          maw={260}
        />
        <TextInput
          name="code.label"
          label="Words of the copy button"
          description="Empty: Meta’s own, in the language"
          value={code.label}
          maxLength={25}
          dir="auto"
          error={errorOf('code.label') ?? errorOf('body')}
          onChange={(event) => set({ code: { ...code, label: event.currentTarget.value } })}
          maw={260}
        />
      </Stack>
    </fieldset>
  );
}
