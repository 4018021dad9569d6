import { Button, Group, Modal, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { settleQuarantine } from '../../api/actions.ts';
import { toProblem } from '../../api/problem.ts';
import type { QuarantineEntry } from '../../api/types.ts';
import type { StateView } from '../../model/delivery-state.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { ProblemState } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';

type Action = 'replay' | 'discard';

const STATES: Record<QuarantineEntry['state'], StateView> = {
  open: { label: 'Open', tone: 'bad', mark: '!' },
  replayed: { label: 'Replayed', tone: 'good', mark: '↻' },
  discarded: { label: 'Discarded', tone: 'neutral', mark: '✕' },
};

export function QuarantineCard({ entry }: { entry: QuarantineEntry }) {
  const [asked, setAsked] = useState<Action | null>(null);
  const where =
    entry.stage === 'fold' ? 'while it was stored in the ledger' : `in reaction “${entry.reaction ?? 'unnamed'}”`;
  const settled = entry.state === 'open' ? undefined : `Already ${entry.state}`;
  return (
    <Paper withBorder p="md" component="article">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Link to="/events/$id" params={{ id: entry.position }} className="link">
              <code>{entry.kind}</code>
            </Link>
            <StateBadge view={STATES[entry.state]} />
          </Group>
          <Text size="sm" c="dimmed">
            <Moment iso={entry.at} />
          </Text>
        </Group>
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {entry.reason}
        </Text>
        <Text size="sm" c="dimmed">
          It failed {where}, after {entry.attempts} attempt{entry.attempts === 1 ? '' : 's'}.
        </Text>
        {entry.stack ? (
          <details>
            <summary>Stack</summary>
            <CodeBlock label="As it was thrown" text={entry.stack} />
          </details>
        ) : null}
        <Group gap="sm">
          <Button size="xs" disabled={settled !== undefined} title={settled} onClick={() => setAsked('replay')}>
            Replay …
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={settled !== undefined}
            title={settled}
            onClick={() => setAsked('discard')}
          >
            Discard …
          </Button>
        </Group>
      </Stack>
      {asked ? <Confirm entry={entry} action={asked} close={() => setAsked(null)} /> : null}
    </Paper>
  );
}

const EFFECTS: Record<Action, { title: string; effect: string; button: string }> = {
  replay: {
    title: 'Replay this event?',
    effect:
      'It is handled once more by the reactions as they are now. Answers it already led to are not sent again; new ones go to the customer.',
    button: 'Replay',
  },
  discard: {
    title: 'Discard this event?',
    effect:
      'No reaction will ever run for it, and the customer gets no answer to it. The event itself stays stored and visible.',
    button: 'Discard',
  },
};

function Confirm({ entry, action, close }: { entry: QuarantineEntry; action: Action; close: () => void }) {
  const queries = useQueryClient();
  const settle = useMutation({
    mutationFn: () => settleQuarantine(entry.id, action),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['quarantine'] });
      close();
    },
  });
  const { title, effect, button } = EFFECTS[action];
  return (
    <Modal opened onClose={close} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <Text size="sm">
          <code>{entry.kind}</code>: {effect}
        </Text>
        {settle.error ? <ProblemState problem={toProblem(settle.error)} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            color={action === 'discard' ? 'red' : undefined}
            loading={settle.isPending}
            onClick={() => settle.mutate()}
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
