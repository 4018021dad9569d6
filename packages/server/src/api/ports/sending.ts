import type { FieldError } from '../problems.ts';

export interface SubmitRequest {
  readonly workspaceId: string;
  readonly channelId?: string | undefined;
  readonly to?: string | undefined;
  readonly recipient?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly message: unknown;
  readonly idempotencyKey: string | null;
  readonly sendAt?: string | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly priority?: 'reply' | 'transactional' | 'campaign' | undefined;
  readonly callbackData?: string | undefined;
}

/** `code` is one of the registry in problems.ts; another one is answered as `request_refused`. */
export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** What the policy says. */
export interface Judged {
  readonly category: string | null;
  readonly verdict: {
    readonly verdict: 'allow' | 'deny' | 'defer';
    /** Unix ms. */
    readonly until: number | null;
    readonly reasons: readonly {
      readonly rule: string;
      readonly effect: 'allow' | 'deny' | 'defer' | 'note';
      readonly text: string;
      readonly until?: number;
      readonly scope?: 'class';
      readonly code?: string;
      readonly problems?: readonly { readonly field: string; readonly message: string }[];
    }[];
  };
}

export type Submitted =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean; readonly judged: Judged | null }
  | { readonly ok: false; readonly problem: Refusal };

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly problem: Refusal };

export interface MessageKey {
  readonly workspaceId: string;
  readonly id: string;
}

/** Messages on their way out. */
export interface SendingPort {
  /** Answers in the order of the requests. A dry run changes nothing. */
  submit(requests: readonly SubmitRequest[], mode: { readonly isDry: boolean }): Promise<readonly Submitted[]>;
  cancel(key: MessageKey): Promise<Outcome>;
  edit(change: MessageKey & { readonly message?: unknown; readonly sendAt?: string | undefined }): Promise<Outcome>;
  retry(key: MessageKey): Promise<Submitted>;
}
