import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { personQuery } from '../api/people.ts';
import { type SendTime, type TheirZone, toInstant, toSendAt, toTheirZone } from '../model/send-time.ts';
import { isPastWindow } from '../model/window.ts';
import { useNow } from './use-now.ts';

interface Start {
  local: () => string;
  /** Whom it goes to; null: nobody that is known. */
  contactId: string | null;
  /** When what is not a template cannot be sent any more; null: it is one. */
  until: string | null;
}

export interface SendTimeState {
  time: SendTime;
  setTime: (time: SendTime) => void;
  theirZone: TheirZone | null;
  /** When that is, in Unix ms; null: that is not known here. */
  at: number | null;
  /** For the API; null: it is no time to come. */
  sendAt: string | null;
  /** The window has closed by then. */
  isTooLate: boolean;
}

/** A time that is being chosen, on one's own clock or on the person's. */
export function useSendTime({ local, contactId, until }: Start): SendTimeState {
  const person = useQuery({ ...personQuery(contactId ?? ''), enabled: contactId !== null }).data?.value;
  const now = useNow();
  const [time, setTime] = useState<SendTime>(() => ({ local: local(), whose: 'mine' }));
  const theirZone = person ? toTheirZone(person) : null;
  const at = toInstant(time, theirZone);
  return { time, setTime, theirZone, at, sendAt: toSendAt(time, now, theirZone), isTooLate: isPastWindow(until, at) };
}
