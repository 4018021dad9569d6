import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { HEADER_KINDS, isFileHeader } from '../../model/template-draft.ts';
import type { FieldsProps } from './fields.ts';
import classes from './templates.module.css';

const LABELS: Record<(typeof HEADER_KINDS)[number], string> = {
  none: 'Nothing',
  text: 'Text',
  image: 'Picture',
  video: 'Video',
  document: 'Document',
  location: 'Place on a map',
};

export function HeaderFields({ draft, set, errorOf }: FieldsProps) {
  const { header } = draft;
  return (
    <fieldset className={classes.fieldset}>
      <legend>Header</legend>
      <Stack gap="sm">
        <NativeSelect
          name="header.kind"
          label="Above the text"
          value={header.kind}
          error={errorOf('header.kind')}
          data={HEADER_KINDS.map((value) => ({ value, label: LABELS[value] }))}
          onChange={(event) => {
            const kind = HEADER_KINDS.find((one) => one === event.currentTarget.value) ?? 'none';
            set({ header: { ...header, kind } });
          }}
          maw={260}
        />
        {header.kind === 'text' ? (
          <TextInput
            name="header.text"
            label="Header text"
            description="At most 60 characters and one variable"
            value={header.text}
            dir="auto"
            error={errorOf('header.text')}
            onChange={(event) => set({ header: { ...header, text: event.currentTarget.value } })}
          />
        ) : null}
        {isFileHeader(header.kind) ? (
          <TextInput
            name="header.handle"
            label="Handle of an example file"
            description="From Meta’s resumable upload: the reviewer looks at it. Each message brings its own file."
            value={header.handle}
            error={errorOf('header.handle')}
            onChange={(event) => set({ header: { ...header, handle: event.currentTarget.value.trim() } })}
          />
        ) : null}
      </Stack>
    </fieldset>
  );
}
