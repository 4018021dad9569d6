import { toNextHour } from '../../model/send-time.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { SendTimeField } from '../../parts/send-time-field.tsx';
import { useSendTime } from '../../parts/use-send-time.ts';

interface Props {
  contactId: string;
  /** When what is not a template cannot be sent any more; null: it is one. */
  until: string | null;
  send: (sendAt: string) => Promise<unknown>;
  close: () => void;
}

export function SendLater({ contactId, until, send, close }: Props) {
  const chosen = useSendTime({ local: () => toNextHour(Date.now()), contactId, until });
  const { sendAt } = chosen;
  return (
    <Confirm title="Send later" label="Schedule" ready={sendAt !== null} act={() => send(sendAt ?? '')} close={close}>
      <SendTimeField {...chosen} />
    </Confirm>
  );
}
