import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { consentsQuery } from '../../api/people.ts';
import type { Evidence } from '../../api/types.ts';
import { PURPOSE_WORDS, toConsentLines, toConsentState, toSource } from '../../model/consent.ts';
import { toClock, toDay } from '../../model/time.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { QueryView } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';
import classes from '../../parts/timeline.module.css';
import own from './contacts.module.css';
import { RecordConsent } from './record-consent.tsx';

export function Consents({ contactId, after }: { contactId: string; after: string | undefined }) {
  const consents = useQuery(consentsQuery(contactId, after));
  const [asked, setAsked] = useState<'in' | 'out' | null>(null);
  return (
    <QueryView query={consents}>
      {({ consents: states, data, next }) => (
        <Stack gap="md">
          <ul className={own.consents}>
            {toConsentLines(states).map(({ purpose, view, consent }) => (
              <li key={purpose} className={own.consent}>
                <span>
                  <strong>{PURPOSE_WORDS[purpose].label}</strong>
                  <span className={own.dim}> {PURPOSE_WORDS[purpose].about}</span>
                </span>
                <StateBadge view={view} />
                <span className={own.dim}>
                  {consent ? (
                    <>
                      {toSource(consent.source)}, <Moment iso={consent.at} />
                    </>
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
          <Group gap="xs">
            <ActionButton reason={null} onClick={() => setAsked('in')}>
              Record an opt-in …
            </ActionButton>
            <ActionButton reason={null} onClick={() => setAsked('out')}>
              Record an opt-out …
            </ActionButton>
          </Group>
          {asked ? <RecordConsent contactId={contactId} state={asked} close={() => setAsked(null)} /> : null}
          <Title order={3} size="h5">
            Evidence
          </Title>
          <EvidenceLog evidence={data} />
          <Further contactId={contactId} after={after} next={next} />
        </Stack>
      )}
    </QueryView>
  );
}

/** Rows are added, never changed. */
function EvidenceLog({ evidence }: { evidence: readonly Evidence[] }) {
  if (evidence.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was said about consent yet.
      </Text>
    );
  }
  return (
    <ol className={classes.story}>
      {evidence.map((one) => (
        <li
          key={one.id}
          className={classes.step}
          data-ok={one.state === 'in' ? true : one.state === 'out' ? false : undefined}
        >
          <div className={classes.when}>
            <span className={classes.day}>{toDay(one.at)}</span>
            <time dateTime={one.at}>{toClock(one.at)}</time>
          </div>
          <div className={classes.what}>
            <span className={classes.name}>{toSource(one.source)}</span>
            <strong className={classes.title}>
              {toConsentState(one.state).label}: {PURPOSE_WORDS[one.purpose].label.toLowerCase()}
            </strong>
            {one.text ? (
              <Paper component="blockquote" withBorder p="xs" m={0} mt={4} dir="auto" className={own.words}>
                {one.text}
              </Paper>
            ) : null}
            <p className={classes.detail}>
              Recorded <Moment iso={one.recordedAt} />
              {one.language ? ` · ${one.language}` : ''}
              {one.conversationId ? (
                <>
                  {' '}
                  ·{' '}
                  <Link to="/conversations/$id" params={{ id: one.conversationId }} className="link">
                    Conversation
                  </Link>
                </>
              ) : null}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Further({
  contactId: id,
  after,
  next,
}: {
  contactId: string;
  after: string | undefined;
  next: string | null;
}) {
  return (
    <Group justify="space-between">
      {after ? (
        <Link to="/contacts/$id" params={{ id }} className="link">
          ← Latest
        </Link>
      ) : (
        <span />
      )}
      {next ? (
        <Link to="/contacts/$id" params={{ id }} search={{ after: next }} className="link">
          Older →
        </Link>
      ) : null}
    </Group>
  );
}
