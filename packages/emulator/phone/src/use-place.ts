import { useCallback, useSyncExternalStore } from 'react';
import { type Place, parseHash, toHash } from './model/location-hash.ts';

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}

/** Who is on screen; the browser's back button goes from the chat to the list. */
export function usePlace(): [Place, (place: Place) => void] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const go = useCallback((place: Place) => {
    window.location.hash = toHash(place);
  }, []);
  return [parseHash(hash), go];
}
