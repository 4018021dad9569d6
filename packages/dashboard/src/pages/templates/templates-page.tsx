import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { templatesQuery } from '../../api/templates.ts';
import type { TemplateSearch } from '../../model/template-search.ts';
import { ButtonLink } from '../../parts/button-link.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { AccountList } from './account-list.tsx';
import { TemplateFilters } from './template-filters.tsx';
import { TemplateTable } from './template-table.tsx';

const FILTERS = ['status', 'category', 'language', 'name', 'account'] as const;

export function TemplatesPage({ search }: { search: TemplateSearch }) {
  const templates = useQuery(templatesQuery(search));
  const isFiltered = FILTERS.some((key) => search[key] !== undefined);
  return (
    <PageFrame
      title="Templates"
      about="Messages that Meta approves beforehand: the only ones that may open a conversation."
      actions={
        <Group gap="xs">
          <ButtonLink to="/templates/library" variant="default" size="xs">
            Ready templates
          </ButtonLink>
          <ButtonLink to="/templates/new" size="xs">
            New template
          </ButtonLink>
        </Group>
      }
    >
      <TemplateFilters search={search} accounts={templates.data?.accounts ?? []} />
      <QueryView query={templates}>
        {({ data, next, accounts }) => (
          <>
            <AccountList accounts={accounts} />
            {data.length > 0 ? (
              <TemplateTable templates={data} />
            ) : (
              <NoTemplates isFiltered={isFiltered} hasAccount={accounts.length > 0} />
            )}
            <Pager to="/templates" after={search.after} next={next} words={['First', 'More']} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}

function NoTemplates({ isFiltered, hasAccount }: { isFiltered: boolean; hasAccount: boolean }) {
  if (isFiltered) return <EmptyState title="No template matches">Choose other filters, or clear them.</EmptyState>;
  if (!hasAccount) {
    return (
      <EmptyState title="No channel with templates">
        Templates belong to numbers on Meta’s Cloud API. Connect one, and its templates are read by themselves.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No templates yet">
      Begin with a{' '}
      <Link to="/templates/library" className="link">
        ready template
      </Link>
      , or write a new one. Meta’s review takes minutes.
    </EmptyState>
  );
}
