import { describe, expect, test } from 'vitest';
import type { QuarantineRow } from './store/quarantine.ts';
import type { RunRow } from './store/runs.ts';
import type { AttemptRow, JourneyRow } from './store/story.ts';
import { type StoryParts, toStory } from './story.ts';

const t = (seconds: number): Date => new Date(Date.UTC(2026, 10, 21, 12, 0, 0) + seconds * 1_000);

const message = (more: Partial<JourneyRow> = {}): JourneyRow => ({
  id: 'msg_1',
  direction: 'out',
  origin: 'handler',
  preview: 'Hi Ada',
  at: t(1.5),
  state: 'accepted',
  reason: null,
  policy: { verdict: 'allow', reasons: [{ rule: 'window', effect: 'allow', text: 'The service window is open' }] },
  trail: [],
  position: 7,
  reaction: 'handlers',
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

const source: StoryParts['source'] = {
  position: 7,
  kind: 'message.received',
  provider: 'meta',
  deliveryId: 'd-1',
  receivedAt: t(1),
  bytes: 1_536,
  at: t(0).getTime(),
  summary: 'Ada: hello',
};

const run = (more: Partial<RunRow> = {}): RunRow => ({
  name: 'handlers',
  state: 'done',
  attempts: 1,
  at: t(1.2),
  tookMs: 12.4,
  error: null,
  notes: null,
  messageIds: ['msg_1'],
  ...more,
});

const attempt = (n: number, outcome: string | null, from: number, to: number | null): AttemptRow => ({
  attempt: n,
  startedAt: t(from),
  finishedAt: to === null ? null : t(to),
  outcome,
  code: null,
  detail: null,
  traceId: null,
});

const entry = (more: Partial<QuarantineRow> = {}): QuarantineRow => ({
  id: 'qua_1',
  position: 7,
  eventId: 'e',
  kind: 'message.received',
  stage: 'reaction',
  reaction: 'handlers',
  reason: 'TypeError: x',
  stack: null,
  attempts: 4,
  at: t(9),
  state: 'open',
  ...more,
});

const parts = (more: Partial<StoryParts>): StoryParts => ({
  message: message(),
  source: null,
  runs: [],
  replies: [],
  attempts: [],
  edits: [],
  emojis: [],
  quarantine: [],
  ...more,
});

const status = (word: string, seconds: number, position: number) => ({
  step: 'status',
  status: word,
  at: t(seconds).toISOString(),
  position,
});
const mark = (ok: boolean | null): string => (ok === null ? '·' : ok ? '✓' : '✕');
const told = (given: StoryParts): string[] =>
  toStory(given).map(
    (step) => `${mark(step.ok)} ${step.step}: ${step.title}${step.detail === null ? '' : ` | ${step.detail}`}`,
  );

const cases: [string, StoryParts, string[]][] = [
  [
    'an answer that was read goes from the delivery to the last tick',
    parts({
      source,
      runs: [run()],
      attempts: [attempt(1, 'accepted', 1.6, 1.9)],
      message: message({
        state: 'read',
        trail: [status('read', 5, 12), status('sent', 1, 10), status('delivered', 2, 11)],
      }),
    }),
    [
      '✓ delivery: Delivery from Meta stored | 1.5 kB',
      "· event: message.received | Ada: hello (2026-11-21T12:00:00.000Z by the provider's clock)",
      '✓ reaction: Reaction “handlers” ran | 12 ms',
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '✓ policy: Policy: may be sent | The service window is open',
      '· attempt: Attempt 1',
      '✓ outcome: Accepted by WhatsApp | after 300 ms',
      '✓ status: Sent',
      '✓ status: Delivered',
      '✓ status: Read',
    ],
  ],
  [
    'a message of the API begins in the queue',
    parts({ message: message({ origin: 'api', position: null, reaction: null, policy: null, state: 'queued' }) }),
    ['✓ queued: Queued by the API | Hi Ada'],
  ],
  [
    'a message in the window of nobody is stopped by policy',
    parts({
      message: message({
        state: 'blocked',
        policy: {
          verdict: 'deny',
          reasons: [
            { rule: 'window', effect: 'deny', text: 'The window closed 2 h ago' },
            { rule: 'window', effect: 'note', text: 'send a template' },
          ],
        },
      }),
    }),
    [
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '✕ policy: Policy: must not be sent | The window closed 2 h ago; send a template',
    ],
  ],
  [
    'an answer that came after the conversation changed hands says so',
    parts({ message: message({ state: 'blocked', policy: null, reason: 'The conversation changed hands' }) }),
    ['✓ queued: Queued by reaction “handlers” | Hi Ada', '✕ policy: Not sent | The conversation changed hands'],
  ],
  [
    'attempts show their outcomes, and what it waits for now',
    parts({
      attempts: [
        attempt(1, 'transient', 2, 3),
        { ...attempt(2, 'throttled', 4, 5), code: 130429, detail: 'Slow down', traceId: 'A1' },
      ],
      message: message({ state: 'retry', waiting: 'retry', dueAt: t(8) }),
    }),
    [
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '✓ policy: Policy: may be sent | The service window is open',
      '· attempt: Attempt 1',
      '✕ outcome: Failed, may work later | after 1000 ms',
      '· attempt: Attempt 2',
      '· outcome: Refused for its rate | code 130429; Slow down; after 1000 ms; trace A1',
      '· outcome: Waits for its next attempt | Not before 2026-11-21T12:00:08.000Z',
    ],
  ],
  [
    'a lost answer is settled by the status that came instead',
    parts({
      attempts: [attempt(1, 'ambiguous', 2, 62)],
      message: message({ state: 'delivered', trail: [status('delivered', 4, 9)], policy: null }),
    }),
    [
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '· attempt: Attempt 1',
      '✓ status: Delivered',
      '· outcome: The answer was lost | after 60000 ms',
    ],
  ],
  [
    'a lost answer without any status is given up',
    parts({
      attempts: [attempt(1, 'ambiguous', 2, 3)],
      message: message({ state: 'failed', reason: 'not known whether it was sent', policy: null }),
    }),
    [
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '· attempt: Attempt 1',
      '· outcome: The answer was lost | after 1000 ms',
      '✕ outcome: Given up | not known whether it was sent',
    ],
  ],
  [
    'an attempt that is under way has no outcome yet',
    parts({
      attempts: [attempt(1, null, 2, null)],
      message: message({ state: 'sending', waiting: 'sending', policy: null }),
    }),
    ['✓ queued: Queued by reaction “handlers” | Hi Ada', '· attempt: Attempt 1'],
  ],
  [
    'a failed status carries the reason',
    parts({
      attempts: [attempt(1, 'accepted', 2, 3)],
      message: message({
        state: 'failed',
        reason: '131047 Re-engagement',
        trail: [status('failed', 4, 9)],
        policy: null,
      }),
    }),
    [
      '✓ queued: Queued by reaction “handlers” | Hi Ada',
      '· attempt: Attempt 1',
      '✓ outcome: Accepted by WhatsApp | after 1000 ms',
      '✕ status: Failed | 131047 Re-engagement',
    ],
  ],
  [
    'an inbound message shows what reactions answered, edits, emojis and that it was taken back',
    parts({
      source,
      runs: [
        run({ attempts: 2, notes: [{ name: 'mood', data: 'good' }] }),
        run({ name: 'rules', state: 'waiting', at: null, tookMs: null }),
      ],
      replies: [{ id: 'msg_2', reaction: 'handlers', preview: 'Hi', at: t(1.3) }],
      message: message({
        direction: 'in',
        origin: 'customer',
        state: 'received',
        policy: null,
        reaction: null,
        revokedAt: t(20),
      }),
      edits: [{ at: t(10), position: 21 }],
      emojis: [
        { at: t(11), position: 22, actor: 'con_1', emoji: null },
        { at: t(12), position: 23, actor: 'business', emoji: '👍' },
      ],
    }),
    [
      '✓ delivery: Delivery from Meta stored | 1.5 kB',
      "· event: message.received | Ada: hello (2026-11-21T12:00:00.000Z by the provider's clock)",
      '· reaction: Reaction “rules” is waiting for its turn',
      '✓ reaction: Reaction “handlers” ran | attempt 2; 12 ms; mood: "good"',
      '· queued: “handlers” answers | Hi',
      '· edit: Edited',
      '· emoji: The customer took the reaction back',
      '· emoji: We reacted 👍',
      '· revoke: Deleted by its sender',
    ],
  ],
  [
    'an echo was not sent by us, so it has no queue',
    parts({
      source,
      message: message({ origin: 'phone_app', reaction: null, policy: null, trail: [status('delivered', 3, 8)] }),
    }),
    [
      '✓ delivery: Delivery from Meta stored | 1.5 kB',
      "· event: message.received | Ada: hello (2026-11-21T12:00:00.000Z by the provider's clock)",
      '✓ status: Delivered',
    ],
  ],
  [
    'a reaction that failed for good is followed by its quarantine',
    parts({
      runs: [run({ state: 'quarantined', attempts: 4, error: 'TypeError: x', at: t(8.9) })],
      quarantine: [entry(), entry({ stage: 'fold', reaction: null, state: 'replayed', at: t(10) })],
      message: message({ direction: 'in', origin: 'customer', policy: null }),
    }),
    [
      '✕ reaction: Reaction “handlers” failed for good | attempt 4; 12 ms; TypeError: x',
      '✕ quarantine: Set aside: reaction “handlers” failed | TypeError: x',
      '· quarantine: Set aside, then replayed: the ledger failed | TypeError: x',
    ],
  ],
];

describe("a message's story", () => {
  test.each(cases)('%s', (_name, given, expected) => {
    expect(told(given)).toEqual(expected);
  });

  test('shows the provider’s time as it was told, also where it is before its cause', () => {
    const given = parts({
      attempts: [attempt(1, 'accepted', 2.2, 2.6)],
      message: message({ trail: [status('sent', 2, 9)] }),
    });
    const steps = toStory(given);
    expect(steps.map((step) => step.step)).toEqual(['queued', 'policy', 'attempt', 'outcome', 'status']);
    expect(steps.at(-1)?.at).toBe('2026-11-21T12:00:02.000Z');
  });

  test('leads back to the events it is made of', () => {
    const given = parts({
      source,
      runs: [run()],
      replies: [{ id: 'msg_2', reaction: 'handlers', preview: 'Hi', at: t(1.3) }],
      message: message({ trail: [status('sent', 3, 10)] }),
    });
    const refs = toStory(given).map((step) => step.ref && `${step.ref.kind} ${step.ref.id}`);
    expect(refs).toEqual(['delivery d-1', 'event 7', 'event 7', 'message msg_2', null, null, 'event 10']);
  });
});

test('the policy’s step says what every rule says, one by one', () => {
  const reasons = [
    { rule: 'consent', effect: 'allow', text: 'Nobody objected' },
    { rule: 'tier', effect: 'defer', text: 'The day is full' },
  ] as const;
  const story = toStory(parts({ message: message({ policy: { verdict: 'defer', reasons } }) }));
  expect(story.find(({ step }) => step === 'policy')?.findings).toEqual(reasons);
  expect(story.filter(({ findings }) => findings !== undefined)).toHaveLength(1);
});
