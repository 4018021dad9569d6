import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { resumeChannel } from '../../api/actions.ts';
import { toProblem } from '../../api/problem.ts';
import { channelsQuery } from '../../api/queries.ts';
import type { Channel } from '../../api/types.ts';
import { toClock } from '../../model/time.ts';
import { ProblemState } from '../../parts/states.tsx';

/** Why a channel is paused and the way out of it; after that, that it sends again. */
export function ResumeChannel({ channel }: { channel: Channel }) {
  const [asked, setAsked] = useState(false);
  const [resumedAt, setResumedAt] = useState<string | null>(null);
  return (
    <div>
      {channel.state === 'paused' ? (
        <Paused channel={channel} resumedAt={resumedAt} ask={() => setAsked(true)} />
      ) : null}
      <output>
        {channel.state === 'active' && resumedAt ? (
          <Text size="sm" fw={600}>
            Resumed at {toClock(resumedAt)}. {toRest(channel.queued)}
          </Text>
        ) : null}
      </output>
      {asked ? (
        <Confirm channel={channel} close={() => setAsked(false)} done={() => setResumedAt(new Date().toISOString())} />
      ) : null}
    </div>
  );
}

const toRest = (queued: number): string =>
  queued === 0 ? 'Nothing waits any more.' : `${toCount(queued)} still to go.`;

/** The API counts to 10,000. */
function toCount(queued: number): string {
  if (queued >= 10_000) return '10,000 or more messages';
  return `${queued.toLocaleString('en-GB')} message${queued === 1 ? '' : 's'}`;
}

interface PausedProps {
  channel: Channel;
  /** When it was resumed on this page, if it was: then it has been paused again since. */
  resumedAt: string | null;
  ask: () => void;
}

function Paused({ channel, resumedAt, ask }: PausedProps) {
  return (
    <Alert color="red" variant="outline" title="Sending is paused" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {channel.stateReason ?? 'No reason was stored.'}
        </Text>
        {resumedAt ? (
          <Text size="sm" fw={600}>
            It was resumed at {toClock(resumedAt)} and paused itself again: the cause is not mended.
          </Text>
        ) : null}
        <Text size="sm">Messages still come in and are stored; {toCount(channel.queued)} to send wait here.</Text>
        <Button size="xs" onClick={ask}>
          Resume …
        </Button>
      </Stack>
    </Alert>
  );
}

function Confirm({ channel, close, done }: { channel: Channel; close: () => void; done: () => void }) {
  const queries = useQueryClient();
  const resume = useMutation({
    mutationFn: () => resumeChannel(channel.id),
    onSuccess: async () => {
      await queries.invalidateQueries(channelsQuery);
      done();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="Send again?">
      <Stack gap="md">
        <Text size="sm">
          {channel.queued > 0 ? `${toCount(channel.queued)} that wait on ` : 'New messages on '}
          <bdi>{channel.name}</bdi> go out at once, as fast as the number’s limits allow. If the cause is not mended,
          the first refusal pauses it again and nothing is lost.
        </Text>
        {resume.error ? <ProblemState problem={toProblem(resume.error)} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
