/** What the emulator saw, in order: the oracle for "nothing twice, nothing missing, no budget exceeded". */

/** A send the Graph API took, whatever became of it. */
export interface LedgerSend {
  readonly wamid: string;
  readonly numberId: string;
  /** Null: nobody has this address. */
  readonly personId: string | null;
  /** How it was addressed: `value` is digits or a BSUID. */
  readonly address: { readonly by: 'phone' | 'bsuid'; readonly value: string };
  /** `biz_opaque_callback_data`; null when there was none. */
  readonly callbackData: string | null;
  /** Unix milliseconds of the acceptance. */
  readonly at: number;
  readonly type: string;
  /** The person had not written to this number in the last 24 h: counts to the messaging limit. */
  readonly outsideWindow: boolean;
}

/** A message or reaction that reached a person's phone. */
export interface LedgerArrival {
  readonly personId: string;
  readonly numberId: string;
  readonly wamid: string;
  readonly callbackData: string | null;
  readonly at: number;
  readonly type: string;
  /** Meta's body, as the business sent it. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A send the Graph API refused in its answer. */
export interface LedgerRefusal {
  readonly numberId: string;
  readonly code: number;
  readonly callbackData: string | null;
  readonly at: number;
}

/** Live lists, oldest first; with `ledgerLimit` at least the newest that many of each. */
export interface Ledger {
  readonly sends: readonly LedgerSend[];
  readonly arrivals: readonly LedgerArrival[];
  readonly refusals: readonly LedgerRefusal[];
}
