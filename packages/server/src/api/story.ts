import { toShallow } from './shallow.ts';
import type { QuarantineRow } from './store/quarantine.ts';
import type { RunRow } from './store/runs.ts';
import { type Draft, type StoryStep, toDraft, type Told } from './story-draft.ts';
import { toEnd, toPending, toPrice, toQueued } from './story-outgoing.ts';
import type { AttemptRow, EditRow, EmojiRow, JourneyRow, ReplyRow } from './store/story.ts';

export type { StoryStep };

/** The event a message came from, or answers. */
export interface Source {
  readonly position: number;
  readonly kind: string;
  readonly provider: string;
  readonly deliveryId: string | null;
  readonly receivedAt: Date;
  readonly bytes: number | null;
  /** Provider's time, unix ms. */
  readonly at: number | null;
  readonly summary: string;
}

/** All that is known about the way of one message. */
export interface StoryParts {
  readonly message: JourneyRow;
  readonly source: Source | null;
  readonly runs: readonly RunRow[];
  readonly replies: readonly ReplyRow[];
  readonly attempts: readonly AttemptRow[];
  readonly edits: readonly EditRow[];
  readonly emojis: readonly EmojiRow[];
  readonly quarantine: readonly QuarantineRow[];
}

const eventRef = (position: number): StoryStep['ref'] => ({ kind: 'event', id: String(position) });
const iso = (ms: number): string => new Date(ms).toISOString();
const PROVIDERS: Readonly<Record<string, string>> = { meta: 'Meta', whapi: 'Whapi.Cloud' };

/** Sent by us, through the outbox; not an echo of what was written elsewhere. */
const isOurs = (message: JourneyRow): boolean =>
  message.direction === 'out' && !['phone_app', 'other_app', 'history'].includes(message.origin);

