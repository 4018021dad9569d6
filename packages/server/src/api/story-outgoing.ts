import type { AttemptRow, JourneyRow } from './store/story.ts';
import type { StoryParts } from './story.ts';
import { type Draft, toDraft } from './story-draft.ts';

/** The steps of a message that we send: why it waits, how it ended, what it cost. */

const BY: Readonly<Record<string, string>> = {
  api: 'by the API',
  graph: 'by a Cloud API client',
  campaign: 'by a campaign',
};

export function toQueued(message: JourneyRow): Draft[] {
  const by =
    message.reaction === null ? (BY[message.origin] ?? `by ${message.origin}`) : `by reaction “${message.reaction}”`;
  const facts = [
    message.preview,
    message.sendAt && `Not before ${message.sendAt.toISOString()}`,
    message.expiresAt && `Not after ${message.expiresAt.toISOString()}`,
  ];
  const title = `${message.sendAt ? 'Scheduled' : 'Queued'} ${by}`;
  const ref = message.retryOf === null ? null : { kind: 'message' as const, id: message.retryOf };
  const detail = facts.filter(Boolean).join('; ');
  return [
    toDraft(message.at.getTime(), {
      step: 'queued',
      title: ref ? `${title}, once more` : title,
      detail,
      ok: true,
      ref,
    }),
  ];
}

const lastFinish = (attempts: readonly AttemptRow[]): number | null =>
  attempts.at(-1)?.finishedAt?.getTime() ?? attempts.at(-1)?.startedAt.getTime() ?? null;

const WAITS: Readonly<Record<string, string>> = {
  retry: 'Waits for its next attempt',
  ambiguous: 'Waits for a status to tell whether it went',
  scheduled: 'Waits for its time',
};

/** What it waits for now. */
export function toPending({ message, attempts }: StoryParts): Draft[] {
  const title = WAITS[message.waiting ?? ''];
  const atMs = lastFinish(attempts) ?? message.at.getTime();
  if (title === undefined) return [];
  const due = message.dueAt ? `Not before ${message.dueAt.toISOString()}` : null;
  const detail = [message.reason, due].filter(Boolean).join('; ') || null;
  return [toDraft(atMs, { step: 'outcome', title, detail })];
}

const ENDS: Readonly<Record<string, string>> = { cancelled: 'Cancelled', expired: 'Expired' };

/** An end that no attempt and no status tells of; and what was made of it. */
export function toEnd({ message, attempts }: StoryParts): Draft[] {
  const isGivenUp = message.state === 'failed' && attempts.at(-1)?.outcome === 'ambiguous';
  const title = isGivenUp ? 'Given up' : ENDS[message.state];
  const atMs = message.failedAt?.getTime() ?? lastFinish(attempts) ?? message.at.getTime();
  const end = title === undefined ? [] : [toDraft(atMs, { step: 'outcome', title, detail: message.reason, ok: false })];
  if (message.retriedBy === null) return end;
  const ref = { kind: 'message' as const, id: message.retriedBy };
  return [...end, toDraft(atMs, { step: 'queued', title: 'Sent once more, as another message', ref })];
}

const FREE: Readonly<Record<string, string>> = {
  free_customer_service: 'inside the service window',
  free_entry_point: 'after an advertisement',
};

/** What Meta charges for it, by the status that told. */
export function toPrice({ message: { pricing, sentAt, at }, attempts }: StoryParts): Draft[] {
  if (pricing === null) return [];
  const atMs = (sentAt ?? at).getTime();
  const { billable, type = '', category = 'unknown' } = pricing;
  const why = FREE[type] ?? type;
  const title = billable === false ? `Free (${category})` : `Charged as ${category}`;
  const told = { step: 'status' as const, title, detail: why === '' ? null : `Meta says: ${why}` };
  // The provider's clock has whole seconds: sorted after what it follows.
  return [toDraft(atMs, told, Math.max(atMs, lastFinish(attempts) ?? atMs))];
}
