import { useQuery } from '@tanstack/react-query';
import { policyQuery } from '../../api/policy.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, QueryView } from '../../parts/states.tsx';
import { PolicyForm } from './policy-form.tsx';

export function PolicyPage() {
  const policy = useQuery(policyQuery);
  return (
    <PageFrame
      title="Policy"
      about="What every message is judged by, beyond WhatsApp’s own rules. A change holds within a second or two, also for what waits."
    >
      <QueryView query={policy} loading={<Loading rows={4} height={120} />}>
        {({ value, etag }) => <PolicyForm key={etag} policy={value} etag={etag} />}
      </QueryView>
    </PageFrame>
  );
}
