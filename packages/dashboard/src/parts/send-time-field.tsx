import { Radio, Stack, Text, TextInput } from '@mantine/core';
import { ownZone, type SendTime, type TheirZone, toDateIn, toZoneName } from '../model/send-time.ts';
import { Notice } from './notice.tsx';
import { useToday } from './use-now.ts';
import type { SendTimeState } from './use-send-time.ts';

/** A time to come, and on whose clock: a time without its zone means two things to two people. */
export function SendTimeField({ time, setTime, theirZone, at, sendAt, isTooLate }: SendTimeState) {
  const today = useToday();
  const when = new Date(at ?? today);
  return (
    <Stack gap="xs">
      <TextInput
        type="datetime-local"
        label="Send at"
        value={time.local}
        error={sendAt === null ? 'A time to come is needed.' : null}
        required
        withAsterisk={false}
        data-autofocus
        onChange={(event) => setTime({ ...time, local: event.currentTarget.value })}
      />
      <Radio.Group
        label="On whose clock"
        value={time.whose}
        onChange={(whose) => setTime({ ...time, whose: whose === 'theirs' ? 'theirs' : 'mine' })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="mine" label={`Mine: ${toZoneName(ownZone(), when)}`} />
          <Radio value="theirs" label={toTheirLabel(theirZone, when)} />
        </Stack>
      </Radio.Group>
      <BothClocks at={at} whose={time.whose} theirZone={theirZone} />
      {isTooLate ? (
        <Notice tone="busy" title="The window is closed by then">
          Unless the customer writes again before, WhatsApp takes only a template.
        </Notice>
      ) : null}
    </Stack>
  );
}

function toTheirLabel(zone: TheirZone | null, when: Date): string {
  if (zone === null) return 'The customer’s, wherever that is';
  const name = toZoneName(zone.name, when);
  return zone.isCertain ? `The customer’s: ${name}` : `The customer’s, most likely ${name}`;
}

/** What both clocks will show. */
function BothClocks({
  at,
  whose,
  theirZone,
}: {
  at: number | null;
  whose: SendTime['whose'];
  theirZone: TheirZone | null;
}) {
  const mine = at === null ? null : toDateIn(ownZone(), at);
  const theirs = at === null || theirZone === null ? null : toDateIn(theirZone.name, at);
  return (
    <Text size="sm" component="output" mih="1.55em">
      {mine ? (
        <>My clock: {mine}</>
      ) : whose === 'theirs' ? (
        'Their clock is not known here: the server looks it up.'
      ) : null}
      {theirs ? <> · Theirs: {theirs}</> : null}
    </Text>
  );
}
