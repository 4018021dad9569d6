import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { createFromLibrary, templatesQuery } from '../../api/templates.ts';
import type { LibraryAnswer, LibraryTemplate } from '../../api/types.ts';
import { toLanguageName } from '../../model/template-state.ts';
import { ProblemState } from '../../parts/states.tsx';
import { StatusBadge } from './badges.tsx';
import classes from './templates.module.css';

interface Props {
  template: LibraryTemplate;
  /** Shows this language beside the form. */
  show: (language: string) => void;
}

export function LibraryForm({ template, show }: Props) {
  const queries = useQueryClient();
  const accounts = (useQuery(templatesQuery({})).data?.accounts ?? []).map(({ accountId }) => accountId);
  const [name, setName] = useState(template.name);
  const [account, setAccount] = useState<string | undefined>(undefined);
  const [languages, setLanguages] = useState<string[]>([]);
  const create = useMutation({
    mutationFn: () => createFromLibrary(template.name, { accountId: account ?? accounts[0], name, languages }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['templates'] }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending) create.mutate();
      }}
    >
      <Stack gap="sm">
        <Languages template={template} chosen={languages} choose={setLanguages} show={show} />
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Name"
            value={name}
            maxLength={512}
            onChange={(event) => setName(event.currentTarget.value)}
            flex="1 1 200px"
            maw={300}
          />
          {accounts.length > 1 ? (
            <NativeSelect
              label="Account"
              data={accounts}
              value={account ?? accounts[0]}
              onChange={(event) => setAccount(event.currentTarget.value)}
              flex="1 1 180px"
              maw={240}
            />
          ) : null}
          <Button type="submit" loading={create.isPending} disabled={languages.length === 0 || name === ''}>
            {languages.length > 1 ? `Submit in ${languages.length} languages` : 'Submit for review'}
          </Button>
        </Group>
        {create.error ? <ProblemState problem={toProblem(create.error)} /> : null}
        {create.data ? <Results answer={create.data} /> : null}
      </Stack>
    </form>
  );
}

interface LanguagesProps {
  template: LibraryTemplate;
  chosen: string[];
  choose: (languages: string[]) => void;
  show: (language: string) => void;
}

function Languages({ template: { variants }, chosen, choose, show }: LanguagesProps) {
  return (
    <Checkbox.Group label="Languages" value={chosen} onChange={choose}>
      <Group gap="sm" mt={6}>
        {variants.map(({ language }) => (
          <Checkbox key={language} value={language} label={toLanguageName(language)} onClick={() => show(language)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

/** What became of each language: one that was refused does not stop the others. */
function Results({ answer }: { answer: LibraryAnswer }) {
  return (
    <output>
      <Stack gap={4} component="ul" className={classes.accounts}>
        {answer.data.map(({ language, created, template, problem }) => (
          <Group key={language} component="li" gap="xs">
            <Text size="sm" component="span">
              {toLanguageName(language)}:{' '}
              {template ? (
                <Link to="/templates/$id" params={{ id: template.id }} className="link">
                  {created ? 'submitted' : 'it is there already'}
                </Link>
              ) : (
                <span className={classes.bad}>{[problem?.title, problem?.detail].filter(Boolean).join(': ')}</span>
              )}
            </Text>
            {template ? <StatusBadge status={template.status} /> : null}
          </Group>
        ))}
      </Stack>
    </output>
  );
}
