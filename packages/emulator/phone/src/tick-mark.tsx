import type { Tick } from './model/ticks.ts';

/** Ticks for the eye, words for everyone else. */
export function TickMark({ tick }: { tick: Tick }) {
  return (
    <span className="tick" data-read={tick.read || undefined} title={tick.label}>
      <span aria-hidden="true">{tick.mark}</span>
      <span className="words-only">{tick.label}</span>
    </span>
  );
}
