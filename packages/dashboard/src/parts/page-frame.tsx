import { Breadcrumbs, Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ListPath } from './paths.ts';

interface Crumb {
  label: string;
  to: ListPath;
}

interface Props {
  title: string;
  /** One sentence under the title: what this page is for. */
  about?: ReactNode;
  crumbs?: Crumb[];
  /** Controls at the end of the title's line. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The shape all pages share: crumbs, title with controls, content. */
export function PageFrame({ title, about, crumbs = [], actions, children }: Props) {
  useDocumentTitle(`${title} · Wharf`);
  return (
    <>
      {crumbs.length > 0 ? (
        <Breadcrumbs mb={6} fz="sm">
          {crumbs.map((crumb) => (
            <Link key={crumb.to} to={crumb.to} className="link">
              {crumb.label}
            </Link>
          ))}
          <Text c="dimmed" size="sm" truncate maw={260}>
            <bdi>{title}</bdi>
          </Text>
        </Breadcrumbs>
      ) : null}
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px' }}>
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{title}</bdi>
          </Title>
          {about ? (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          ) : null}
        </div>
        {actions}
      </Group>
      {children}
    </>
  );
}
