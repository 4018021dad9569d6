import type { MessageProblem, OutgoingMessage } from '@wharf/whatsapp';
import type { Clock, Database, Log } from '#kit';

/** A number that the caller's workspace sends from. */
export interface GraphChannel {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
}

/** A message to be queued, as the caller gave it. */
export interface GraphRequest {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly to?: string;
  readonly recipient?: string;
  /** In place of a person: the conversation of a group. */
  readonly conversationId?: string;
  readonly message: OutgoingMessage;
  readonly idempotencyKey: string;
  readonly callbackData?: string;
  readonly priority: 'reply' | 'transactional';
}

/** Why a message was not taken. `errors[].field` is a rule of the policy or a field under `message.`. */
export interface Refused {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly (MessageProblem & { readonly code?: string })[];
}

/** `deferred`: it may not go now. `until` is Unix ms; null: nobody knows. */
export type Taken =
  | { readonly ok: true; readonly id: string; readonly deferred: { readonly until: number | null } | null }
  | { readonly ok: false; readonly problem: Refused };

export interface ReadMark {
  readonly channel: GraphChannel;
  /** WhatsApp's id of the message that was read. */
  readonly messageId: string;
  readonly typing: boolean;
}

export interface GraphApiOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly db: Database;
  /** How long a request may wait for the outcome of its message. */
  readonly waitMs: number;
  /** False while the database is away: nothing is taken then. */
  readonly isReady: () => boolean;
  /** The workspace of an API key; null: no such key. */
  readonly authenticate: (key: string) => Promise<{ readonly workspaceId: string } | null>;
  /** The channel with this phone number id; null: the workspace has none. */
  readonly findChannel: (workspaceId: string, numberId: string) => Promise<GraphChannel | null>;
  /** Queues a message once for its key. */
  readonly submit: (request: GraphRequest) => Promise<Taken>;
  /** Queues a read mark. `standby`: the conversation belongs to another app, which alone may do that. */
  readonly markRead: (mark: ReadMark) => Promise<'queued' | 'standby'>;
}
