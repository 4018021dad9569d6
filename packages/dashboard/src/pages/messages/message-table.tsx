import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Channel, Message } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { toOrigin } from '../../model/origins.ts';
import { toLine } from '../../model/rendered.ts';
import { toWords } from '../../model/template-state.ts';
import { RichText } from '../../parts/rich-text.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { MessageMenu } from './message-menu.tsx';
import classes from './messages.module.css';

interface Props {
  messages: readonly Message[];
  channels: readonly Channel[];
}

export function MessageTable({ messages, channels }: Props) {
  return (
    <div className={classes.frame}>
      <Table className={classes.table} verticalSpacing={8} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.time}>Time</Table.Th>
            <Table.Th>Message</Table.Th>
            <Table.Th className={classes.from}>Written by</Table.Th>
            <Table.Th className={classes.state}>State</Table.Th>
            <Table.Th className={classes.menu}>
              <span className={classes.hidden}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {messages.map((message) => (
            <MessageRow
              key={message.id}
              message={message}
              channel={channels.length > 1 ? channels.find(({ id }) => id === message.channelId) : undefined}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** `channel` only where there are several. */
function MessageRow({ message, channel }: { message: Message; channel: Channel | undefined }) {
  const view = toMessageState(message.state);
  return (
    <Table.Tr className={classes.row}>
      <Table.Td className={classes.time}>
        <Moment iso={message.at} />
      </Table.Td>
      <Table.Td>
        <span className={classes.inline}>
          <StateBadge view={view} />
        </span>
        {/* The link covers its row, so that the whole line can be pressed. */}
        <Link to="/messages/$id" params={{ id: message.id }} className={classes.rowLink}>
          <bdi>
            <RichText text={toLine(message)} links={false} />
          </bdi>
        </Link>
        <Times message={message} />
        {message.reason ? (
          <div className={classes.why} data-tone={view.tone}>
            {message.reason}
          </div>
        ) : null}
      </Table.Td>
      <Table.Td className={classes.from}>
        {toOrigin(message.origin)}
        <Text size="xs" c="dimmed">
          {toWords(message.type)}
          {message.category ? ` · ${toWords(message.category)}` : ''}
          {channel ? (
            <>
              {' '}
              · <bdi>{channel.name}</bdi>
            </>
          ) : null}
        </Text>
      </Table.Td>
      <Table.Td className={classes.state}>
        <StateBadge view={view} />
      </Table.Td>
      <Table.Td className={classes.menu}>
        <MessageMenu message={message} />
      </Table.Td>
    </Table.Tr>
  );
}

function Times({ message: { state, sendAt } }: { message: Message }) {
  if (sendAt === null || state !== 'scheduled') return null;
  return (
    <Text size="xs" c="dimmed">
      Goes <Moment iso={sendAt} />
    </Text>
  );
}
