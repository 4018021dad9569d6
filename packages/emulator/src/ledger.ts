import type { Ledger, LedgerArrival, LedgerRefusal, LedgerSend } from './contract.ts';

/** The books of {@link Ledger}. Writing is one push; a bounded list is cut when it is twice too long. */
export interface LedgerBook extends Ledger {
  noteSend(send: LedgerSend): void;
  noteArrival(arrival: LedgerArrival): void;
  noteRefusal(refusal: LedgerRefusal): void;
}

/** `limit` null keeps everything. */
export function makeLedger(limit: number | null): LedgerBook {
  const sends: LedgerSend[] = [];
  const arrivals: LedgerArrival[] = [];
  const refusals: LedgerRefusal[] = [];
  const note = <T>(list: T[], entry: T): void => {
    list.push(entry);
    if (limit !== null && list.length > 2 * limit) list.splice(0, list.length - limit);
  };
  return {
    sends,
    arrivals,
    refusals,
    noteSend: (send) => note(sends, send),
    noteArrival: (arrival) => note(arrivals, arrival),
    noteRefusal: (refusal) => note(refusals, refusal),
  };
}
