import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { toNextVariable, toSampled } from '../../model/template-draft.ts';
import type { FieldsProps } from './fields.ts';
import classes from './templates.module.css';

const MAX_CHARS = 1_024;

export function BodyFields({ draft, set, errorOf }: FieldsProps) {
  const { footer } = draft;
  return (
    <fieldset className={classes.fieldset}>
      <legend>Text</legend>
      <Stack gap="sm">
        <BodyText draft={draft} set={set} errorOf={errorOf} />
        <Samples draft={draft} set={set} errorOf={errorOf} />
        <TextInput
          name="footer"
          label="Footer"
          description="Small and grey, at most 60 characters, without variables"
          value={footer}
          dir="auto"
          error={errorOf('footer')}
          onChange={(event) => set({ footer: event.currentTarget.value })}
        />
      </Stack>
    </fieldset>
  );
}

function BodyText({ draft: { body }, set, errorOf }: FieldsProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (): void => {
    const { selectionStart = body.length, selectionEnd = body.length } = field.current ?? {};
    set({ body: body.slice(0, selectionStart) + toNextVariable(body) + body.slice(selectionEnd) });
    field.current?.focus();
  };
  return (
    <div>
      <Textarea
        ref={field}
        name="body"
        label="Body"
        description="*bold*, _italic_, ~struck~ and ```code``` as in a chat; {{1}} or {{first_name}} is a variable"
        value={body}
        error={errorOf('body')}
        dir="auto"
        autosize
        minRows={4}
        maxRows={14}
        maxLength={MAX_CHARS}
        onChange={(event) => set({ body: event.currentTarget.value })}
      />
      <Group justify="space-between" mt={6}>
        <Button size="compact-sm" variant="default" onClick={insert}>
          Add a variable
        </Button>
        <Text size="xs" c="dimmed">
          {body.length} of {MAX_CHARS} characters
        </Text>
      </Group>
    </div>
  );
}

/** One example for each variable of header and body. */
function Samples({ draft, set, errorOf }: FieldsProps) {
  const variables = toSampled(draft);
  if (variables.length === 0) return null;
  return (
    <fieldset className={classes.plain} aria-label="Examples">
      <Text size="sm" c="dimmed" mb={4}>
        Examples, as the reviewer reads them. No data of real people.
      </Text>
      <Group gap="sm" align="flex-start">
        {variables.map((variable) => (
          <TextInput
            key={variable}
            name={`samples.${variable}`}
            label={<bdi>{`{{${variable}}}`}</bdi>}
            value={draft.samples[variable] ?? ''}
            dir="auto"
            error={errorOf(`samples.${variable}`)}
            onChange={(event) => set({ samples: { ...draft.samples, [variable]: event.currentTarget.value } })}
            flex="1 1 180px"
            maw={300}
          />
        ))}
      </Group>
    </fieldset>
  );
}
