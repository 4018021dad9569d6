import { describe, expect, test } from 'vitest';
import type { AttemptRow, JourneyRow } from './store/story.ts';
import { type StoryParts, toStory } from './story.ts';

const t = (seconds: number): Date => new Date(Date.UTC(2026, 10, 21, 12, 0, 0) + seconds * 1_000);

const message = (more: Partial<JourneyRow> = {}): JourneyRow => ({
  id: 'msg_1',
  direction: 'out',
  origin: 'api',
  preview: 'Hi Ada',
  at: t(1),
  state: 'accepted',
  reason: null,
  policy: null,
  trail: [],
  position: null,
  reaction: null,
  failedAt: null,
  sentAt: null,
  sendAt: null,
  expiresAt: null,
  retryOf: null,
  retriedBy: null,
  pricing: null,
  revokedAt: null,
  waiting: null,
  dueAt: null,
  ...more,
});
const lost: AttemptRow = {
  attempt: 1,
  startedAt: t(2),
  finishedAt: t(3),
  outcome: 'ambiguous',
  code: null,
  detail: null,
  traceId: null,
};

function tell(more: Partial<JourneyRow>, attempts: readonly AttemptRow[] = []) {
  const empty = { source: null, runs: [], replies: [], edits: [], emojis: [], quarantine: [] };
  const parts: StoryParts = { ...empty, message: message(more), attempts };
  return toStory(parts).map(({ at, title, detail, ok, ref }) => ({ at, title, detail, ok, ref }));
}
const about = (title: string, more: object = {}) => expect.objectContaining({ title, ...more });

describe('why it was sent', () => {
  test.each<[string, Partial<JourneyRow>, string]>([
    ['by the API', { origin: 'api' }, 'Queued by the API'],
    ['by a client of Meta’s own API', { origin: 'graph' }, 'Queued by a Cloud API client'],
    ['by a reaction', { origin: 'handler', reaction: 'handlers' }, 'Queued by reaction “handlers”'],
    ['by something new', { origin: 'robot' }, 'Queued by robot'],
  ])('%s', (_name, more, title) => {
    expect(tell(more)).toEqual([about(title, { detail: 'Hi Ada', ok: true })]);
  });

  test('at a time of its own, and until when', () => {
    expect(tell({ sendAt: t(60), expiresAt: t(120), state: 'scheduled', waiting: 'scheduled', dueAt: t(60) })).toEqual([
      about('Scheduled by the API', {
        detail: 'Hi Ada; Not before 2026-11-21T12:01:00.000Z; Not after 2026-11-21T12:02:00.000Z',
      }),
      about('Waits for its time', { detail: 'Not before 2026-11-21T12:01:00.000Z' }),
    ]);
  });

  test('once more, and what it repeats', () => {
    expect(tell({ retryOf: 'msg_0' })).toEqual([
      about('Queued by the API, once more', { ref: { kind: 'message', id: 'msg_0' } }),
    ]);
  });
});

describe('why it waits', () => {
  test('put off by the policy: until when, and for what', () => {
    const steps = tell({ state: 'scheduled', waiting: 'scheduled', dueAt: t(3_600), reason: 'Quiet hours' });
    expect(steps.at(-1)).toMatchObject({
      title: 'Waits for its time',
      detail: 'Quiet hours; Not before 2026-11-21T13:00:00.000Z',
    });
  });
});

describe('how it ended', () => {
  test.each<[string, Partial<JourneyRow>, readonly AttemptRow[], string]>([
    ['taken back', { state: 'cancelled', reason: 'Cancelled before it was sent', failedAt: t(9) }, [], 'Cancelled'],
    ['too late', { state: 'expired', reason: 'It could not go out before …', failedAt: t(9) }, [], 'Expired'],
    ['given up after a lost answer', { state: 'failed', reason: 'not known', failedAt: t(9) }, [lost], 'Given up'],
  ])('%s', (_name, more, attempts, title) => {
    const steps = tell(more, attempts);
    expect(steps.at(-1)).toEqual({ at: t(9).toISOString(), title, detail: more.reason, ok: false, ref: null });
  });

  test('and was sent once more', () => {
    expect(tell({ state: 'cancelled', failedAt: t(9), retriedBy: 'msg_2' }).slice(-2)).toEqual([
      about('Sent once more, as another message', { ref: { kind: 'message', id: 'msg_2' } }),
      about('Cancelled'),
    ]);
  });
});

describe('what it cost', () => {
  test('comes after what it was for, though Meta tells its time in whole seconds', () => {
    const accepted = { ...lost, startedAt: t(2.2), finishedAt: t(2.6), outcome: 'accepted' };
    const trail = [{ step: 'status', status: 'sent', at: t(2).toISOString(), position: 1 }];
    const steps = tell({ pricing: { category: 'utility' }, sentAt: t(2), trail }, [accepted]);
    expect(steps.map(({ title }) => title)).toEqual([
      'Queued by the API',
      'Attempt 1',
      'Accepted by WhatsApp',
      'Sent',
      'Charged as utility',
    ]);
  });

  test.each<[JourneyRow['pricing'], string, string | null]>([
    [{ billable: true, type: 'regular', category: 'marketing' }, 'Charged as marketing', 'Meta says: regular'],
    [
      { billable: false, type: 'free_customer_service', category: 'utility' },
      'Free (utility)',
      'Meta says: inside the service window',
    ],
    [
      { billable: false, type: 'free_entry_point', category: 'service' },
      'Free (service)',
      'Meta says: after an advertisement',
    ],
    [{ category: 'utility' }, 'Charged as utility', null],
  ])('%o', (pricing, title, detail) => {
    expect(tell({ pricing, sentAt: t(5) }).at(-1)).toMatchObject({ at: t(5).toISOString(), title, detail });
  });
});
