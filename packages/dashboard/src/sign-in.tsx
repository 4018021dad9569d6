import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signIn } from './api/client.ts';
import { toProblem } from './api/problem.ts';
import { Mark } from './parts/mark.tsx';

const WRONG_KEY = 'This key is not known here. The key is in WHARF_API_KEY, or the terminal showed it at the start.';

function toWords(error: unknown): string {
  const problem = toProblem(error);
  return problem.status === 401 || problem.status === 403
    ? WRONG_KEY
    : [problem.title, problem.detail, problem.next].filter(Boolean).join(' ');
}

export function SignIn({ linkError }: { linkError: string | null }) {
  useDocumentTitle('Sign in · Wharf');
  const queries = useQueryClient();
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(linkError);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() === '') return setError('Paste the API key first.');
    setBusy(true);
    try {
      await signIn(key.trim());
      await queries.resetQueries();
    } catch (cause) {
      setError(toWords(cause));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper component="form" withBorder p="xl" radius="lg" w="100%" maw={400} onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <Mark size={40} />
          <div>
            <Title order={1} size="h3">
              Sign in to Wharf
            </Title>
            <Text c="dimmed" size="sm">
              With the API key of this installation. It is in WHARF_API_KEY, or the terminal showed it at the start.
            </Text>
          </div>
          <PasswordInput
            label="API key"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={error}
            autoComplete="current-password"
            // The page has nothing else to do than to take this key.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
          <Button type="submit" loading={busy} fullWidth>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
