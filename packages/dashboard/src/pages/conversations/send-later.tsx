import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { personQuery } from '../../api/people.ts';
import type { Person } from '../../api/types.ts';
import { type SendTime, toNextHour, toSendAt } from '../../model/send-time.ts';
import { isPastWindow } from '../../model/window.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Notice } from '../../parts/notice.tsx';
import { SendTimeField } from '../../parts/send-time-field.tsx';
import { useNow } from '../../parts/use-now.ts';

/** The person's zone where it is one and known. */
const toZone = ({ timeZone, place }: Person): string | null =>
  timeZone ?? (place.zones.length === 1 ? (place.zones[0] ?? null) : null);

interface Props {
  contactId: string;
  /** When what is not a template cannot be sent any more; null: it is one. */
  until: string | null;
  send: (sendAt: string) => Promise<unknown>;
  close: () => void;
}

export function SendLater({ contactId, until, send, close }: Props) {
  const person = useQuery(personQuery(contactId)).data?.value;
  const now = useNow();
  const [time, setTime] = useState<SendTime>(() => ({ local: toNextHour(Date.now()), whose: 'mine' }));
  const sendAt = toSendAt(time, now);
  return (
    <Confirm title="Send later" label="Schedule" ready={sendAt !== null} act={() => send(sendAt ?? '')} close={close}>
      <SendTimeField
        value={time}
        set={setTime}
        theirZone={person ? toZone(person) : null}
        error={sendAt === null ? 'A time to come is needed.' : null}
      />
      {isPastWindow(until, sendAt) ? (
        <Notice tone="busy" title="The window is closed by then">
          Unless the customer writes again before, WhatsApp takes only a template.
        </Notice>
      ) : null}
    </Confirm>
  );
}
