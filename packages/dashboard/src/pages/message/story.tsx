import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { StoryStep } from '../../api/types.ts';
import type { StateView } from '../../model/delivery-state.ts';
import { type TimedStep, toTimedSteps } from '../../model/story.ts';
import { toWords } from '../../model/template-state.ts';
import { toClockMs, toDay, toDuration } from '../../model/time.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { RichText } from '../../parts/rich-text.tsx';
import classes from '../../parts/timeline.module.css';

/** What each kind of step is called. */
const NAMES: Record<StoryStep['step'], string> = {
  delivery: 'Webhook',
  event: 'Event',
  reaction: 'Reaction',
  queued: 'Outbox',
  policy: 'Policy',
  attempt: 'Attempt',
  outcome: 'Outcome',
  status: 'Status',
  edit: 'Edit',
  revoke: 'Deletion',
  emoji: 'Emoji',
  quarantine: 'Quarantine',
};

export function Story({ steps }: { steps: StoryStep[] }) {
  return (
    <ol className={classes.story}>
      {toTimedSteps(steps).map((timed, index) => (
        // A step has no id of its own; the story only grows at its end.
        // oxlint-disable-next-line react/no-array-index-key
        <Step key={index} timed={timed} />
      ))}
    </ol>
  );
}

function Step({ timed: { step, deltaMs, sinceStartMs, newDay } }: { timed: TimedStep }) {
  return (
    <li className={classes.step} data-ok={step.ok ?? undefined}>
      <div className={classes.when}>
        {newDay ? <span className={classes.day}>{toDay(step.at)}</span> : null}
        <time dateTime={step.at}>{toClockMs(step.at)}</time>
        {deltaMs === null ? null : (
          <span className={classes.delta} title={`${toDuration(sinceStartMs)} since the start`}>
            +{toDuration(deltaMs)}
          </span>
        )}
      </div>
      <div className={classes.what}>
        <span className={classes.name}>{NAMES[step.step] ?? step.step}</span>
        <strong className={classes.title}>
          {step.ok === null ? null : <span aria-label={step.ok ? 'Good:' : 'Bad:'}>{step.ok ? '✓ ' : '✕ '}</span>}
          <StepLink step={step}>{step.title}</StepLink>
        </strong>
        {step.findings && step.findings.length > 0 ? <Findings findings={step.findings} /> : null}
        {step.detail && !step.findings?.length ? (
          <p className={classes.detail} dir="auto">
            {step.step === 'queued' ? <RichText text={step.detail} /> : step.detail}
          </p>
        ) : null}
      </div>
    </li>
  );
}

type Finding = NonNullable<StoryStep['findings']>[number];

const EFFECTS: Record<Finding['effect'], StateView> = {
  allow: { label: 'Allows', tone: 'good', mark: '✓' },
  deny: { label: 'Refuses', tone: 'bad', mark: '✕' },
  defer: { label: 'Delays', tone: 'busy', mark: '◷' },
  note: { label: 'Notes', tone: 'neutral', mark: '' },
};

/** What every rule of the policy said, also those that let it pass. */
function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className={classes.findings}>
      {findings.map(({ rule, effect, text }) => (
        <li key={`${rule} ${text}`} className={classes.finding}>
          <span className={classes.rule}>{toWords(rule)}</span>
          <StateBadge view={EFFECTS[effect]} />
          <span className={classes.said} dir="auto">
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Deliveries have no page of their own; their events show them. */
function StepLink({ step, children }: { step: StoryStep; children: ReactNode }) {
  if (step.ref?.kind === 'event') {
    return (
      <Link to="/events/$id" params={{ id: step.ref.id }} className="link">
        {children}
      </Link>
    );
  }
  if (step.ref?.kind === 'message') {
    return (
      <Link to="/messages/$id" params={{ id: step.ref.id }} className="link">
        {children}
      </Link>
    );
  }
  return step.ref ? <span title={`Delivery ${step.ref.id}`}>{children}</span> : children;
}
