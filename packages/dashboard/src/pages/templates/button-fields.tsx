import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { makeKey } from '../../model/new-key.ts';
import {
  BUTTON_KINDS,
  type ButtonDraft,
  type ButtonKind,
  toNewButton,
  toVariables,
} from '../../model/template-draft.ts';
import type { FieldsProps } from './fields.ts';
import classes from './templates.module.css';

const MAX_BUTTONS = 10;

const LABELS: Record<ButtonKind, string> = {
  quick_reply: 'Quick reply',
  url: 'Opens a web page',
  phone_number: 'Calls a number',
  copy_code: 'Copies a code',
};

/** What the second field of each kind is. */
const VALUES: Readonly<Partial<Record<ButtonKind, { label: string; description: string }>>> = {
  url: { label: 'Address', description: 'May end in a variable: https://example.org/orders/{{1}}' },
  phone_number: { label: 'Phone number', description: 'With country code, as in +5511999990000' },
  copy_code: { label: 'Example code', description: 'At most 15 characters; each message brings its own' },
};

export function ButtonFields({ draft, set, errorOf }: FieldsProps) {
  const { buttons } = draft;
  const change = (key: string, more: Partial<ButtonDraft>): void =>
    set({ buttons: buttons.map((button) => (button.key === key ? { ...button, ...more } : button)) });
  return (
    <fieldset className={classes.fieldset}>
      <legend>Buttons</legend>
      {buttons.map((button) => (
        <ButtonRow
          key={button.key}
          button={button}
          errorOf={errorOf}
          change={(more) => change(button.key, more)}
          remove={() => set({ buttons: buttons.filter(({ key }) => key !== button.key) })}
        />
      ))}
      {errorOf('buttons') ? (
        <Text size="sm" c="red" role="alert">
          {errorOf('buttons')}
        </Text>
      ) : null}
      {buttons.length < MAX_BUTTONS ? (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => set({ buttons: [...buttons, toNewButton(makeKey(), 'quick_reply')] })}
        >
          Add a button
        </Button>
      ) : null}
    </fieldset>
  );
}

interface RowProps {
  button: ButtonDraft;
  errorOf: FieldsProps['errorOf'];
  change: (more: Partial<ButtonDraft>) => void;
  remove: () => void;
}

function ButtonRow({ button, errorOf, change, remove }: RowProps) {
  const { key, kind, text, value, sample } = button;
  if (kind === 'other') return <OtherRow button={button} remove={remove} />;
  const second = VALUES[kind];
  return (
    <fieldset className={classes.buttonRow} aria-label={text ? `Button “${text}”` : 'New button'}>
      <Group gap="sm" align="flex-start">
        <NativeSelect
          label="Kind"
          value={kind}
          data={BUTTON_KINDS.map((one) => ({ value: one, label: LABELS[one] }))}
          onChange={(event) => change({ kind: BUTTON_KINDS.find((one) => one === event.currentTarget.value) ?? kind })}
          flex="1 1 150px"
        />
        {kind === 'copy_code' ? null : (
          <TextInput
            name={`${key}.text`}
            label="Words"
            value={text}
            dir="auto"
            maxLength={25}
            error={errorOf(`${key}.text`)}
            onChange={(event) => change({ text: event.currentTarget.value })}
            flex="2 1 180px"
          />
        )}
        <Button variant="default" mt={25} onClick={remove} aria-label={`Remove the button ${text}`}>
          Remove
        </Button>
      </Group>
      {second ? (
        <TextInput
          name={`${key}.value`}
          {...second}
          value={value}
          mt="xs"
          error={errorOf(`${key}.value`)}
          onChange={(event) => change({ value: event.currentTarget.value })}
        />
      ) : null}
      {kind === 'url' && toVariables(value).length > 0 ? (
        <TextInput
          name={`${key}.sample`}
          label="A whole address as example"
          value={sample}
          mt="xs"
          error={errorOf(`${key}.sample`)}
          onChange={(event) => change({ sample: event.currentTarget.value })}
        />
      ) : null}
    </fieldset>
  );
}

/** A kind this form has no fields for. */
function OtherRow({ button: { text, raw }, remove }: Pick<RowProps, 'button' | 'remove'>) {
  return (
    <Group className={classes.buttonRow} justify="space-between">
      <Text size="sm">
        <bdi>{text || 'Without words'}</bdi> · <code>{String(raw.type).toLowerCase()}</code>, kept as it is
      </Text>
      <Button variant="default" onClick={remove} aria-label={`Remove the button ${text}`}>
        Remove
      </Button>
    </Group>
  );
}
