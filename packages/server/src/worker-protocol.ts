/**
 * All that passes between the main thread and the worker's: plain values, each way one union. Node's watch mode sends
 * messages of its own over the same port, so what has another type is passed over.
 */

import type { MediaPlace } from './media-house.ts';

/** What the thread needs to know to begin. */
export interface WorkerSettings {
  /** The name under which it leases; another one for every thread that is started. */
  readonly owner: string;
  /** Of the server that runs by now, embedded or not. */
  readonly databaseUrl: string;
  readonly workspaceId: string;
  readonly reactions: string;
  readonly graceMs: number;
  readonly leaseMs: number;
  readonly meta: { readonly graphUrl: string; readonly accessToken: string } | null;
  readonly media: {
    readonly place: MediaPlace;
    readonly allowPrivateHosts: readonly string[];
    readonly checkLinks: boolean;
  };
  readonly whapi: { readonly channel: string; readonly token: string; readonly url: string } | null;
  /** Two Int32: {@link WOKEN} and {@link BEATS}. */
  readonly signals: SharedArrayBuffer;
}

/** 1 from a `wake` that was posted until the thread has seen it: there is never more than one on its way. */
export const WOKEN = 0;
/** Grows while the thread's event loop turns. */
export const BEATS = 1;
export const SIGNALS_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

export type ToWorker =
  /** There is something new in the journal. */
  | { readonly type: 'wake' }
  /** There is something new in the outbox, for these channels. */
  | { readonly type: 'wake-senders'; readonly channelIds: readonly string[] }
  | { readonly type: 'measure'; readonly ask: number }
  | { readonly type: 'stop' };

export type FromWorker =
  /** It works. */
  | { readonly type: 'running' }
  /** It cannot start; `message` is for whoever started the program. */
  | { readonly type: 'refused'; readonly message: string }
  | {
      readonly type: 'logged';
      readonly level: 'info' | 'warn' | 'error';
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    }
  /** A connection of its own failed while nobody used it. */
  | { readonly type: 'suspected'; readonly reason: string }
  | { readonly type: 'measured'; readonly ask: number; readonly text: string }
  /** All is released and closed; the last word. */
  | { readonly type: 'stopped' };
