import { Group, Text, Title } from '@mantine/core';
import type { Channel } from '../../api/types.ts';
import { toHealthTone } from '../../model/channel-edit.ts';
import { toWords } from '../../model/template-state.ts';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import classes from './channels.module.css';

const QUALITY: Readonly<Record<string, string>> = {
  GREEN: 'high',
  YELLOW: 'medium',
  RED: 'low',
  UNKNOWN: 'not rated yet',
};

/** What the provider says about the number, and what to do about it. */
export function ChannelHealth({ channel: { health } }: { channel: Channel }) {
  const { quality, status, canSend, problem, lookedAt } = health;
  const words = [
    quality ? { word: quality, label: `Quality ${QUALITY[quality] ?? quality.toLowerCase()}` } : null,
    status ? { word: status, label: toWords(status) } : null,
    canSend ? { word: canSend, label: `Sending ${canSend.toLowerCase()}` } : null,
  ].filter((word) => word !== null);
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        Health
      </Title>
      {words.length > 0 ? (
        <Group gap={6}>
          {words.map(({ word, label }) => (
            <StateBadge key={label} view={{ label, tone: toHealthTone(word), mark: '' }} />
          ))}
        </Group>
      ) : null}
      {problem ? (
        <div className={classes.problem}>
          <Notice tone="bad">{problem}</Notice>
        </div>
      ) : null}
      <Text size="xs" c="dimmed" mt={4}>
        {lookedAt ? (
          <>
            Last look: <Moment iso={lookedAt} />
          </>
        ) : (
          'The provider has not been asked yet.'
        )}
      </Text>
    </section>
  );
}
