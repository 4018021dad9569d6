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

/** Why a message was not taken. Fields of the message stand under `message.`. */
export interface Refused {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly MessageProblem[];
  /** Of the policy's refusal: which rules, and what exactly. */
  readonly denied?: readonly { readonly rule: string; readonly code?: string }[];
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

/** A file, as it is known here. */
export interface GraphFile {
  readonly id: string;
  readonly state: 'referenced' | 'stored' | 'corrupt' | 'lost' | 'deleted';
  readonly type: string | null;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

export interface GraphUpload {
  readonly workspaceId: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly declaredType: string | null;
  readonly filename: string | null;
  readonly idempotencyKey: string | null;
}

export type Uploaded =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly problem: { readonly code: string; readonly detail: string } };

export interface GraphMedia {
  /** By our id or by Meta's. */
  find(workspaceId: string, id: string): Promise<GraphFile | null>;
  /** A path on this server that leads to the bytes for some minutes, for whoever has it. */
  sign(id: string): string;
  upload(upload: GraphUpload): Promise<Uploaded>;
  /** False: there is no such file (any more). */
  remove(workspaceId: string, id: string): Promise<boolean>;
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
  readonly media: GraphMedia;
}
