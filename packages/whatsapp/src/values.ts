/** The values that events are made of: people, messages and what they say, files, prices, errors. */

/** Who delivered it. */
export type Provider = 'meta' | 'whapi';

/**
 * One person on the other side. Since usernames, any of the identifiers may be missing; Meta promises `bsuid` on
 * inbound messages, and a failed status may carry none at all.
 */
export interface Person {
  /** Business-scoped user id with its country prefix, for example `US.13491208655302741918`. Opaque. */
  readonly bsuid?: string;
  readonly parentBsuid?: string;
  /** Digits only, without `+`. */
  readonly phone?: string;
  /** Without the leading `@`. */
  readonly username?: string;
  /** Profile name, as the person typed it. Untrusted text. */
  readonly name?: string;
  /** Whapi.Cloud only: chat id where the phone is hidden, `<digits>@lid`. */
  readonly lid?: string;
}

/** Meta's error object at any of its three levels (request, message or status, value). */
export interface WireError {
  readonly code: number;
  readonly title?: string;
  readonly message?: string;
  readonly details?: string;
  readonly href?: string;
}

/** A file as the webhook describes it. `url` needs the access token and lives five minutes. */
export interface MediaRef {
  readonly kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  readonly id?: string;
  readonly url?: string;
  readonly mimeType?: string;
  /** Lower-case hex, whatever encoding arrived. */
  readonly sha256?: string;
  readonly caption?: string;
  readonly filename?: string;
  /** A voice note rather than a sound file. */
  readonly voice?: boolean;
  readonly animated?: boolean;
  readonly sizeBytes?: number;
}

/** One contact card; Meta's keys kept, since forms differ by country. */
export type ContactCard = { readonly [key: string]: unknown };

/** What a message says. The arm names are Meta's `type`. */
export type MessageContent =
  | { readonly type: 'text'; readonly body: string }
  | { readonly type: 'media'; readonly media: MediaRef }
  | {
      readonly type: 'location';
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
      readonly url?: string;
      readonly live?: boolean;
    }
  | { readonly type: 'contacts'; readonly contacts: readonly ContactCard[]; readonly origin?: string }
  /** A tap on a reply button of an interactive message (`via: 'interactive'`) or on a template's quick reply. */
  | {
      readonly type: 'button';
      readonly via: 'interactive' | 'template';
      /** The id you gave the button; for a template its payload. */
      readonly id: string;
      readonly title: string;
    }
  | { readonly type: 'list'; readonly id: string; readonly title: string; readonly description?: string }
  /** A submitted in-chat form (Meta's Flows) or address form. `data` is null when `response_json` is not an object. */
  | {
      readonly type: 'form';
      readonly name: string;
      readonly body?: string;
      readonly data: { readonly [key: string]: unknown } | null;
      readonly raw: string;
    }
  | {
      readonly type: 'call_permission';
      readonly response: string;
      readonly permanent?: boolean;
      readonly expiresAt?: number;
      readonly source?: string;
    }
  | {
      readonly type: 'order';
      readonly catalogId?: string;
      /** Whapi.Cloud only: its order number; the items stay there. */
      readonly orderId?: string;
      readonly text?: string;
      readonly items: readonly OrderItem[];
    }
  | { readonly type: 'poll'; readonly title: string; readonly options: readonly string[] }
  /** History and coexistence only: the file itself follows, or never comes. */
  | { readonly type: 'media_placeholder' }
  /** The person opened the chat for the first time (removed by Meta in March 2026, still tolerated). */
  | { readonly type: 'request_welcome' }
  /** Meta could not pass it on; `what` says what it was, if known. */
  | { readonly type: 'unsupported'; readonly what?: string; readonly errors: readonly WireError[] }
  /** A type this version does not know, kept whole. */
  | { readonly type: 'unknown'; readonly name: string; readonly raw: unknown };

export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
  readonly price?: number;
  readonly currency?: string;
}

/** The message this one answers, and how it travelled. */
export interface MessageContext {
  readonly messageId?: string;
  readonly from?: Person;
  readonly forwarded?: boolean;
  readonly frequentlyForwarded?: boolean;
  readonly product?: { readonly catalogId: string; readonly sku: string };
}

/** The ad or post the person came from. Every key is optional at the source. */
export interface Referral {
  readonly sourceUrl?: string;
  readonly sourceType?: string;
  readonly sourceId?: string;
  readonly headline?: string;
  readonly body?: string;
  readonly mediaType?: string;
  readonly mediaUrl?: string;
  readonly thumbnailUrl?: string;
  readonly clickId?: string;
  readonly ref?: string;
  readonly welcome?: string;
}

export interface Message {
  /** `wamid.…` (Meta) or Whapi's short id. */
  readonly id: string;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  readonly referral?: Referral;
  /** Set when it was written in a group; `person` is then the participant. */
  readonly groupId?: string;
  readonly errors?: readonly WireError[];
}

export type DeliveryState =
  | 'pending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'failed'
  | 'deleted'
  | 'warning'
  | 'unknown';

export interface Pricing {
  readonly billable?: boolean;
  readonly model?: string;
  readonly type?: string;
  readonly category?: string;
}

export interface ConversationWindow {
  readonly id?: string;
  readonly expiresAt?: number;
  readonly origin?: string;
}
