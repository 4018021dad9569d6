import { NativeSelect, Stack, TextInput } from '@mantine/core';
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

const FOR_REVIEW = 'Meta’s reviewer looks at it; each message brings its own file';
const HAS_ONE = 'There is one, which goes along unless you choose another';

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
          <FileField
            key={header.kind}
            label="Example file"
            rule={SAMPLE_FILES[header.kind]}
            about={header.handle === '' ? FOR_REVIEW : HAS_ONE}
            error={errorOf('header.handle')}
            upload={uploadSample}
            done={(handle) => set({ header: { ...header, handle } })}
            clear={() => set({ header: { ...header, handle: '' } })}
          />
        ) : null}
      </Stack>
    </fieldset>
  );
}
