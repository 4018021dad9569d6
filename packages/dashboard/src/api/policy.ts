import { queryOptions } from '@tanstack/react-query';
import { getWithEtag, put } from './client.ts';
import type { Policy, PolicyAnswer } from './types.ts';

/** With the ETag that a change is based on. Not read again while it is being edited. */
export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: () => getWithEtag<PolicyAnswer>('/policy'),
  refetchOnWindowFocus: false,
});

export const writePolicy = (policy: Policy, etag: string) => put<PolicyAnswer>('/policy', policy, { 'if-match': etag });
