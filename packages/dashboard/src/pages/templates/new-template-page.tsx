import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createTemplate, templateQuery, templatesQuery } from '../../api/templates.ts';
import type { TemplateDetail } from '../../api/types.ts';
import { parseDraft } from '../../model/parse-draft.ts';
import { EMPTY_DRAFT, type TemplateDraft } from '../../model/template-draft.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, QueryView } from '../../parts/states.tsx';
import { TemplateForm } from './template-form.tsx';

/** An empty form, or a copy of a template in a language that it has not got yet. */
export function NewTemplatePage({ from }: { from: string | undefined }) {
  return (
    <PageFrame
      title="New template"
      about="Meta reviews it within minutes, at times within 48 hours."
      crumbs={[{ label: 'Templates', to: '/templates' }]}
    >
      {from === undefined ? <Create draft={EMPTY_DRAFT} /> : <CreateCopy from={from} />}
    </PageFrame>
  );
}

/** Of a copy only the language is left open: one name, many languages. */
const toCopy = (template: TemplateDetail): TemplateDraft => ({ ...parseDraft(template), language: '' });

function CreateCopy({ from }: { from: string }) {
  const source = useQuery({ ...templateQuery(from), refetchInterval: false });
  return (
    <QueryView query={source} loading={<Loading rows={3} height={120} />}>
      {(template) => <Create draft={toCopy(template)} accountId={template.accountId} />}
    </QueryView>
  );
}

function Create({ draft, accountId }: { draft: TemplateDraft; accountId?: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const accounts = useQuery(templatesQuery({})).data?.accounts ?? [];
  return (
    <TemplateForm
      initial={draft}
      label="Submit for review"
      accounts={accountId === undefined ? accounts.map((account) => account.accountId) : [accountId]}
      submit={async ({ definition }, account) => {
        const made = await createTemplate(account, definition);
        await queries.invalidateQueries({ queryKey: ['templates'] });
        await navigate({ to: '/templates/$id', params: { id: made.id } });
      }}
    />
  );
}
