import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { cancelMessage, rescheduleMessage, retryMessage } from '../api/actions.ts';
import { refreshMessages } from '../api/messages.ts';
import { conversationQuery } from '../api/queries.ts';
import type { Message } from '../api/types.ts';
import type { MessageAction } from '../model/message-actions.ts';
import { toLine } from '../model/rendered.ts';
import { toLocal, toNextHour } from '../model/send-time.ts';
import { Confirm } from './confirm.tsx';
import { SendTimeField } from './send-time-field.tsx';
import { useSendTime } from './use-send-time.ts';

interface Props {
  message: Message;
  close: () => void;
}

/** Asks before something is done about an outgoing message. */
export function MessageDialog({ action, ...props }: Props & { action: MessageAction }) {
  if (action === 'cancel') return <Cancel {...props} />;
  return action === 'retry' ? <Retry {...props} /> : <Reschedule {...props} />;
}

function Words({ message }: { message: Message }) {
  return (
    <Text size="sm" c="dimmed" lineClamp={3} component="blockquote" m={0} dir="auto">
      {toLine(message)}
    </Text>
  );
}

function Cancel({ message, close }: Props) {
  const queries = useQueryClient();
  return (
    <Confirm
      title="Cancel this message?"
      label="Cancel the message"
      danger
      act={() => cancelMessage(message.id)}
      done={() => refreshMessages(queries)}
      close={close}
    >
      <Words message={message} />
      <Text size="sm">It is not sent. It stays in the list, and can be sent again later.</Text>
    </Confirm>
  );
}

function Retry({ message, close }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <Confirm
      title="Send it again?"
      label="Send again"
      act={async () => {
        const made = await retryMessage(message.id);
        await refreshMessages(queries);
        await navigate({ to: '/messages/$id', params: { id: made.id } });
      }}
      close={close}
    >
      <Words message={message} />
      <Text size="sm">
        It becomes a new message and is judged anew.{' '}
        {message.state === 'failed' ? 'It may have arrived after all: its story says what is known.' : ''}
      </Text>
    </Confirm>
  );
}

const toStart = ({ sendAt }: Message): string =>
  sendAt !== null && Date.parse(sendAt) > Date.now() ? toLocal(new Date(sendAt)) : toNextHour(Date.now());

function Reschedule({ message, close }: Props) {
  const queries = useQueryClient();
  const { id, conversationId, contactId, type } = message;
  const conversation = useQuery({ ...conversationQuery(conversationId ?? ''), enabled: conversationId !== null }).data;
  const until = type === 'template' ? null : (conversation?.windowExpiresAt ?? null);
  const chosen = useSendTime({ local: () => toStart(message), contactId, until });
  const { sendAt } = chosen;
  return (
    <Confirm
      title="Change the time"
      label="Change"
      ready={sendAt !== null}
      act={() => rescheduleMessage(id, sendAt ?? '')}
      done={() => refreshMessages(queries)}
      close={close}
    >
      <Words message={message} />
      <SendTimeField {...chosen} />
    </Confirm>
  );
}
