import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EventSummary } from '../../api/types.ts';
import { toEventState } from '../../model/delivery-state.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import classes from './events.module.css';

export function EventTable({ events }: { events: EventSummary[] }) {
  return (
    <div className={classes.frame}>
      <Table className={classes.table} verticalSpacing={8} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.time}>Time</Table.Th>
            <Table.Th className={classes.kind}>Kind</Table.Th>
            <Table.Th>Summary</Table.Th>
            <Table.Th className={classes.state}>State</Table.Th>
            <Table.Th className={classes.lane}>Lane</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function EventRow({ event }: { event: EventSummary }) {
  return (
    <Table.Tr className={classes.row}>
      <Table.Td className={classes.time}>
        <Moment iso={event.receivedAt} />
      </Table.Td>
      <Table.Td className={classes.kind}>
        <code>{event.kind}</code>
      </Table.Td>
      <Table.Td className={classes.summary}>
        <span className={classes.inlineKind}>
          <code>{event.kind}</code>
          <StateBadge view={toEventState(event.state)} />
        </span>
        {/* The link covers its row, so that the whole line can be pressed. */}
        <Link to="/events/$id" params={{ id: event.id }} className={classes.rowLink}>
          <bdi>{event.summary || event.kind}</bdi>
        </Link>
      </Table.Td>
      <Table.Td className={classes.state}>
        <StateBadge view={toEventState(event.state)} />
      </Table.Td>
      <Table.Td className={classes.lane}>
        <Text size="sm" c="dimmed" truncate title={event.lane}>
          {event.lane}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
