import type { StateView } from '../model/delivery-state.ts';
import classes from './parts.module.css';

/** A state in words, with colour and glyph beside them. */
export function StateBadge({ view, title }: { view: StateView; title?: string }) {
  return (
    <span className={classes.badge} data-tone={view.tone} title={title}>
      {view.mark ? <span aria-hidden="true">{view.mark}</span> : null}
      {view.label}
    </span>
  );
}
