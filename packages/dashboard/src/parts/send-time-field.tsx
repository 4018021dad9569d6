import { Radio, Stack, TextInput } from '@mantine/core';
import { ownZone, type SendTime, toZoneName } from '../model/send-time.ts';
import { useToday } from './use-now.ts';

interface Props {
  value: SendTime;
  set: (value: SendTime) => void;
  /** Offered when the person's clock may be meant; what their zone is called, or null when it is not known. */
  theirZone?: string | null | undefined;
  error?: string | null | undefined;
}

/** A time to come, and on whose clock: a time without its zone means two things to two people. */
export function SendTimeField({ value, set, theirZone, error }: Props) {
  const today = useToday();
  const at = new Date(value.local);
  const when = Number.isNaN(at.getTime()) ? new Date(today) : at;
  return (
    <Stack gap="xs">
      <TextInput
        type="datetime-local"
        label="Send at"
        description={theirZone === undefined ? `Your time: ${toZoneName(ownZone(), when)}` : undefined}
        value={value.local}
        error={error}
        required
        withAsterisk={false}
        data-autofocus
        onChange={(event) => set({ ...value, local: event.currentTarget.value })}
      />
      {theirZone === undefined ? null : (
        <Radio.Group
          label="On whose clock"
          value={value.whose}
          onChange={(whose) => set({ ...value, whose: whose === 'theirs' ? 'theirs' : 'mine' })}
        >
          <Stack gap={6} mt={6}>
            <Radio value="mine" label={`Mine: ${toZoneName(ownZone(), when)}`} />
            <Radio
              value="theirs"
              label={theirZone ? `The customer’s: ${toZoneName(theirZone, when)}` : 'The customer’s, wherever that is'}
            />
          </Stack>
        </Radio.Group>
      )}
    </Stack>
  );
}
