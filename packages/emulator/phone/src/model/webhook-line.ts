import type { PhoneState } from '../../../src/contract.ts';

export interface WebhookLine {
  tone: 'good' | 'busy' | 'bad';
  text: string;
  /** What to do about it, when something is wrong. */
  next?: string;
}

/** What each answer of the business's server most often means. */
const NEXT: Record<number, string> = {
  401: 'The signature did not match: check that both sides use the same app secret.',
  403: 'The verify token did not match: check that both sides use the same one.',
  404: 'Nothing listens at that path: the callback is usually /webhooks/whatsapp.',
  413: 'The server refuses bodies of this size: allow at least 4 MB.',
  503: 'The server could not store it. It will be sent again until it can.',
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How the last webhook fared, in plain words. */
export function toWebhookLine({ url, lastStatus, lastError, pending }: PhoneState['webhook']): WebhookLine {
  if (!url)
    return {
      tone: 'bad',
      text: 'No server connected',
      next: 'Start the emulator with --webhook and the URL of your server.',
    };
  const retrying = pending > 0 ? ` – retrying ${plural(pending, 'event')}` : '';
  if (lastStatus === 200 && !lastError) {
    if (pending > 0) return { tone: 'busy', text: `Delivering ${plural(pending, 'event')} to your server` };
    return { tone: 'good', text: 'Delivered to your server' };
  }
  if (lastStatus !== null && lastStatus !== 200) {
    return {
      tone: 'bad',
      text: `Your server answered ${lastStatus}${retrying}`,
      next: NEXT[lastStatus] ?? 'See its log for the reason.',
    };
  }
  if (lastError)
    return {
      tone: 'bad',
      text: `Your server did not answer${retrying}`,
      next: 'Is it running? It is tried again by itself.',
    };
  if (pending > 0) return { tone: 'busy', text: `Delivering ${plural(pending, 'event')} to your server` };
  return { tone: 'good', text: 'Connected to your server' };
}
