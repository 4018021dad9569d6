import { type Database, statement } from '#kit';

/** What a message's row says about its way; the rest is in the tables beside it. */
export interface JourneyRow {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly origin: string;
  readonly preview: string;
  readonly at: Date;
  readonly state: string;
  readonly reason: string | null;
  readonly policy: {
    readonly verdict: 'allow' | 'deny' | 'defer';
    readonly reasons: readonly {
      readonly rule: string;
      readonly effect: 'allow' | 'deny' | 'defer' | 'note';
      readonly text: string;
    }[];
  } | null;
  readonly trail: readonly {
    readonly step: string;
    readonly status?: string;
    readonly at: string;
    readonly position: number;
  }[];
  readonly position: number | null;
  readonly reaction: string | null;
  /** When it came to a bad end: failed, blocked, cancelled or expired. */
  readonly failedAt: Date | null;
  readonly sentAt: Date | null;
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
  readonly retryOf: string | null;
  readonly retriedBy: string | null;
  readonly pricing: { readonly billable?: boolean; readonly type?: string; readonly category?: string } | null;
  readonly revokedAt: Date | null;
  /** Of the outbox, while it is on its way. */
  readonly waiting: string | null;
  readonly dueAt: Date | null;
}

export interface AttemptRow {
  readonly attempt: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: string | null;
  readonly code: number | null;
  readonly detail: string | null;
  readonly traceId: string | null;
}

export interface ReplyRow {
  readonly id: string;
  readonly reaction: string;
  readonly preview: string;
  readonly at: Date;
}

export interface EditRow {
  readonly at: Date;
  readonly position: number;
}

export interface EmojiRow extends EditRow {
  readonly actor: string;
  readonly emoji: string | null;
}

const JOURNEY = statement(
  'api_story_message',
  `select m.id, m.direction, m.origin, m.preview, m.at, m.state, m.reason, m.policy, m.trail, m.position, m.reaction,
     m.failed_at as "failedAt", m.sent_at as "sentAt", m.send_at as "sendAt", m.expires_at as "expiresAt", m.retry_of as "retryOf", m.pricing,
     (select r.id from messages r where r.retry_of = m.id order by r.id limit 1) as "retriedBy", m.revoked_at as "revokedAt", o.state as waiting, o.due_at as "dueAt"
   from messages m left join outbox o on o.id = m.id where m.workspace_id = $1 and m.id = $2`,
);

const ATTEMPTS = statement(
  'api_story_attempts',
  `select attempt, started_at as "startedAt", finished_at as "finishedAt", outcome, code, detail, trace_id as "traceId"
   from attempts where workspace_id = $1 and message_id = $2 order by attempt`,
);

const REPLIES = statement(
  'api_story_replies',
  `select id, reaction, preview, at from messages where position = $2 and workspace_id = $1 and reaction is not null order by at, id`,
);

const EDITS = statement(
  'api_story_edits',
  'select at, position from message_edits where workspace_id = $1 and message_id = $2 order by position',
);

const EMOJIS = statement(
  'api_story_emojis',
  'select at, position, actor, emoji from message_emojis where workspace_id = $1 and message_id = $2 order by position',
);

export const findJourney = async (db: Database, workspaceId: string, id: string): Promise<JourneyRow | null> =>
  (await db.rows<JourneyRow>(JOURNEY, [workspaceId, id]))[0] ?? null;

export const listAttempts = (db: Database, workspaceId: string, id: string): Promise<AttemptRow[]> =>
  db.rows<AttemptRow>(ATTEMPTS, [workspaceId, id]);

/** The messages that reactions sent in answer to the event at this position. */
export const listReplies = (db: Database, workspaceId: string, position: number): Promise<ReplyRow[]> =>
  db.rows<ReplyRow>(REPLIES, [workspaceId, position]);

export const listEdits = (db: Database, workspaceId: string, id: string): Promise<EditRow[]> =>
  db.rows<EditRow>(EDITS, [workspaceId, id]);

export const listEmojis = (db: Database, workspaceId: string, id: string): Promise<EmojiRow[]> =>
  db.rows<EmojiRow>(EMOJIS, [workspaceId, id]);
