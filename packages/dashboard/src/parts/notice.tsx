import type { ReactNode } from 'react';
import classes from './parts.module.css';

interface Props {
  tone: 'bad' | 'busy' | 'info';
  title?: ReactNode;
  children?: ReactNode;
  /** Read out when it appears. */
  live?: boolean;
}

/** Something to know before going on; what went wrong is `ProblemState`. */
export function Notice({ tone, title, children, live = false }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={live ? 'alert' : undefined}>
      {title ? <strong className={classes.noticeTitle}>{title}</strong> : null}
      {children}
    </div>
  );
}
