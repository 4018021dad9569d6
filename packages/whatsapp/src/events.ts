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

import type {
  Provider,
  Person,
  WireError,
  MessageContent,
  Message,
  DeliveryState,
  Pricing,
  ConversationWindow,
} from './values.ts';

export type * from './values.ts';

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
  /** `writtenIn` tells that it was surely written by hand, in the app on the business's own phone. */
  | (Base<'message.echo'> & {
      readonly person: Person;
      readonly message: Message;
      readonly writtenIn?: 'phone_app';
    })
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
