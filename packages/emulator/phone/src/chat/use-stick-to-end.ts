import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How far from the end still counts as "at the end", in CSS pixels. */
const SLACK_PX = 48;

/** Keeps the log at its end whenever `latest` changes while the reader is there; leaves them alone when they scrolled up. */
export function useStickToEnd(latest: string): {
  logRef: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  toEnd: () => void;
} {
  const logRef = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    sticks.current = true;
    setAtEnd(true);
    logRef.current?.scrollTo({ top: logRef.current.scrollHeight });
  }, []);

  useLayoutEffect(() => {
    if (latest !== '' && sticks.current) toEnd();
  }, [latest, toEnd]);

  useEffect(() => {
    const log = logRef.current;
    if (!log) return undefined;
    const onScroll = (): void => {
      sticks.current = log.scrollHeight - log.scrollTop - log.clientHeight < SLACK_PX;
      setAtEnd(sticks.current);
    };
    // Images that load late, and the keyboard of a real phone, change the height without a new message.
    const resize = new ResizeObserver(() => sticks.current && log.scrollTo({ top: log.scrollHeight }));
    const onLoad = (): void => {
      if (sticks.current) log.scrollTo({ top: log.scrollHeight });
    };
    resize.observe(log);
    log.addEventListener('scroll', onScroll, { passive: true });
    log.addEventListener('load', onLoad, true);
    return () => {
      resize.disconnect();
      log.removeEventListener('scroll', onScroll);
      log.removeEventListener('load', onLoad, true);
    };
  }, []);

  return { logRef, atEnd, toEnd };
}
