import { Button, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FocusEvent, type FormEvent, useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { previewQuery } from '../../api/templates.ts';
import type { FieldError } from '../../api/types.ts';
import { type FieldErrors, toFieldErrors } from '../../model/field-errors.ts';
import { parseRendered } from '../../model/rendered.ts';
import { isCodeTemplate, type TemplateDraft } from '../../model/template-draft.ts';
import { type Definition, toDefinition } from '../../model/to-definition.ts';
import { Notice } from '../../parts/notice.tsx';
import { Loading, ProblemState } from '../../parts/states.tsx';
import { TemplateView } from '../../parts/template-view.tsx';
import { BodyFields } from './body-fields.tsx';
import { ButtonFields } from './button-fields.tsx';
import { CodeFields } from './code-fields.tsx';
import type { FieldsProps } from './fields.ts';
import { HeaderFields } from './header-fields.tsx';
import { IdentityFields } from './identity-fields.tsx';
import classes from './templates.module.css';

/** A pause in typing after which the preview follows. */
const PAUSE_MS = 250;
/** What is said at a field that was left by pressing a button must not move that button away under the press. */
const PRESS_MS = 400;

interface Props {
  initial: TemplateDraft;
  label: string;
  /** Set for one that is there: its name and language are fixed, of an approved one the category too. */
  stored?: { isApproved: boolean };
  /** The first is used unless another one is chosen. */
  accounts: readonly string[];
  submit: (definition: Definition, accountId: string | undefined) => Promise<void>;
}

export function TemplateForm({ initial, label, stored, accounts, submit }: Props) {
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [left] = useDebouncedValue(touched, PRESS_MS);
  const [tried, setTried] = useState(false);
  const [account, setAccount] = useState<string | undefined>(undefined);
  const definition = toDefinition(draft);
  const preview = usePreview(definition);
  const save = useMutation({ mutationFn: () => submit(definition, account ?? accounts[0]) });
  const refused = save.error ? toProblem(save.error) : null;
  // What was said at a field stays until another answer comes; a field that nobody has been to is left in peace.
  const errors = toFieldErrors(preview.data?.problems ?? refused?.errors ?? [], definition.places);
  const fields: FieldsProps = {
    draft,
    // A file that was uploaded meanwhile must not undo what was typed.
    set: (change) => setDraft((now) => ({ ...now, ...change })),
    errorOf: (field) => (tried || left.has(field) ? errors.fields.get(field) : undefined),
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!save.isPending) save.mutate();
  };
  const onBlur = ({ target }: FocusEvent): void => {
    if ('name' in target && typeof target.name === 'string') setTouched(new Set([...touched, target.name]));
  };
  return (
    // Leaving any field counts, wherever it is in the form.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className={`${classes.columns} ${classes.form}`} onSubmit={onSubmit} onBlur={onBlur} noValidate>
      <Stack gap="md">
        <IdentityFields {...fields} stored={stored} />
        {accounts.length > 1 ? (
          <NativeSelect
            label="Account"
            data={[...accounts]}
            value={account ?? accounts[0]}
            onChange={(event) => setAccount(event.currentTarget.value)}
            maw={320}
          />
        ) : null}
        {isCodeTemplate(draft) ? <CodeFields {...fields} /> : <WrittenFields {...fields} />}
      </Stack>
      <aside className={classes.side} aria-label="Preview">
        <Preview query={preview} />
      </aside>
      <Stack gap="md" align="flex-start" className={classes.end}>
        {refused && refused.code !== 'template_invalid' ? <ProblemState problem={refused} /> : null}
        {tried ? <Remaining errors={errors} refused={refused?.errors ?? []} /> : null}
        <Button type="submit" loading={save.isPending}>
          {label}
        </Button>
      </Stack>
    </form>
  );
}

function WrittenFields(props: FieldsProps) {
  const { rest } = props.draft;
  return (
    <>
      <HeaderFields {...props} />
      <BodyFields {...props} />
      <ButtonFields {...props} />
      {rest.length > 0 ? (
        <Notice tone="info" title="Parts without fields here">
          {rest.map((part) => String(part.type).toLowerCase()).join(', ')}: kept as they are. The API can change them.
        </Notice>
      ) : null}
    </>
  );
}

/** A preview of what is being written, a moment after the last key. */
function usePreview({ definition }: Definition) {
  const [settled] = useDebouncedValue(JSON.stringify(definition), PAUSE_MS);
  return useQuery(previewQuery({ definition: JSON.parse(settled) as Definition['definition'] }));
}

/** How much is left to correct, and what belongs to no field. */
function Remaining({ errors, refused }: { errors: FieldErrors; refused: readonly FieldError[] }) {
  const count = errors.fields.size + errors.others.length;
  if (count === 0 || refused.length === 0) return null;
  return (
    <Notice tone="bad" title="Meta would refuse this template" live>
      <Text size="sm">
        {errors.fields.size > 0
          ? `Correct what is said at ${errors.fields.size === 1 ? 'one field' : `${errors.fields.size} fields`} above.`
          : ''}
      </Text>
      {errors.others.map(({ field, message }) => (
        <Text size="sm" key={`${field} ${message}`}>
          <code>{field}</code> {message}
        </Text>
      ))}
    </Notice>
  );
}

function Preview({ query }: { query: ReturnType<typeof usePreview> }) {
  return (
    <>
      <Title order={2} size="h5" mb={6}>
        Preview
      </Title>
      {query.data ? <TemplateView rendered={parseRendered(query.data.rendered)} /> : null}
      {!query.data && query.error ? <ProblemState problem={toProblem(query.error)} /> : null}
      {!query.data && !query.error ? <Loading rows={1} height={140} /> : null}
      <Text size="xs" c="dimmed" mt={6}>
        Variables are filled with each message.
      </Text>
    </>
  );
}
