import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';

interface Props {
  to: '/events' | '/conversations' | '/quarantine';
  after: string | undefined;
  next: string | null;
}

/** Older pages by cursor; "Newest" leads back to the live first page. Other filters in the URL stay. */
export function Pager({ to, after, next }: Props) {
  if (!after && !next) return null;
  return (
    <Group component="nav" justify="space-between" mt="sm" aria-label="Pages of the list">
      {after ? (
        <Link to={to} search={(all: Record<string, unknown>) => ({ ...all, after: undefined })} className="link">
          ← Newest
        </Link>
      ) : (
        <span />
      )}
      {next ? (
        <Link to={to} search={(all: Record<string, unknown>) => ({ ...all, after: next })} className="link">
          Older →
        </Link>
      ) : null}
    </Group>
  );
}
