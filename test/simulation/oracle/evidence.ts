import type { Ledger } from '@wharf/emulator';
import type { Run } from '../world/handlers.ts';
import type { Departure } from '../world/meta.ts';
import type { Attempt } from '../world/post.ts';

/** What Wharf says became of a message. */
export interface Told {
  readonly id: string;
  readonly state: string;
  readonly rank: number;
  readonly reason: string | null;
  readonly origin: string;
}

/** Where a message stood in the queue. */
export interface Place {
  readonly id: string;
  readonly seq: number;
  readonly class: number;
  readonly lane: string;
}

/** A webhook body in the journal. */
export interface Stored {
  readonly segment: number;
  readonly delivery: number;
  readonly receivedAt: number;
  readonly body: Uint8Array;
  /** Put there again by a replay. */
  readonly isReplay: boolean;
}

/** An event's row. */
export interface Row {
  readonly position: number;
  readonly receivedAt: Date;
  readonly channel: string;
  readonly lane: string;
  readonly eventId: string;
  readonly kind: string;
  readonly delivery: number;
}

/** A customer's message in the ledger. */
export interface Arrived {
  readonly id: string;
  readonly whatsappId: string;
  readonly position: number;
  readonly words: string;
}

/** Answers to the event of a position. */
export interface Answer {
  readonly position: number;
  readonly count: number;
}

/** What was committed, in the order of the commits. `folded`: its row was written; else what came of a run of its handler. */
export interface HistoryLine {
  /** Unix ms, at most a second late. */
  readonly at: number;
  readonly what: 'folded' | 'done' | 'retrying' | 'quarantined';
  readonly position: number;
  /** The same for all that was committed together. */
  readonly batch: number;
}

/** All that is known when a world has come to its end. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly departures: readonly Departure[];
  readonly told: readonly Told[];
  readonly places: readonly Place[];
  /** Rows still in the outbox. */
  readonly left: readonly { readonly id: string; readonly state: string }[];
  readonly crimes: readonly string[];
  readonly orders: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly stored: readonly Stored[];
  readonly events: readonly Row[];
  readonly arrived: readonly Arrived[];
  readonly answers: readonly Answer[];
  readonly history: readonly HistoryLine[];
  readonly outcomes: readonly { readonly position: number; readonly state: string }[];
  readonly runs: readonly Run[];
  readonly quarantine: readonly {
    readonly position: number;
    readonly eventId: string;
    readonly stage: 'fold' | 'reaction';
    readonly state: 'open' | 'replayed' | 'discarded';
  }[];
  /** Marks that were let go, and how old they were. */
  readonly forgotten: readonly { readonly position: number; readonly days: number }[];
  /** By number id: messages a second. */
  readonly rates: ReadonlyMap<string, number>;
  /** 0: none. */
  readonly tier: number;
  readonly isCalm: boolean;
  /** How much longer one call may be on its way to Meta than another, ms. */
  readonly spreadMs: number;
}
