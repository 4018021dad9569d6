import { findError, isTransient } from './error-table.ts';

/** What the Graph API answers. */
export type GraphAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'error'; readonly refusal: Refusal }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly mimeType: string }
  | { readonly kind: 'html'; readonly status: number }
  /** The socket is cut without an answer. */
  | { readonly kind: 'nothing' }
  /** The socket stays open and nothing comes. */
  | { readonly kind: 'silence' };

/** Why a call is refused, as a value. `message` and `details` stand in for the table's texts. */
export interface Refusal {
  readonly code: number;
  readonly subcode?: number;
  readonly message?: string;
  readonly details?: string;
  readonly userTitle?: string;
  readonly userMessage?: string;
  readonly httpStatus?: number;
  readonly type?: 'OAuthException' | 'GraphMethodException';
}

export const ok = (body: unknown): GraphAnswer => ({ kind: 'json', status: 200, body });
export const refused = (refusal: Refusal): GraphAnswer => ({ kind: 'error', refusal });
export const success: GraphAnswer = ok({ success: true });

/** A parameter Meta's schema layer refuses: code 100 with the sentence in `message`. */
export const badParam = (sentence: string): Refusal => ({
  code: 100,
  message: `(#100) ${sentence}`,
  details: sentence,
});
/** A required key of a message is missing. */
export const missing = (details: string): Refusal => ({ code: 131008, details });
/** A value of a message breaks a limit. */
export const invalid = (details: string): Refusal => ({ code: 131009, details });

export function unknownNode(id: string, method: string): Refusal {
  const sentence =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, ` +
    'cannot be loaded due to missing permissions, or does not support this operation';
  return { code: 100, subcode: 33, message: sentence, details: sentence, type: 'GraphMethodException' };
}

export const refusalStatus = (refusal: Refusal): number => refusal.httpStatus ?? findError(refusal.code).httpStatus;

/** Meta's error object. */
export function toErrorBody(refusal: Refusal, traceId: string): Record<string, unknown> {
  const row = findError(refusal.code);
  return {
    error: {
      message: refusal.message ?? `(#${refusal.code}) ${row.title}`,
      type: refusal.type ?? 'OAuthException',
      code: refusal.code,
      ...(refusal.subcode === undefined ? {} : { error_subcode: refusal.subcode }),
      is_transient: isTransient(refusal.code),
      ...(refusal.userTitle === undefined ? {} : { error_user_title: refusal.userTitle }),
      ...(refusal.userMessage === undefined ? {} : { error_user_msg: refusal.userMessage }),
      error_data: { messaging_product: 'whatsapp', details: refusal.details ?? row.details },
      fbtrace_id: traceId,
    },
  };
}
