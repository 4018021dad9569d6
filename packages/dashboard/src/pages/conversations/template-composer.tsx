import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toProblem } from '../../api/problem.ts';
import { sendableQuery } from '../../api/templates.ts';
import type { Template } from '../../api/types.ts';
import { toLanguageName, toWords } from '../../model/template-state.ts';
import { Loading, ProblemState } from '../../parts/states.tsx';
import { useFocus } from '../../parts/use-focus.ts';
import type { Target } from './target.ts';
import { TemplateFiller } from './template-filler.tsx';

const toLabel = ({ name, language, category }: Template): string =>
  [name, toLanguageName(language), category ? toWords(category) : ''].filter(Boolean).join(' · ');

interface Props extends Target {
  /** One came here from the reply box. */
  hasFocus: boolean;
  done: () => void;
}

/** Picks one of the templates that may be sent on this channel, and fills it in. */
export function TemplateComposer({ done, hasFocus, ...target }: Props) {
  const templates = useQuery(sendableQuery(target.channelId));
  const [chosen, choose] = useState<string | null>(null);
  const field = useFocus<HTMLInputElement>(hasFocus && templates.data !== undefined);
  // What was sent is not sent again by another press: the next one begins anew.
  const begin = (): void => {
    choose(null);
    field.current?.focus();
    done();
  };
  if (templates.error && !templates.data) {
    return <ProblemState problem={toProblem(templates.error)} retry={() => void templates.refetch()} />;
  }
  if (!templates.data) return <Loading rows={1} height={36} />;
  if (templates.data.length === 0) {
    return (
      <Text size="sm">
        This channel has no template that can be sent.{' '}
        <Link to="/templates/library" className="link">
          Begin with a ready one
        </Link>
        .
      </Text>
    );
  }
  const template = templates.data.find(({ id }) => id === chosen);
  return (
    <>
      <Select
        ref={field}
        label="Template"
        placeholder="Search by name, language or category"
        data={templates.data.map((one) => ({ value: one.id, label: toLabel(one) }))}
        value={chosen}
        onChange={choose}
        searchable
        openOnFocus={false}
        // The list itself scrolls: a frame around it that did would be one that the keyboard cannot reach.
        withScrollArea={false}
        styles={{ input: { textOverflow: 'ellipsis' }, options: { maxHeight: 240, overflowY: 'auto' } }}
        nothingFoundMessage="No template of this name"
        // Into the page's main part: outside of it, it would belong to no landmark.
        comboboxProps={{ portalProps: { target: '#main' } }}
      />
      {template ? <TemplateFiller key={template.id} template={template} target={target} done={begin} /> : null}
    </>
  );
}
