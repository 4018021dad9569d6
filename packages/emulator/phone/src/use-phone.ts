import { useEffect, useReducer } from 'react';
import type { PhoneUpdate } from '../../src/contract.ts';
import { api, listen } from './api.ts';
import { EMPTY_PHONE, reducePhone, type Phone, type PhoneAction } from './model/phone-state.ts';

const RETRY_MS = 1_000;

/** The page's knowledge, kept alive: state at each connection, updates in between. */
export function usePhone(): { phone: Phone; dispatch: (action: PhoneAction) => void } {
  const [phone, dispatch] = useReducer(reducePhone, EMPTY_PHONE);
  useEffect(() => follow(dispatch), []);
  return { phone, dispatch };
}

function follow(dispatch: (action: PhoneAction) => void): () => void {
  let stop = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Updates that overtake the state on its way are kept and applied after it, or the older state would undo them.
  let early: PhoneUpdate[] | null = null;
  const load = async (): Promise<void> => {
    early = [];
    try {
      dispatch({ type: 'loaded', state: await api.state(), localNow: Date.now() });
      dispatch({ type: 'connection', connected: true });
      for (const update of early) dispatch({ type: 'update', update });
    } catch {
      lost();
    } finally {
      early = null;
    }
  };
  const take = (update: PhoneUpdate): void => {
    if (early) early.push(update);
    else dispatch({ type: 'update', update });
  };
  const lost = (): void => {
    dispatch({ type: 'connection', connected: false });
    clearTimeout(timer);
    // A browser gives up on a stream after an HTTP error, so we open a new one ourselves.
    timer = setTimeout(open, RETRY_MS);
  };
  const open = (): void => {
    stop();
    stop = listen({ onOpen: () => void load(), onUpdate: take, onLost: lost });
  };
  open();
  return () => {
    clearTimeout(timer);
    stop();
  };
}
