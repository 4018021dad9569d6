/**
 * The emulator's two faces besides Meta's API: how a program starts and steers it, and what the phone page speaks.
 * The phone page, the tests, the demo and the bench use these shapes and nothing else.
 */

import type { Ledger } from './contract-ledger.ts';
import type {
  AccountChange,
  AccountState,
  MessagingTier,
  NumberChange,
  NumberState,
  PersonChange,
} from './contract-control.ts';
import type { EmulatedTemplate, TemplateChange } from './contract-templates.ts';
import type { Deliver, GraphRequest, GraphResponse } from './contract-wire.ts';

export type * from './contract-control.ts';
export type * from './contract-ledger.ts';
export type * from './contract-templates.ts';
export type * from './contract-wire.ts';

/** Time, as a port: tests drive it by hand, the demo uses the machine's. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Runs `job` after `delayMs` of this clock's time; returns a cancel function. */
  after(delayMs: number, job: () => void): () => void;
}

/** Probabilities (0–1) and sizes of what goes wrong, drawn from the seed. All zero by default. */
export interface Faults {
  /** A webhook POST is sent twice. */
  duplicate: number;
  /** Events leave in another order than they happened. */
  reorder: number;
  /** The same, for statuses alone: messages keep their order. */
  reorderStatuses: number;
  /** Extra delay before a POST, up to `maxDelayMs`. */
  delay: number;
  /** Bound of `delay`, and of how long a reordered event is held back or a duplicate lags. Default 2,000. */
  maxDelayMs: number;
  /** A POST is not made at the first try but by a later retry. */
  drop: number;
  /** A POST carries a wrong signature first (must be refused), then the right one. */
  badSignature: number;
  /** The Graph API answers 500/503 without taking the message. */
  serverError: number;
  /** The Graph API takes the message, then cuts the connection. */
  lostAnswer: number;
  /** The Graph API takes the message and never answers, with the connection open. */
  noAnswer: number;
  /** The Graph API answers 130429. */
  throttle: number;
  /** The Graph API answers after `slowMs`. */
  slow: number;
  slowMs: number;
  /** HTML instead of JSON, with status 502. */
  html: number;
}

export interface EmulatedNumber {
  /** `phone_number_id`. */
  id: string;
  /** Digits. */
  displayPhoneNumber: string;
  verifiedName: string;
  /** Default that of the options. */
  messagesPerSecond?: number;
  /** Also used by the WhatsApp Business app (coexistence): 20 messages per second. */
  isOnBizApp?: boolean;
}

export interface EmulatorOptions {
  /** False: no server; the Graph API is called with `handle`. Default true. */
  listen?: boolean;
  port?: number;
  host?: string;
  /** Where signed webhooks go; may be set later with `connect`. */
  webhookUrl?: string;
  /** Takes the webhooks in the place of `webhookUrl`, without a network. */
  deliver?: Deliver;
  appSecret: string;
  verifyToken: string;
  accessToken: string;
  appId?: string;
  wabaId?: string;
  numbers?: EmulatedNumber[];
  seed?: number;
  faults?: Partial<Faults>;
  clock?: Clock;
  /** Updates per POST, drawn between these. Default 1–1 (the demo), up to 1–1000. */
  batch?: { min: number; max: number /** wait this long for more before a POST leaves */; waitMs: number };
  /** Pause between `sent`, `delivered` and `read` of a message. */
  statusDelayMs?: number;
  /** How long the review of a new or edited template takes. Default 3 s. */
  reviewDelayMs?: number;
  /** Templates of the account, translations counted: 250 while unverified. Default 6,000. */
  maxTemplates?: number;
  /** Enforce 24 h window, pair rate, throughput. Default all true. */
  rules?: { window?: boolean; pairRate?: boolean; throughput?: boolean };
  /** Different people in rolling 24 h outside service windows, before 131048. Default `TIER_UNLIMITED`. */
  tier?: MessagingTier;
  /** How long a template whose name ends in `_held` or `_held_dropped` holds its messages. Default 60 s. */
  holdMs?: number;
  /** Messages per second of one number, both ways together, before 130429. Default 80. */
  messagesPerSecond?: number;
  /**
   * Files sent by link are fetched from these hosts, as Meta fetches them: what leads to no file that WhatsApp takes fails the message
   * (131053). Those of other hosts are taken on trust. Default: this machine; none without a server.
   */
  linkHosts?: string[];
  /** Webhook POSTs under way at once. Default 8; with 1 the events arrive in the order they leave. */
  concurrency?: number;
  /** Backoff of unanswered POSTs: the first wait, doubled up to `maxMs`, given up after `giveUpMs`. Default 1 s, 30 s, 7 days. */
  retry?: { firstMs?: number; maxMs?: number; giveUpMs?: number };
  /** Conversations survive a restart in this JSON file. */
  stateFile?: string;
  /** The ledger keeps at least this many of the newest entries. Default all, or 10,000 with a state file. */
  ledgerLimit?: number;
  /** Built phone page to serve under `/phone/`. */
  phoneDist?: string;
  log?: (line: string) => void;
}

