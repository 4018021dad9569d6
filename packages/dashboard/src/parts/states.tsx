import { Alert, Button, Paper, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isAway, toProblem } from '../api/problem.ts';
import type { Problem } from '../api/types.ts';

/** Nothing here yet, and what to do about it. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      <Text c="dimmed" maw={520} mx="auto" component="div">
        {children}
      </Text>
    </Paper>
  );
}

/** What the detail has not said already. */
const toFurther = ({ errors = [], detail = '' }: Problem) => errors.filter(({ message }) => !detail.includes(message));

/** The API said no: its words, its code and its way out. */
export function ProblemState({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <Alert
      color="red"
      variant="outline"
      title={problem.title}
      icon={<IconAlertTriangle aria-hidden />}
      role="alert"
      maw={720}
    >
      <Stack gap={6} align="flex-start">
        {problem.detail ? <Text size="sm">{problem.detail}</Text> : null}
        {toFurther(problem).map((one) => (
          <Text key={`${one.field} ${one.message}`} size="sm">
            <code>{one.field}</code>: {one.message}
          </Text>
        ))}
        {problem.next ? (
          <Text size="sm" fw={600}>
            {problem.next}
          </Text>
        ) : null}
        <Text size="xs" c="dimmed">
          {problem.code}
          {problem.status > 0 ? ` · ${problem.status}` : ''}
        </Text>
        {retry ? (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** Grey lines while the first answer is on its way. */
export function Loading({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={8} aria-busy="true">
      <VisuallyHidden component="output">Loading</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="md" />
      ))}
    </Stack>
  );
}

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/**
 * Loading, problem or content. Content already shown stays while a refresh fails, with the problem above it; that the
 * server is away is said once for the whole page, by `Reconnecting`.
 */
export function QueryView<T>({ query, loading, children }: QueryViewProps<T>) {
  const isShown = query.error !== null && !(query.data !== undefined && isAway(query.error));
  const problem = isShown ? <ProblemState problem={toProblem(query.error)} retry={() => void query.refetch()} /> : null;
  if (query.data === undefined) return problem ?? loading ?? <Loading />;
  return (
    <Stack gap="md">
      {problem}
      {children(query.data)}
    </Stack>
  );
}
