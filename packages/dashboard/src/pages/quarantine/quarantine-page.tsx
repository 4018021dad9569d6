import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { quarantineQuery } from '../../api/queries.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { QuarantineCard } from './quarantine-card.tsx';

export function QuarantinePage({ after }: { after: string | undefined }) {
  const quarantine = useQuery(quarantineQuery(after));
  return (
    <PageFrame
      title="Quarantine"
      about="Events that could not be handled, set aside so that everything behind them goes on."
    >
      <QueryView query={quarantine}>
        {({ data, next }) => (
          <>
            {data.length > 0 ? (
              <Stack gap="sm">
                {data.map((entry) => (
                  <QuarantineCard key={entry.id} entry={entry} />
                ))}
              </Stack>
            ) : (
              <EmptyState title="Nothing is in quarantine">
                A handler that keeps throwing puts its event here, with the reason and the stack. Mend the handler, then
                replay the event.
              </EmptyState>
            )}
            <Pager to="/quarantine" after={after} next={next} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}