function toSize(bytes: number | null): string | null {
  if (bytes === null) return null;
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`;
}

function toOrigin(source: Source | null): Draft[] {
  if (!source) return [];
  const atMs = source.receivedAt.getTime();
  const title = `Delivery from ${PROVIDERS[source.provider] ?? source.provider} stored`;
  const ref = source.deliveryId === null ? null : { kind: 'delivery' as const, id: source.deliveryId };
  const happened = source.at === null ? '' : ` (${iso(source.at)} by the provider's clock)`;
  return [
    toDraft(atMs, { step: 'delivery', title, detail: toSize(source.bytes), ok: true, ref }),
    toDraft(atMs, {
      step: 'event',
      title: source.kind,
      detail: `${source.summary}${happened}`,
      ref: eventRef(source.position),
    }),
  ];
}

const RUN_WORDS: Readonly<Record<RunRow['state'], { readonly words: string; readonly ok: boolean | null }>> = {
  waiting: { words: 'is waiting for its turn', ok: null },
  done: { words: 'ran', ok: true },
  retrying: { words: 'failed and will be tried again', ok: false },
  quarantined: { words: 'failed for good', ok: false },
};

function toRun(run: RunRow, source: Source | null): Draft[] {
  const atMs = (run.at ?? source?.receivedAt)?.getTime();
  if (atMs === undefined) return [];
  const { words, ok } = RUN_WORDS[run.state];
  const facts = [
    run.attempts > 1 ? `attempt ${run.attempts}` : null,
    run.tookMs === null ? null : `${Math.round(run.tookMs)} ms`,
    run.error,
    ...(run.notes ?? []).map((note) => `${note.name}: ${JSON.stringify(toShallow(note.data))}`.slice(0, 200)),
  ];
  const detail = facts.filter(Boolean).join('; ') || null;
  return [
    toDraft(atMs, {
      step: 'reaction',
      title: `Reaction “${run.name}” ${words}`,
      detail,
      ok,
      ref: source && eventRef(source.position),
    }),
  ];
}

const toReply = (reply: ReplyRow): Draft =>
  toDraft(reply.at.getTime(), {
    step: 'queued',
    title: `“${reply.reaction}” answers`,
    detail: reply.preview,
    ref: { kind: 'message', id: reply.id },
  });

const VERDICTS = {
  allow: { title: 'Policy: may be sent', ok: true },
  deny: { title: 'Policy: must not be sent', ok: false },
  defer: { title: 'Policy: must wait', ok: null },
} as const;

// The verdict is stored without a time of its own: it was reached just before the first attempt, or instead of it.
function toPolicy({ message, attempts }: StoryParts): Draft[] {
  if (message.state === 'blocked' && !message.policy) {
    return [toDraft(message.at.getTime(), { step: 'policy', title: 'Not sent', detail: message.reason, ok: false })];
  }
  if (!message.policy) return [];
  const atMs = (attempts[0]?.startedAt ?? message.at).getTime();
  const { title, ok } = VERDICTS[message.policy.verdict];
  return [
    toDraft(atMs, {
      step: 'policy',
      title,
      detail: message.policy.reasons.map(({ text }) => text).join('; ') || null,
      ok,
      findings: message.policy.reasons.map(({ rule, effect, text }) => ({ rule, effect, text })),
    }),
  ];
}

const OUTCOMES: Readonly<Record<string, { readonly title: string; readonly ok: boolean | null }>> = {
  accepted: { title: 'Accepted by WhatsApp', ok: true },
  throttled: { title: 'Refused for its rate', ok: null },
  transient: { title: 'Failed, may work later', ok: false },
  ambiguous: { title: 'The answer was lost', ok: null },
  channel: { title: 'The channel cannot send', ok: false },
  permanent: { title: 'Refused', ok: false },
};

function toAttempt(row: AttemptRow): Draft[] {
  const startedMs = row.startedAt.getTime();
  const attempt = toDraft(startedMs, { step: 'attempt', title: `Attempt ${row.attempt}` });
  if (!row.outcome || !row.finishedAt) return [attempt];
  const { title, ok } = OUTCOMES[row.outcome] ?? { title: row.outcome, ok: null };
  const finishedMs = row.finishedAt.getTime();
  const facts = [
    row.code === null ? null : `code ${row.code}`,
    row.detail,
    `after ${finishedMs - startedMs} ms`,
    row.traceId && `trace ${row.traceId}`,
  ];
  const detail = facts.filter(Boolean).join('; ');
  return [attempt, toDraft(finishedMs, { step: 'outcome', title, detail, ok })];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What the provider reported later. Its clock has whole seconds and may differ: shown as told, sorted after its cause. */
function toReports({ message, attempts, edits, emojis, source }: StoryParts): Draft[] {
  const accepted = attempts.find((attempt) => attempt.outcome === 'accepted')?.finishedAt;
  const cause = (accepted ?? attempts[0]?.startedAt ?? source?.receivedAt)?.getTime() ?? -Infinity;
  const report = (atMs: number, told: Told) => toDraft(atMs, told, Math.max(atMs, cause));
  const statuses = message.trail.filter((entry) => entry.step === 'status');
  return [
    ...statuses.map(({ status = 'unknown', at, position }) =>
      report(Date.parse(at), {
        step: 'status',
        title: capital(status),
        detail: status === 'failed' ? message.reason : null,
        ok: status === 'failed' ? false : status !== 'warning' && status !== 'deleted' ? true : null,
        ref: eventRef(position),
      }),
    ),
    ...edits.map((edit) => report(edit.at.getTime(), { step: 'edit', title: 'Edited', ref: eventRef(edit.position) })),
    ...(message.revokedAt
      ? [report(message.revokedAt.getTime(), { step: 'revoke', title: 'Deleted by its sender' })]
      : []),
    ...emojis.map(({ at, actor, emoji, position }) => {
      const who = actor === 'business' ? 'We' : 'The customer';
      const title = emoji === null ? `${who} took the reaction back` : `${who} reacted ${emoji}`;
      return report(at.getTime(), { step: 'emoji', title, ref: eventRef(position) });
    }),
  ];
}

function toQuarantine(entry: QuarantineRow): Draft {
  const where = entry.reaction === null ? 'the ledger' : `reaction “${entry.reaction}”`;
  const words = { open: 'Set aside', replayed: 'Set aside, then replayed', discarded: 'Set aside, then discarded' };
  return toDraft(entry.at.getTime(), {
    step: 'quarantine',
    title: `${words[entry.state]}: ${where} failed`,
    detail: entry.reason,
    ok: entry.state === 'open' ? false : null,
    ref: eventRef(entry.position),
  });
}

/** The whole way of one message, oldest step first. */
export function toStory(parts: StoryParts): StoryStep[] {
  const drafts = [
    ...toOrigin(parts.source),
    ...parts.runs.flatMap((run) => toRun(run, parts.source)),
    ...parts.replies.map(toReply),
    ...(isOurs(parts.message) ? toQueued(parts.message) : []),
    ...toPolicy(parts),
    ...parts.attempts.flatMap(toAttempt),
    ...toPending(parts),
    ...toEnd(parts),
    ...toReports(parts),
    ...toPrice(parts),
    ...parts.quarantine.map(toQuarantine),
  ];
  drafts.sort((a, b) => a.sortMs - b.sortMs || a.order - b.order);
  return drafts.map(({ atMs, sortMs: _sorted, order: _ordered, ...step }) => ({ at: iso(atMs), ...step }));
}
