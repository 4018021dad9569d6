import { Text } from '@mantine/core';
import type { TemplateChange } from '../../api/types.ts';
import { toChangeView } from '../../model/template-change.ts';
import { toClock, toDay } from '../../model/time.ts';
import classes from '../../parts/timeline.module.css';

const SOURCES: Record<TemplateChange['source'], string> = {
  webhook: 'Meta’s webhook',
  sync: 'Reading from Meta',
  api: 'Here',
};

/** Newest first, as the API has it. */
export function TemplateHistory({ history }: { history: readonly TemplateChange[] }) {
  if (history.length === 0)
    return (
      <Text c="dimmed" size="sm">
        Nothing has changed since it was first read.
      </Text>
    );
  return (
    <ol className={classes.story}>
      {history.map((change, index) => (
        // A change has no id of its own; the list grows at its beginning, and nothing in a row has a state.
        // oxlint-disable-next-line react/no-array-index-key
        <Change key={index} change={change} />
      ))}
    </ol>
  );
}

function Change({ change }: { change: TemplateChange }) {
  const { title, detail, ok } = toChangeView(change);
  const { at, source, effectiveAt } = change;
  return (
    <li className={classes.step} data-ok={ok ?? undefined}>
      <div className={classes.when}>
        <span className={classes.day}>{toDay(at)}</span>
        <time dateTime={at}>{toClock(at)}</time>
      </div>
      <div className={classes.what}>
        <span className={classes.name}>{SOURCES[source]}</span>
        <strong className={classes.title}>{title}</strong>
        {detail ? (
          <p className={classes.detail} dir="auto">
            {detail}
          </p>
        ) : null}
        {effectiveAt ? <p className={classes.detail}>From {toDay(effectiveAt)}</p> : null}
      </div>
    </li>
  );
}
