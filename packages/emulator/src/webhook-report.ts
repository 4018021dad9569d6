import type { PhoneState } from './contract.ts';
import type { Pending } from './pending.ts';
import type { Callbacks } from './webhooks/callbacks.ts';
import type { PostResult } from './webhooks/post.ts';

/** How the last POST fared, for the phone page; one log line when it starts to fail and one when it works again. */
export interface WebhookReport {
  note(result: PostResult): void;
  current(): PhoneState['webhook'];
}

export function makeWebhookReport(callbacks: Callbacks, pending: Pending, log: (line: string) => void): WebhookReport {
  let last: PostResult | null = null;
  const isGood = (result: PostResult | null): boolean => result === null || result.status === 200;
  return {
    note(result) {
      if (isGood(last) && !isGood(result))
        log(`The webhook does not take deliveries (${toWords(result)}); they are tried again.`);
      if (!isGood(last) && isGood(result)) log('The webhook takes deliveries again.');
      last = result;
    },
    current: () => ({
      url: callbacks.waba ?? callbacks.app,
      lastStatus: last?.status ?? null,
      lastError: isGood(last) || last === null ? null : toWords(last),
      pending: pending.count(),
    }),
  };
}

const toWords = (result: PostResult): string => result.error ?? `HTTP ${result.status}`;
