import type { MessageProblem } from '@wharf/whatsapp';
import type { Directory } from '#channels';
import type { Clock, DatabasePool, Transaction } from '#kit';
import type { Whereabouts } from '#consent';
import type { Identity, Target } from '#ledger';
import type { Judged } from '#outbox';
import type { Draft } from './judge.ts';
import type { Checked, Refusal, SubmitRequest } from './submit-request.ts';

export type Submitted =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean; readonly judged: Judged | null }
  | { readonly ok: false; readonly problem: Refusal };

export interface SubmitOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
  /** May these go? Asked before anything is queued; nothing is reserved by asking. */
  readonly judge: (tx: Transaction, drafts: readonly Draft[], nowMs: number) => Promise<ReadonlyMap<string, Judged>>;
  /** A local time (`YYYY-MM-DDTHH:mm[:ss]`) as an instant where each of these people is; a text is what is wrong. */
  readonly toInstants: (
    tx: Transaction,
    wanted: readonly {
      readonly contactId: string | null;
      /** Of somebody without a contact. */
      readonly whereabouts: Whereabouts | null;
      readonly local: string;
      readonly workspaceId: string;
    }[],
  ) => Promise<readonly (number | string)[]>;
  /** What is wrong with the media a message names, by link or id. */
  readonly checkMedia: (
    checked: Pick<Checked, 'message'> & { readonly request: Pick<SubmitRequest, 'workspaceId'> },
  ) => Promise<readonly MessageProblem[]>;
  /** There is something new in the outbox for these channels. */
  readonly wakeSenders: (channelIds: readonly string[]) => void;
}

/** One request of many, on its way to an answer. */
export interface Item {
  readonly checked: Checked;
  /** Its place among the requests. */
  readonly n: number;
  readonly id: string;
}
/** Where a message is to go. Nobody's contact is written before the message is taken: until then a stranger has none. */
export interface Aim extends Omit<Target, 'id' | 'contactId'> {
  /** Null: no conversation yet. */
  readonly id: string | null;
  readonly contactId: string | null;
  /** Of somebody without a contact. */
  readonly stranger: Identity | null;
}
export type Aimed = Item & { readonly target: Aim };
/** One whose contact and conversation exist. */
export type Opened = Item & { readonly target: Target };
export type Answers = (Submitted | undefined)[];

/** What one submission carries along. */
export interface Context {
  readonly options: SubmitOptions;
  readonly answers: Answers;
  readonly nowMs: number;
}
