import { Modal, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toProblem } from '../api/problem.ts';
import { FormButtons } from './form-buttons.tsx';
import { ProblemState } from './states.tsx';

interface Props {
  title: string;
  /** What the button says that does it. */
  label: string;
  danger?: boolean;
  /** Nothing more is asked while this is false. */
  ready?: boolean;
  act: () => Promise<unknown>;
  close: () => void;
  /** After it worked; before closing. */
  done?: () => unknown;
  children: ReactNode;
}

/** Asks before something is done. What the API refuses is said in the same place, and nothing typed is lost. */
export function Confirm({ title, label, danger = false, ready = true, act, close, done, children }: Props) {
  const run = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await done?.();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // React's events pass through portals: without this, a form around the one who asks would be submitted too.
          event.stopPropagation();
          if (ready && !run.isPending) run.mutate();
        }}
      >
        <Stack gap="md">
          {children}
          {run.error ? <ProblemState problem={toProblem(run.error)} /> : null}
          <FormButtons label={label} close={close} isPending={run.isPending} danger={danger} ready={ready} />
        </Stack>
      </form>
    </Modal>
  );
}
