import { Progress, Text, Title } from '@mantine/core';
import type { Channel } from '../../api/types.ts';
import { FROM_WORDS, toTierWords, toWarmUpDay } from '../../model/channel-edit.ts';
import { useNow } from '../../parts/use-now.ts';
import classes from './channels.module.css';

/** How fast it may send, and how many people it may still write to first. */
export function ChannelPacing({ channel: { pacing, provider } }: { channel: Channel }) {
  const { perSecond, perSecondFrom } = pacing;
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        Pace
      </Title>
      <Text size="sm">
        {perSecond.toLocaleString('en-GB')} message{perSecond === 1 ? '' : 's'} a second{' '}
        <span className={classes.dim}>({FROM_WORDS[perSecondFrom]})</span>
      </Text>
      {provider === 'meta' ? <Tier pacing={pacing} /> : null}
      <WarmUp pacing={pacing} />
    </section>
  );
}

function Tier({ pacing: { tier, tierFrom, people } }: { pacing: Channel['pacing'] }) {
  const used = tier === 0 ? 0 : Math.min(100, (people / tier) * 100);
  const tone = used >= 100 ? 'var(--bad)' : used >= 80 ? 'var(--busy)' : 'var(--mantine-primary-color-filled)';
  const words = `${people.toLocaleString('en-GB')} of ${toTierWords(tier)}`;
  return (
    <div className={classes.tier}>
      <Text size="sm">
        Written to first in 24 hours: {tier === 0 ? `${people.toLocaleString('en-GB')}, without limit` : words}{' '}
        <span className={classes.dim}>({FROM_WORDS[tierFrom]})</span>
      </Text>
      {tier === 0 ? null : <Progress value={used} color={tone} aria-label={`Used: ${words}`} mt={4} />}
    </div>
  );
}

function WarmUp({ pacing: { warmUp } }: { pacing: Channel['pacing'] }) {
  const today = toWarmUpDay(warmUp, useNow());
  if (!warmUp) return null;
  return (
    <Text size="sm" mt={4}>
      {today
        ? `Warm-up: day ${today.day} of ${today.of}, at most ${today.people.toLocaleString('en-GB')} people`
        : 'Warm-up: over, only the limit above holds'}
    </Text>
  );
}