/** How this person appears on the wire (Meta's four test identities). */
export type IdentityMode = 'phone' | 'username_and_phone' | 'username_only' | 'parent_bsuid';

export interface PhonePerson {
  id: string;
  name: string;
  phone: string;
  bsuid: string;
  username?: string;
  identity: IdentityMode;
  /** Sends read receipts. */
  readReceipts: boolean;
  /** Statuses never get further than `sent` while off. */
  online: boolean;
  /** See {@link PersonChange}; absent: no. */
  stoppedMarketing?: boolean;
  blocked?: boolean;
  unreachable?: boolean;
  marketingCap?: number;
}

/** What the person's phone shows: one bubble. */
export interface PhoneMessage {
  id: string;
  personId: string;
  numberId: string;
  /** `out` = the customer wrote it; `in` = the business did. */
  direction: 'in' | 'out';
  at: number;
  /**
   * Meta's body of it: `{type, text|image|interactive|…}` as the business sent it, or as the customer did.
   * A template also carries `rendered: {header?, text, footer?, buttons: {type, text, payload?, url?}[]}`, as WhatsApp shows it.
   */
  body: { type: string; [key: string]: unknown };
  quotedId?: string;
  referral?: Referral;
  /** Customer's messages: `sent` → `delivered` (business server answered 200) → `read` (business marked it read). */
  ticks?: 'sent' | 'delivered' | 'read';
  /** Reactions on this bubble by side. */
  reactions: { customer?: string; business?: string };
  /** Media: where this page can load it from. */
  mediaUrl?: string;
  deleted?: boolean;
  edited?: boolean;
}

export interface PhoneNumberInfo {
  id: string;
  displayPhoneNumber: string;
  verifiedName: string;
}

/** `GET /phone/api/state` */
export interface PhoneState {
  numbers: PhoneNumberInfo[];
  people: PhonePerson[];
  messages: PhoneMessage[];
  /** Where webhooks go, and how the last one fared. */
  webhook: { url: string | null; lastStatus: number | null; lastError: string | null; pending: number };
  now: number;
}

/** `GET /phone/api/stream`: server-sent events, `data:` one of these. */
export type PhoneUpdate =
  | { type: 'message'; message: PhoneMessage }
  | { type: 'person'; person: PhonePerson }
  | { type: 'typing'; personId: string; numberId: string; until: number }
  | { type: 'webhook'; webhook: PhoneState['webhook'] };

/** `POST /phone/api/messages`; answers the `PhoneMessage` it became (201) or `{error}` (400). */
/** Where a person came from: an ad or a post. Meta's keys. */
export interface Referral {
  source_url?: string;
  source_type?: 'ad' | 'post';
  source_id?: string;
  headline?: string;
  body?: string;
  media_type?: string;
  image_url?: string;
  video_url?: string;
  thumbnail_url?: string;
  ctwa_clid?: string;
  welcome_message?: { text: string };
  ref?: string;
}

