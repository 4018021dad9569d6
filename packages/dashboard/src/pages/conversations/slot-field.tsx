import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Media } from '../../api/types.ts';
import { uploadMedia } from '../../api/upload.ts';
import { type FileRule, MESSAGE_FILES } from '../../model/file-rules.ts';
import type { Slot } from '../../model/template-use.ts';
import { FileField } from '../../parts/file-field.tsx';

interface Props {
  slot: Slot;
  value: string | Media;
  error: string | undefined;
  set: (value: string | Media) => void;
}

const toTitle = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Asks for one value that a template takes. */
export function SlotField(props: Props) {
  const { kind } = props.slot;
  if (kind === 'image' || kind === 'video' || kind === 'document')
    return <FileSlot {...props} rule={MESSAGE_FILES[kind]} />;
  return <TextSlot {...props} label={toTitle(props.slot.label)} />;
}

function TextSlot({ slot: { kind, sample }, value, error, set, label }: Props & { label: string }) {
  return (
    <TextInput
      label={<bdi>{label}</bdi>}
      placeholder={kind === 'gif' ? 'https://…' : sample}
      type={kind === 'time' ? 'datetime-local' : 'text'}
      dir={kind === 'text' ? 'auto' : undefined}
      value={typeof value === 'string' ? value : ''}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

/** A file from this computer, or one that lies on the web. */
function FileSlot({ rule, ...props }: Props & { rule: FileRule }) {
  const [byLink, setByLink] = useState(false);
  const { slot, error, set } = props;
  return (
    <div>
      {byLink ? (
        <TextSlot
          {...props}
          slot={{ ...slot, sample: 'https://…' }}
          label={`Link to the ${slot.label.toLowerCase()}`}
        />
      ) : (
        <FileField
          label={<bdi>{toTitle(slot.label)}</bdi>}
          rule={rule}
          error={error}
          upload={uploadMedia}
          done={set}
          clear={() => set('')}
        />
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        mt={4}
        onClick={() => {
          setByLink(!byLink);
          set('');
        }}
      >
        {byLink ? 'Upload a file instead' : 'Give a link instead'}
      </Button>
    </div>
  );
}
