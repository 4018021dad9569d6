import { Group, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Channel } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { type MessageSearch, parseMessageSearch, SENT_STATES, SPANS } from '../../model/message-search.ts';
import { SENT_ORIGINS, toOrigin } from '../../model/origins.ts';
import { toWords } from '../../model/template-state.ts';

/** Meta's words for what people send most; another one in the address stays a choice. */
const TYPES = ['text', 'template', 'interactive', 'image', 'video', 'audio', 'document', 'location', 'reaction'];

interface Choice {
  value: string;
  label: string;
}

const all = (label: string, choices: Choice[], current: string | undefined): Choice[] => {
  const isKnown = current === undefined || choices.some(({ value }) => value === current);
  return [{ value: '', label }, ...choices, ...(isKnown ? [] : [{ value: current, label: current }])];
};

export function MessageFilters({ search, channels }: { search: MessageSearch; channels: readonly Channel[] }) {
  const navigate = useNavigate();
  // A filter starts again at the newest page.
  const set = (key: keyof MessageSearch, value: string): void =>
    void navigate({
      to: '/messages',
      search: parseMessageSearch({ ...search, after: undefined, [key]: value }),
      replace: true,
    });
  const field = (key: keyof MessageSearch, label: string, data: Choice[]) => (
    <NativeSelect
      label={label}
      value={search[key] ?? ''}
      data={data}
      onChange={(event) => set(key, event.currentTarget.value)}
      flex="1 1 130px"
      maw={200}
    />
  );
  const states = SENT_STATES.map((value) => ({ value, label: toMessageState(value).label }));
  const origins = SENT_ORIGINS.map((value) => ({ value, label: toOrigin(value) }));
  const spans = Object.entries(SPANS).map(([value, { label }]) => ({ value: value === '7d' ? '' : value, label }));
  return (
    <Group mb="md" gap="sm" align="flex-end">
      {field('state', 'State', all('All', states, search.state))}
      {field('origin', 'Written by', all('Anyone', origins, search.origin))}
      {field(
        'type',
        'Type',
        all(
          'All',
          TYPES.map((value) => ({ value, label: toWords(value) })),
          search.type,
        ),
      )}
      {channels.length > 1 || search.channel
        ? field(
            'channel',
            'Channel',
            all(
              'All',
              channels.map(({ id, name }) => ({ value: id, label: name })),
              search.channel,
            ),
          )
        : null}
      {field('since', 'Time', spans)}
    </Group>
  );
}