export interface PhoneSend {
  personId: string;
  numberId: string;
  quotedId?: string;
  /** The person tapped an ad before: answered within 24 h, everything is free for 72 h. */
  referral?: Referral;
  body:
    | { type: 'text'; text: { body: string } }
    /** Files travel as base64; at most 16 MB. */
    | {
        type: 'image' | 'audio' | 'video' | 'document' | 'sticker';
        file: { base64: string; mimeType: string; filename?: string };
        caption?: string;
        voice?: boolean;
      }
    | { type: 'location'; location: { latitude: number; longitude: number; name?: string; address?: string } }
    | {
        type: 'contacts';
        contacts: {
          name: { formatted_name: string; first_name?: string };
          phones?: { phone: string; type?: string }[];
        }[];
      }
    /** Tap on a reply button or list row of the business's message `quotedId`. */
    | { type: 'button_reply'; id: string; title: string }
    | { type: 'list_reply'; id: string; title: string; description?: string }
    /** Tap on a template's quick reply. */
    | { type: 'button'; payload: string; text: string };
}
/** `POST /phone/api/reactions` `{personId, numberId, messageId, emoji}`; empty emoji takes it back. */
export interface PhoneReaction {
  personId: string;
  numberId: string;
  messageId: string;
  emoji: string;
}
/** `POST /phone/api/edits` `{personId, messageId, text}` and `POST /phone/api/revokes` `{personId, messageId}`. */
/** `POST /phone/api/people` `{name, identity}` → person; `PATCH /phone/api/people/{id}` {@link PersonChange}. */
/** `GET /phone/api/templates` → templates; `PATCH /phone/api/templates/{id}` {@link TemplateChange}. */
/** `PATCH /phone/api/numbers/{id}` {@link NumberChange}; `PATCH /phone/api/account` {@link AccountChange}. */
/** `GET /phone/api/media/{id}` → the bytes. */

export interface PhoneEdit {
  personId: string;
  messageId: string;
  text: string;
}
export interface PhoneRevoke {
  personId: string;
  messageId: string;
}

export interface EmulatorStats {
  /** POSTs made, of every kind. */
  posted: number;
  /** POSTs answered 200. */
  accepted: number;
  /** POSTs answered otherwise, or not at all. */
  refused: number;
  /** POSTs that repeat an earlier one because it failed or was dropped. */
  retried: number;
  /** Updates not yet answered 200 plus status chains not yet ended. */
  pending: number;
  /** Messages the Graph API took. */
  sends: number;
  /** POSTs with a wrong signature that were answered 200: must stay 0. */
  forgedAccepted: number;
  /** Updates given up after `retry.giveUpMs`, or dropped because no webhook was ever connected. */
  lost: number;
}

/** What a program holds. */
export interface Emulator {
  /** Base of the Graph API, for example `http://127.0.0.1:4004`; a host that does not exist with `listen: false`. */
  readonly url: string;
  readonly phoneUrl: string;
  /** Verifies the callback with the GET challenge, then sends there. Rejects when the challenge fails. */
  connect(webhookUrl: string): Promise<void>;
  addPerson(person: Partial<PhonePerson> & { name: string }): PhonePerson;
  /** Returns the wamid. */
  send(message: PhoneSend): PhoneMessage;
  react(reaction: PhoneReaction): void;
  /** What really arrived on this person's phone, in arrival order: the oracle for "answered once, in order". */
  inbox(personId: string): readonly PhoneMessage[];
  edit(edit: PhoneEdit): void;
  revoke(revoke: PhoneRevoke): void;
  updatePerson(personId: string, change: PersonChange): PhonePerson;
  setNumber(numberId: string, change: NumberChange): NumberState;
  /** A minute of maintenance (131057), then 1,000 messages per second and the `THROUGHPUT_UPGRADE` webhook. */
  upgradeThroughput(numberId: string): NumberState;
  setAccount(change: AccountChange): AccountState;
  templates(): EmulatedTemplate[];
  /** Meta decides about a template now, in the place of its review. Throws when there is none of this id. */
  setTemplate(id: string, change: TemplateChange): EmulatedTemplate;
  /** The Graph API without a socket. Slow answers wait for the clock. */
  handle(request: GraphRequest): Promise<GraphResponse>;
  /** What was taken, refused and delivered: the oracle for "nothing twice, nothing missing". The lists are live. */
  ledger(): Ledger;
  /** Resolves when every webhook was answered 200 (retries included) and no status is due. */
  settled(): Promise<void>;
  /** Resolves when no webhook POST and no Graph call is under way: with a virtual clock, the moment to advance it. */
  quiet(): Promise<void>;
  /** Changes what goes wrong from now on; names left out keep their value. */
  setFaults(faults: Partial<Faults>): void;
  stats(): EmulatorStats;
  close(): Promise<void>;
}
