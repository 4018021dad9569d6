/**
 * The vocabulary of events: what one webhook delivery is split into.
 *
 * One delivery (a POST from Meta or Whapi.Cloud) holds any number of things that happened. Each becomes one
 * {@link WhatsAppEvent} with a stable `id` (the same happening, delivered again in another request, has the same id),
 * a `pointer` (RFC 6901) to the JSON value it was read from, and a `lane` (whose events must keep their order).
 *
 * Every set of names that Meta owns is open: each union has an `unknown` arm, or a plain `string` where the value is
 * only passed on. Times are unix milliseconds. Ids are opaque strings, also where Meta sends JSON numbers.
 */

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

/** What every event carries. */
interface Base<K extends string> {
  /** Stable over redeliveries; at most 200 characters; unique per channel (long wire ids are hashed into it). */
  readonly id: string;
  readonly kind: K;
  readonly provider: Provider;
  /** Meta: phone number id. Whapi: channel id. Null when the event is about an account, not a number. */
  readonly channel: string | null;
  /** WABA id, or portfolio id for partner events. */
  readonly account: string | null;
  /** Order key inside the channel: BSUID, else phone, else group, message or subject id. Never empty. */
  readonly lane: string;
  /** When it happened, by the provider's clock; null when the wire does not say. */
  readonly at: number | null;
  /** RFC 6901 pointer into the delivery's JSON; empty string for the whole document. */
  readonly pointer: string;
}

export type { Base as EventBase };

/** Sets `out` when the business itself did it elsewhere (an echo): never answer those. */
type Direction = { readonly direction: 'in' | 'out' };

