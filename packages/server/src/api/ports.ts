import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Clock, DatabasePool, Log } from '#kit';
import type { ChannelsPort } from './ports/channels.ts';
import type { ConversationsPort } from './ports/conversations.ts';
import type { PolicyPort } from './ports/policy.ts';
import type { SendingPort } from './ports/sending.ts';
import type { TemplatesPort } from './ports/templates.ts';
import type { PeoplePort } from './ports/people.ts';
import type { MediaPort } from './ports/media.ts';

/** Who is behind a request. */
export interface Caller {
  readonly workspaceId: string;
  readonly keyId: string;
  readonly via: 'key' | 'session';
}

export interface AccountsPort {
  authenticate(headers: {
    readonly authorization?: string | undefined;
    readonly cookie?: string | undefined;
  }): Promise<Caller | null>;
  /** `retryAfterMs`: the address has to wait, the key was not looked at. */
  openSession(attempt: {
    readonly key: string;
    readonly address: string;
  }): Promise<
    | { readonly ok: true; readonly identity: Caller; readonly setCookie: string }
    | { readonly ok: false; readonly retryAfterMs: number | null }
  >;
  /** Returns the `Set-Cookie` that clears it. */
  closeSession(cookie: string | undefined): Promise<string>;
  /** The `Set-Cookie` that keeps a session alive in the browser. */
  renewCookie(cookie: string | undefined): string | null;
}

/** Where an event lies in what came in. */
export interface EventPlace {
  readonly position: number;
  readonly receivedAt: Date;
  readonly delivery: number;
  readonly pointer: string;
}

/** What was read there. */
export interface EventRead {
  readonly deliveryId: string;
  /** The whole delivery; `large`: more than was asked for; null: no longer stored. */
  readonly body: Uint8Array | 'large' | null;
  readonly event: WhatsAppEvent | null;
}

/** All that the API needs of the house, in its own words. */
export interface ApiPorts {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly workspace: { readonly id: string; readonly name: string };
  /** Where the emulator's phone page is; null when it does not run. */
  readonly phoneUrl: string | null;
  /** Folder with the dashboard's index.html; null when it was not built. */
  readonly dashboardDist: string | null;
  /** Takes webhook requests before anything else; false when the path is not for it. */
  readonly gateway: (req: IncomingMessage, res: ServerResponse) => boolean;
  readonly accounts: AccountsPort;
  /** Reads events again from their deliveries, in the order asked for; what is stored in pieces above `maxBytes` is left. */
  readonly readEvents: (places: readonly EventPlace[], maxBytes: number) => Promise<readonly EventRead[]>;
  readonly sending: SendingPort;
  /** False: there is no such open entry (any more). */
  readonly replay: (id: string) => Promise<boolean>;
  readonly discard: (id: string) => Promise<boolean>;
  readonly channels: ChannelsPort;
  readonly conversations: ConversationsPort;
  readonly templates: TemplatesPort;
  readonly people: PeoplePort;
  readonly policy: PolicyPort;
  readonly media: MediaPort;
}
