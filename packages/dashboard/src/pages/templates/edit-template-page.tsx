import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { editTemplate, templateQuery } from '../../api/templates.ts';
import type { TemplateDetail } from '../../api/types.ts';
import { parseDraft } from '../../model/parse-draft.ts';
import { Notice } from '../../parts/notice.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, QueryView } from '../../parts/states.tsx';
import { TemplateForm } from './template-form.tsx';

export function EditTemplatePage({ id }: { id: string }) {
  // Not read again while it is being written: what was typed would be lost.
  const template = useQuery({ ...templateQuery(id), refetchInterval: false, refetchOnWindowFocus: false });
  return (
    <PageFrame
      title={template.data ? `Edit ${template.data.name}` : 'Edit template'}
      about="Meta reviews every change. An approved template can be changed once in 24 hours, ten times in 30 days."
      crumbs={[{ label: 'Templates', to: '/templates' }]}
    >
      <QueryView query={template} loading={<Loading rows={3} height={120} />}>
        {(shown) => <Edit template={shown} />}
      </QueryView>
    </PageFrame>
  );
}

function Edit({ template }: { template: TemplateDetail }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, edit, status, components } = template;
  const reason = components === null ? 'Its content has not been read from Meta yet.' : edit.reason;
  if (reason !== null)
    return (
      <Notice tone="bad" title="It cannot be changed now">
        {reason}
      </Notice>
    );
  return (
    <TemplateForm
      initial={parseDraft(template)}
      label="Submit the change"
      stored={{ isApproved: status === 'APPROVED' || status === 'FLAGGED' }}
      accounts={[template.accountId]}
      submit={async ({ definition }, _account) => {
        const { category, components: parts, parameter_format } = definition;
        const kept = category === template.category ? {} : { category };
        await editTemplate(id, { ...kept, components: parts, parameter_format });
        await queries.invalidateQueries({ queryKey: ['templates'] });
        await queries.invalidateQueries({ queryKey: ['template', id] });
        await queries.invalidateQueries({ queryKey: ['template-preview'] });
        await navigate({ to: '/templates/$id', params: { id } });
      }}
    />
  );
}
