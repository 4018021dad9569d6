/** The emulator without a network: the Graph API as a function, and webhooks as calls. */

/** One HTTP call to the Graph API as plain values. */
export interface GraphRequest {
  method: string;
  /** A path (`/v26.0/106…/messages?fields=id`) or a whole address; its host does not matter. */
  url: string;
  /** Names in any case. */
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | string;
}

/** What the caller's end of the connection sees. In both cases without an answer the call may have been processed. */
export type GraphResponse =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  /** The connection was cut before the answer. */
  | { readonly kind: 'cut' }
  /** No answer will ever come; whoever waits must give up by a clock of their own. */
  | { readonly kind: 'silence' };

/**
 * Takes a webhook POST in the place of a server: exact bytes, headers with names in lower case (`x-hub-signature-256`).
 * Resolves to the HTTP status; a rejection counts as a broken connection. Only 200 is success.
 */
export type Deliver = (body: Uint8Array, headers: Readonly<Record<string, string>>) => Promise<number>;