export type WhatsAppEvent =
  // People
  | (Base<'message.received'> & { readonly person: Person; readonly message: Message })
  | (Base<'message.echo'> & { readonly person: Person; readonly message: Message })
  | (Base<'message.edited'> &
      Direction & {
        readonly person: Person;
        readonly target: string;
        readonly messageId: string;
        readonly content: MessageContent;
      })
  | (Base<'message.revoked'> &
      Direction & { readonly person: Person; readonly target: string; readonly messageId: string })
  /** `emoji` null = the reaction was taken back. */
  | (Base<'message.reaction'> &
      Direction & {
        readonly person: Person;
        readonly target: string;
        readonly messageId: string;
        readonly emoji: string | null;
        readonly groupId?: string;
      })
  | (Base<'message.status'> & {
      readonly messageId: string;
      readonly status: DeliveryState;
      /** The word on the wire, for `unknown`. */
      readonly rawStatus: string;
      readonly person: Person;
      readonly groupId?: string;
      readonly errors: readonly WireError[];
      readonly pricing?: Pricing;
      readonly conversation?: ConversationWindow;
      /** `biz_opaque_callback_data`: what the sender attached. */
      readonly callbackData?: string;
      readonly templateId?: string;
    })
  | (Base<'message.history'> & {
      readonly person: Person;
      readonly fromBusiness: boolean;
      readonly message: Message;
      readonly historyStatus?: string;
    })
  | (Base<'history.progress'> & {
      readonly phase?: number;
      readonly chunk?: number;
      readonly progress?: number;
      readonly errors: readonly WireError[];
    })
  /** Number, BSUID or identity key changed; `previous` and `person` belong to the same human. */
  | (Base<'contact.changed'> & {
      readonly change: 'number' | 'user_id' | 'identity' | 'unknown';
      readonly person: Person;
      readonly previous: Person;
      readonly body?: string;
    })
  | (Base<'contact.synced'> & {
      readonly action: 'add' | 'remove' | 'unknown';
      readonly person: Person;
      readonly fullName?: string;
    })
  | (Base<'contact.preference'> & {
      readonly person: Person;
      readonly category: string;
      readonly value: 'stop' | 'resume' | 'signup' | 'unknown';
      readonly detail?: string;
    })
  | (Base<'contact.action'> & { readonly action: string; readonly data: unknown })
  | (Base<'contact.presence'> & { readonly person: Person; readonly presence: string })
  | (Base<'payment.status'> & {
      readonly messageId: string;
      readonly person: Person;
      readonly status: string;
      readonly reference?: string;
      readonly raw: unknown;
    })
  // Calls
  | (Base<'call.connect' | 'call.terminate' | 'call.status' | 'call.other'> & {
      readonly callId: string;
      readonly person: Person;
      readonly direction?: 'in' | 'out';
      /** Status word, or event name for `call.other`. */
      readonly state: string;
      readonly sdp?: string;
      readonly durationSeconds?: number;
      readonly callbackData?: string;
      readonly errors: readonly WireError[];
      readonly raw: unknown;
    })
  // Groups
  | (Base<'group.lifecycle' | 'group.participants' | 'group.settings' | 'group.status'> & {
      readonly groupId: string | null;
      readonly change: string;
      readonly requestId?: string;
      readonly raw: unknown;
    })
  // Templates
  | (Base<'template.status'> &
      TemplateRef & {
        readonly status: string;
        readonly reason?: string;
        readonly category?: string;
        readonly raw: unknown;
      })
  | (Base<'template.quality'> & TemplateRef & { readonly from?: string; readonly to: string })
  | (Base<'template.components'> & TemplateRef & { readonly raw: unknown })
  /** `upcoming` = announced for `effectiveAt`, not done yet. */
  | (Base<'template.category'> &
      TemplateRef & {
        readonly upcoming: boolean;
        readonly from?: string;
        readonly to: string;
        readonly effectiveAt?: number;
      })
  | (Base<'template.misclassified'> & TemplateRef & { readonly category?: string; readonly correct?: string })
  // Account, number, platform: few, each with the words Meta uses and the raw value
  | (Base<
      | 'account.alert'
      | 'account.review'
      | 'account.settings'
      | 'account.update'
      | 'account.capability'
      | 'account.security'
      | 'account.status'
      | 'number.name'
      | 'number.quality'
      | 'number.username'
      | 'payment.configuration'
      | 'partner.solution'
      | 'form.alert'
      | 'conversion.detected'
      | 'consumer.profile'
      | 'tracking.event'
      | 'provider.error'
      | 'channel.health'
      | 'channel.pairing'
      | 'channel.user'
      | 'channel.notice'
      | 'chat.updated'
      | 'chat.removed'
      | 'contact.updated'
      | 'label.updated'
      | 'label.removed'
    > & { readonly summary: string; readonly errors?: readonly WireError[]; readonly raw: unknown })
  // Conversation routing between apps
  | (Base<'thread.control'> & {
      readonly person: Person;
      readonly change: string;
      readonly from?: string;
      readonly to?: string;
      readonly toApp?: string;
      readonly metadata?: string;
      readonly raw: unknown;
    })
  | (Base<'standby.message' | 'standby.echo'> & { readonly person: Person; readonly message: Message })
  | (Base<'standby.status'> & { readonly messageId: string; readonly status: DeliveryState; readonly person: Person })
  // What we could not read; nothing is dropped
  | (Base<'unknown'> & { readonly reason: string; readonly field?: string })
  | (Base<'unreadable'> & { readonly reason: string });

export interface TemplateRef {
  /** Decimal string: Meta sends a JSON number above 2^53. */
  readonly templateId: string;
  readonly name?: string;
  /** As sent: both `en_US` and `en-US` occur. */
  readonly language?: string;
}

export type EventKind = WhatsAppEvent['kind'];
/** The event of one kind, also where several kinds share a shape (`EventOf<'call.connect'>`); of several, their union. */
export type EventOf<K extends EventKind> = K extends EventKind ? Narrow<WhatsAppEvent, K> : never;
type Narrow<E, K extends EventKind> = E extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? E & { readonly kind: K }
    : never
  : never;

/** Kinds told by a `summary` of Meta's words and the raw value. */
export type NoticeKind = Extract<WhatsAppEvent, { readonly summary: string }>['kind'];
export type GroupKind = Extract<EventKind, `group.${string}`>;

/** The split a delivery comes to; at least one event, whatever the bytes were. */
export interface SplitOptions {
  readonly provider: Provider;
  /** Whapi names its channel in the path; used when the body does not. */
  readonly channel?: string;
  /**
   * When the delivery arrived, unix milliseconds; the same value whenever the same delivery is split again. Whapi
   * reports some states without any time (typing, labels, contact names). With it, each delivery of those is an event
   * of its own; without it, a state that comes back (typing, idle, typing) has the id it had before.
   */
  readonly receivedAt?: number;
}
