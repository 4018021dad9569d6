import { Radio, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { removeTemplate } from '../../api/templates.ts';
import type { TemplateDetail } from '../../api/types.ts';
import { toLanguageName } from '../../model/template-state.ts';
import { Confirm } from '../../parts/confirm.tsx';

export function DeleteTemplate({ template, close }: { template: TemplateDetail; close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [languages, setLanguages] = useState<'this' | 'all'>('this');
  const { id, name, language, variants } = template;
  return (
    <Confirm
      title={`Delete ${name}?`}
      label="Delete at Meta"
      danger
      act={() => removeTemplate(id, languages)}
      done={async () => {
        await queries.invalidateQueries({ queryKey: ['templates'] });
        await navigate({ to: '/templates' });
      }}
      close={close}
    >
      <Text size="sm">
        Meta deletes it at once, and takes no new template of this name for 30 days. Messages that still wait with it
        are not sent. What was sent stays.
      </Text>
      {variants.length > 1 ? (
        <Radio.Group
          label="Which"
          value={languages}
          onChange={(value) => setLanguages(value === 'all' ? 'all' : 'this')}
        >
          <Stack gap={6} mt={6}>
            <Radio value="this" label={`Only ${toLanguageName(language)}`} />
            <Radio
              value="all"
              label={`All ${variants.length} languages: ${variants.map((one) => toLanguageName(one.language)).join(', ')}`}
            />
          </Stack>
        </Radio.Group>
      ) : null}
    </Confirm>
  );
}
