import { Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { reportConsent } from '../../api/people.ts';
import { ApiProblem } from '../../api/problem.ts';
import { PURPOSE_WORDS, PURPOSES, type Purpose } from '../../model/consent.ts';
import { ownZone, toLocal, toZoneName } from '../../model/send-time.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useNow } from '../../parts/use-now.ts';

interface Props {
  contactId: string;
  state: 'in' | 'out';
  close: () => void;
}

/** The API answers each report for itself; one that it refuses is a problem like any other. */
async function record(report: Parameters<typeof reportConsent>[0]): Promise<void> {
  const { data } = await reportConsent(report);
  const [answer] = data;
  if (answer && !answer.ok)
    throw new ApiProblem({ ...answer.problem, type: 'about:blank', title: 'It was not recorded' });
}

export function RecordConsent({ contactId, state, close }: Props) {
  const queries = useQueryClient();
  const now = useNow();
  const [purposes, setPurposes] = useState<Purpose[]>(['marketing']);
  const [at, setAt] = useState(() => toLocal(new Date()));
  const [text, setText] = useState('');
  const isIn = state === 'in';
  const when = new Date(at);
  const isPast = !Number.isNaN(when.getTime()) && when.getTime() <= now;
  return (
    <Confirm
      title={isIn ? 'Record an opt-in' : 'Record an opt-out'}
      label="Record"
      ready={purposes.length > 0 && isPast && (!isIn || text.trim() !== '')}
      act={() =>
        record({ contactId, purposes, state, source: 'api', at: when.toISOString(), text: text.trim() || undefined })
      }
      done={() =>
        Promise.all(['consents', 'person'].map((key) => queries.invalidateQueries({ queryKey: [key, contactId] })))
      }
      close={close}
    >
      <Text size="sm">
        {isIn
          ? 'An opt-in needs its evidence: what the person agreed to, and when.'
          : 'From now on no message of these purposes goes to this person.'}
      </Text>
      <Checkbox.Group
        label="Of which messages"
        value={purposes}
        onChange={(values) => setPurposes(PURPOSES.filter((one) => values.includes(one)))}
      >
        <Stack gap={6} mt={6}>
          {PURPOSES.map((one) => (
            <Checkbox key={one} value={one} label={`${PURPOSE_WORDS[one].label}: ${PURPOSE_WORDS[one].about}`} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Group grow>
        <TextInput
          type="datetime-local"
          label="When they said it"
          description={`Your time: ${toZoneName(ownZone(), new Date(now))}`}
          value={at}
          error={isPast ? null : 'A time that has passed is needed.'}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
      </Group>
      <Textarea
        label={isIn ? 'The wording they agreed to' : 'Their words'}
        description={isIn ? 'As it stood on the form or was said' : 'If there were any'}
        value={text}
        maxLength={1_000}
        autosize
        minRows={2}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Confirm>
  );
}
