import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { libraryQuery } from '../../api/templates.ts';
import type { LibraryTemplate } from '../../api/types.ts';
import { parseRendered } from '../../model/rendered.ts';
import { toLanguageName, toWords } from '../../model/template-state.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, QueryView } from '../../parts/states.tsx';
import { TemplateView } from '../../parts/template-view.tsx';
import { LibraryForm } from './library-form.tsx';
import classes from './templates.module.css';

export function LibraryPage() {
  const library = useQuery(libraryQuery);
  return (
    <PageFrame
      title="Ready templates"
      about="Written to pass Meta’s review. Choose languages and submit, or change them afterwards."
      crumbs={[{ label: 'Templates', to: '/templates' }]}
    >
      <QueryView query={library} loading={<Loading rows={3} height={220} />}>
        {({ data }) => (
          <Stack gap={40}>
            {data.map((template) => (
              <ReadyTemplate key={template.name} template={template} />
            ))}
          </Stack>
        )}
      </QueryView>
    </PageFrame>
  );
}

function ReadyTemplate({ template }: { template: LibraryTemplate }) {
  const { name, title, description, category, price, variants } = template;
  const [shown, setShown] = useState(variants[0]?.language ?? '');
  const variant = variants.find(({ language }) => language === shown) ?? variants[0];
  return (
    <article className={classes.ready} aria-labelledby={`ready-${name}`}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4" id={`ready-${name}`}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {description}
          </Text>
          <Text size="sm" c="dimmed">
            {toWords(category)} · {price.why}
          </Text>
        </div>
        <LibraryForm template={template} show={setShown} />
      </Stack>
      <div className={classes.shown}>
        {variant ? <TemplateView rendered={parseRendered(variant.rendered)} /> : null}
        <Group gap={6} mt={6}>
          <Text size="xs" c="dimmed" component="output">
            Preview: {toLanguageName(shown)}
          </Text>
        </Group>
      </div>
    </article>
  );
}
