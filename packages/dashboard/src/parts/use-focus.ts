import { type RefObject, useEffect, useRef } from 'react';

/** Takes the focus when it appears, where what had it is gone: the keyboard goes on from here. */
export function useFocus<T extends HTMLElement>(wanted: boolean): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    if (wanted) element.current?.focus();
  }, [wanted]);
  return element;
}
