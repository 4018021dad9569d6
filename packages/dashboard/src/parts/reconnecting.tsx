import { Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { isAway } from '../api/problem.ts';
import classes from './parts.module.css';

/** A small line while the server does not answer; what was read last stays on the page behind it. */
export function Reconnecting() {
  const cache = useQueryClient().getQueryCache();
  const away = useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => cache.findAll({ type: 'active' }).some(({ state }) => isAway(state.error ?? state.fetchFailureReason)),
  );
  return (
    <output className={classes.reconnecting} data-away={away || undefined}>
      {away ? (
        <>
          <Loader size={14} color="currentcolor" aria-hidden /> Reconnecting to Wharf …
        </>
      ) : null}
    </output>
  );
}
