import { Button, FileInput, Group, Progress, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { toRuleWords } from '../model/file-rules.ts';
import { toSize } from '../model/media.ts';
import { type Upload, type UploadOptions, type UploadState, useUpload } from './use-upload.ts';

interface Props<T> extends UploadOptions<T> {
  label: ReactNode;
  /** Besides what may be chosen. */
  about?: string;
  error?: string | undefined;
}

/** Chooses a file and uploads it at once: what may be chosen is said before, how far it is and what went wrong at the field. */
export function FileField<T>({ label, about, error, ...options }: Props<T>) {
  const upload = useUpload(options);
  const { file, state, choose } = upload;
  const { rule } = options;
  return (
    <div>
      <FileInput
        label={label}
        description={[toRuleWords(rule), about].filter(Boolean).join('. ')}
        placeholder="Choose a file …"
        accept={rule.types.join(',')}
        value={file}
        onChange={choose}
        clearable
        clearButtonProps={{ 'aria-label': 'Take the file away' }}
        error={toError(state) ?? error}
      />
      <Progressing upload={upload} />
    </div>
  );
}

function toError(state: UploadState): string | null {
  if (state.phase === 'wrong') return state.words;
  if (state.phase !== 'failed') return null;
  const { title, detail, next } = state.problem;
  return [detail ?? title, next].filter(Boolean).join(' ');
}

function Progressing({ upload: { file, state, choose, again } }: { upload: Upload }) {
  const percent = state.phase === 'running' && state.share !== null ? Math.floor(state.share * 100) : 100;
  return (
    <>
      {state.phase === 'running' ? (
        <Group gap="xs" mt={6} wrap="nowrap">
          <Progress value={percent} flex={1} animated={state.share === null} aria-label="Upload" />
          <Text size="xs" c="dimmed">
            {state.share === null ? 'Almost there …' : `${percent} %`}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => choose(null)}>
            Stop
          </Button>
        </Group>
      ) : null}
      {state.phase === 'failed' ? (
        <Button size="compact-sm" variant="default" mt={6} onClick={again}>
          Try again
        </Button>
      ) : null}
      <Text size="xs" c="dimmed" component="output" display="block" pt={state.phase === 'done' ? 4 : 0}>
        {state.phase === 'done' && file ? `Uploaded, ${toSize(file.size)}` : ''}
      </Text>
      {/* Shown at the field; read out here, as nobody is at the field any more. */}
      <VisuallyHidden role="alert">{toError(state)}</VisuallyHidden>
    </>
  );
}
