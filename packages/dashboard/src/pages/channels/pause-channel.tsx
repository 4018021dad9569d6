import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { pauseChannel } from '../../api/actions.ts';
import { channelsQuery } from '../../api/queries.ts';
import type { Channel } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';

export function PauseChannel({ channel, close }: { channel: Channel; close: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  return (
    <Confirm
      title="Pause sending?"
      label="Pause"
      act={() => pauseChannel(channel.id, reason.trim() || 'Paused by hand')}
      done={() => queries.invalidateQueries(channelsQuery)}
      close={close}
    >
      <Text size="sm">
        Nothing more goes out on <bdi>{channel.name}</bdi> until somebody resumes it. Messages still come in, and what
        waits is kept.
      </Text>
      <TextInput
        label="Reason"
        description="Shown to everyone who looks why"
        placeholder="Paused by hand"
        value={reason}
        maxLength={200}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
