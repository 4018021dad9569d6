import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { previewQuery, templateQuery } from '../../api/templates.ts';
import type { TemplateDetail } from '../../api/types.ts';
import { parseRendered } from '../../model/rendered.ts';
import { toLanguageName, toTemplateStatus, toWords } from '../../model/template-state.ts';
import { toDay, toDuration } from '../../model/time.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ButtonLink } from '../../parts/button-link.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Notice } from '../../parts/notice.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, ProblemState, QueryView } from '../../parts/states.tsx';
import { TemplateView } from '../../parts/template-view.tsx';
import { Moment } from '../../parts/time.tsx';
import { QualityBadge, StatusBadge } from './badges.tsx';
import { DeleteTemplate } from './delete-template.tsx';
import { TemplateHistory } from './template-history.tsx';
import classes from './templates.module.css';

export function TemplatePage({ id }: { id: string }) {
  const template = useQuery(templateQuery(id));
  const { data } = template;
  return (
    <PageFrame
      title={data?.name ?? 'Template'}
      about={data ? <About template={data} /> : null}
      crumbs={[{ label: 'Templates', to: '/templates' }]}
      actions={data ? <Actions template={data} /> : null}
    >
      <QueryView query={template} loading={<Loading rows={3} height={120} />}>
        {(shown) => (
          <div className={classes.columns}>
            <Stack gap="lg">
              <Notices template={shown} />
              <TemplateFacts template={shown} />
              <Variants template={shown} />
              <section>
                <Title order={2} size="h4" mb="sm">
                  What happened to it
                </Title>
                <TemplateHistory history={shown.history} />
              </section>
              {shown.components ? (
                <CodeBlock label="As Meta has it" text={JSON.stringify(shown.components, null, 2)} />
              ) : null}
            </Stack>
            <aside className={classes.side} aria-label="As the customer sees it">
              <Preview id={id} />
            </aside>
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function About({ template }: { template: TemplateDetail }) {
  return (
    <Group gap={6} mt={4}>
      <StatusBadge status={template.goneAt ? 'DELETED' : template.status} />
      <QualityBadge quality={template.quality} />
      <Text size="sm" c="dimmed">
        {toLanguageName(template.language)}
        {template.category ? ` · ${toWords(template.category)}` : ''}
      </Text>
    </Group>
  );
}

const GONE = 'Meta does not have it any more.';
const UNREAD = 'Its content has not been read from Meta yet.';

function Actions({ template }: { template: TemplateDetail }) {
  const [asked, setAsked] = useState(false);
  const { id, components, goneAt } = template;
  const gone = goneAt === null ? null : GONE;
  const locked = gone ?? (components === null ? UNREAD : template.edit.reason);
  return (
    <Group gap="xs">
      {locked === null ? (
        <ButtonLink to="/templates/$id/edit" params={{ id }} variant="default" size="xs">
          Edit
        </ButtonLink>
      ) : (
        <ActionButton reason={locked} onClick={() => undefined}>
          Edit
        </ActionButton>
      )}
      {components ? (
        <ButtonLink to="/templates/new" search={{ from: id }} variant="default" size="xs">
          Copy …
        </ButtonLink>
      ) : null}
      <ActionButton reason={gone} onClick={() => setAsked(true)}>
        Delete …
      </ActionButton>
      {asked ? <DeleteTemplate template={template} close={() => setAsked(false)} /> : null}
    </Group>
  );
}

/** Why it cannot be sent, or changed, and what Meta has announced. */
function Notices({ template: { status, send, edit, upcomingCategory, goneAt } }: { template: TemplateDetail }) {
  if (goneAt) return <Notice tone="bad" title={GONE} />;
  const at = upcomingCategory?.at ? ` on ${toDay(upcomingCategory.at)}` : '';
  return (
    <>
      {send.reason ? (
        <Notice tone={toTemplateStatus(status).tone === 'busy' ? 'busy' : 'bad'} title="It cannot be sent">
          {send.reason}
        </Notice>
      ) : null}
      {edit.reason ? (
        <Notice tone="busy" title="It cannot be changed">
          {edit.reason}
        </Notice>
      ) : null}
      {upcomingCategory ? (
        <Notice tone="busy" title={`Meta will make it ${toWords(upcomingCategory.category).toLowerCase()}${at}`}>
          Its price and the consent it needs change with the category.
        </Notice>
      ) : null}
    </>
  );
}

function TemplateFacts({ template }: { template: TemplateDetail }) {
  const { price, rejectedReason, statusDetail, ttlSeconds, parameterFormat } = template;
  const priceClass = price.billable ? `Charged as ${price.class}` : 'Free';
  return (
    <Paper withBorder p="md">
      <Facts
        rows={[
          ['Reason', [rejectedReason && toWords(rejectedReason), statusDetail].filter(Boolean).join('. ') || null],
          ['Price', `${priceClass}: ${price.why}`],
          ['Language', <code key="language">{template.language}</code>],
          ['Variables', parameterFormat ? toWords(parameterFormat) : null],
          ['Meta tries for', ttlSeconds === null ? null : ttlSeconds < 0 ? '30 d' : toDuration(ttlSeconds * 1_000)],
          ['Meta’s id', template.templateId ? <code key="id">{template.templateId}</code> : null],
          ['Account', <code key="account">{template.accountId}</code>],
          ['Read from Meta', template.syncedAt ? <Moment key="synced" iso={template.syncedAt} /> : 'Not yet'],
          ['Gone since', template.goneAt ? <Moment key="gone" iso={template.goneAt} /> : null],
        ]}
      />
    </Paper>
  );
}

function Variants({ template: { id, variants } }: { template: TemplateDetail }) {
  if (variants.length < 2) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        Languages
      </Title>
      <ul className={classes.languages}>
        {variants.map((variant) => (
          <li key={variant.id}>
            <Link
              to="/templates/$id"
              params={{ id: variant.id }}
              className={classes.variant}
              aria-current={variant.id === id ? 'page' : undefined}
            >
              {toLanguageName(variant.language)}
              <StatusBadge status={variant.status} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Preview({ id }: { id: string }) {
  const preview = useQuery(previewQuery({ id }));
  if (preview.data) return <TemplateView rendered={parseRendered(preview.data.rendered)} />;
  if (preview.error) return <ProblemState problem={toProblem(preview.error)} retry={() => void preview.refetch()} />;
  return <Loading rows={1} height={180} />;
}
