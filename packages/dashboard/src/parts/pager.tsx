import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ListPath } from './paths.ts';

interface Props {
  to: ListPath;
  after: string | undefined;
  next: string | null;
  /** What the first and the following page are called; by default newest and older. */
  words?: readonly [first: string, further: string];
}

/** Further pages by cursor, and the way back to the first, which is live. Other filters in the URL stay. */
export function Pager({ to, after, next, words: [first, further] = ['Newest', 'Older'] }: Props) {
  if (!after && !next) return null;
  return (
    <Group component="nav" justify="space-between" mt="sm" aria-label="Pages of the list">
      {after ? (
        <Link to={to} search={(all: Record<string, unknown>) => ({ ...all, after: undefined })} className="link">
          ← {first}
        </Link>
      ) : (
        <span />
      )}
      {next ? (
        <Link to={to} search={(all: Record<string, unknown>) => ({ ...all, after: next })} className="link">
          {further} →
        </Link>
      ) : null}
    </Group>
  );
}
