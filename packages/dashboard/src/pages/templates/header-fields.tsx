import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { uploadSample } from '../../api/upload.ts';
import { SAMPLE_FILES } from '../../model/file-rules.ts';
import { HEADER_KINDS, isFileHeader } from '../../model/template-draft.ts';
import { FileField } from '../../parts/file-field.tsx';
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
            // An example of another kind is none.
            set({ header: { ...header, kind, handle: kind === header.kind ? header.handle : '' } });
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
          <ExampleFile
            key={header.kind}
            kind={header.kind}
            handle={header.handle}
            error={errorOf('header.handle')}
            set={(handle) => set({ header: { ...header, handle } })}
          />
        ) : null}
      </Stack>
    </fieldset>
  );
}

const FOR_REVIEW = 'Meta’s reviewer looks at it; each message brings its own file';
const HAS_ONE = 'There is one, which goes along unless you choose another';

interface ExampleProps {
  kind: keyof typeof SAMPLE_FILES;
  handle: string;
  error: string | undefined;
  set: (handle: string) => void;
}

function ExampleFile({ kind, handle, error, set }: ExampleProps) {
  // Of a template that is there: it comes back when the file in its place is taken away.
  const [stored] = useState(handle);
  return (
    <FileField
      label="Example file"
      rule={SAMPLE_FILES[kind]}
      about={stored !== '' && handle === stored ? HAS_ONE : FOR_REVIEW}
      error={error}
      upload={uploadSample}
      done={set}
      clear={() => set(stored)}
    />
  );
}
