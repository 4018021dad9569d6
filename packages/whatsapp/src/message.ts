/**
 * What a business sends: Meta's own body shape, typed, without the envelope (`messaging_product`, `to`).
 * The one message object for every caller: handlers, API, flows, campaigns. Limits are checked by `checkMessage`.
 */

/** Exactly one of `id` (uploaded) and `link` (fetched by Meta). */
export interface OutgoingMedia {
  readonly id?: string;
  readonly link?: string;
}

export type InteractiveHeader =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image: OutgoingMedia }
  | { readonly type: 'video'; readonly video: OutgoingMedia }
  | { readonly type: 'document'; readonly document: OutgoingMedia & { readonly filename?: string } };

interface InteractiveBase {
  readonly header?: InteractiveHeader;
  readonly body: { readonly text: string };
  readonly footer?: { readonly text: string };
}

export interface ListRow {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}
export interface ListSection {
  readonly title?: string;
  readonly rows: readonly ListRow[];
}
export interface ReplyButton {
  readonly type: 'reply';
  readonly reply: { readonly id: string; readonly title: string };
}
export interface ProductSection {
  /** Needed as soon as there are two. */
  readonly title?: string;
  readonly product_items: readonly { readonly product_retailer_id: string }[];
}

export type CarouselCard =
  | {
      readonly card_index: number;
      readonly type: 'cta_url';
      readonly header: InteractiveHeader;
      readonly body?: { readonly text: string };
      readonly action:
        | { readonly name: 'cta_url'; readonly parameters: { readonly display_text: string; readonly url: string } }
        | {
            readonly buttons: readonly {
              readonly type: 'quick_reply';
              readonly quick_reply: { readonly id: string; readonly title: string };
            }[];
          };
    }
  | {
      readonly card_index: number;
      readonly type: 'product';
      readonly action: { readonly product_retailer_id: string; readonly catalog_id: string };
    };

export type Interactive =
  | (InteractiveBase & { readonly type: 'button'; readonly action: { readonly buttons: readonly ReplyButton[] } })
  | (InteractiveBase & {
      readonly type: 'list';
      readonly action: { readonly button: string; readonly sections: readonly ListSection[] };
    })
  | (InteractiveBase & {
      readonly type: 'cta_url';
      readonly action: {
        readonly name: 'cta_url';
        readonly parameters: { readonly display_text: string; readonly url: string };
      };
    })
  | (InteractiveBase & {
      readonly type: 'location_request_message';
      readonly action: { readonly name: 'send_location' };
    })
  | (InteractiveBase & {
      readonly type: 'request_contact_info';
      readonly action: { readonly name: 'request_contact_info' };
    })
  | (InteractiveBase & {
      readonly type: 'address_message';
      readonly action: {
        readonly name: 'address_message';
        readonly parameters: {
          /** Two letters; Meta serves India and Singapore. */
          readonly country: string;
          /** What is known already, by Meta's field names of that country. */
          readonly values?: { readonly [field: string]: unknown };
          readonly saved_addresses?: readonly {
            readonly id: string;
            readonly value: { readonly [field: string]: unknown };
          }[];
          /** What was wrong with the last answer, by field. */
          readonly validation_errors?: { readonly [field: string]: unknown };
          readonly [key: string]: unknown;
        };
      };
    })
  | (InteractiveBase & {
      readonly type: 'voice_call';
      readonly action: {
        readonly name: 'voice_call';
        readonly parameters?: {
          readonly display_text?: string;
          readonly ttl_minutes?: number;
          readonly payload?: string;
        };
      };
    })
  | (Partial<InteractiveBase> & {
      readonly type: 'call_permission_request';
      readonly action: { readonly name: 'call_permission_request' };
    })
  | (Partial<InteractiveBase> & {
      readonly type: 'product';
      readonly action: { readonly catalog_id: string; readonly product_retailer_id: string };
    })
  | (InteractiveBase & {
      readonly type: 'product_list';
      readonly action: { readonly catalog_id: string; readonly sections: readonly ProductSection[] };
    })
  | (InteractiveBase & {
      readonly type: 'catalog_message';
      readonly action: {
        readonly name: 'catalog_message';
        readonly parameters?: { readonly thumbnail_product_retailer_id?: string };
      };
    })
  | {
      readonly type: 'carousel';
      readonly body: { readonly text: string };
      readonly action: { readonly cards: readonly CarouselCard[] };
    }
  | (InteractiveBase & {
      readonly type: 'flow';
      readonly action: { readonly name: 'flow'; readonly parameters: FormParameters };
    })
  | (InteractiveBase & {
      readonly type: 'order_details' | 'order_status';
      readonly action: { readonly name: string; readonly parameters: { readonly [key: string]: unknown } };
    });

export interface FormParameters {
  readonly flow_message_version: string;
  readonly flow_id?: string;
  readonly flow_name?: string;
  readonly flow_cta: string;
  readonly flow_token?: string;
  readonly mode?: 'draft' | 'published';
  readonly flow_action?: 'navigate' | 'data_exchange';
  readonly flow_action_payload?: { readonly screen: string; readonly data?: { readonly [key: string]: unknown } };
}

export interface TemplateComponent {
  readonly type:
    | 'header'
    | 'body'
    | 'button'
    | 'carousel'
    | 'limited_time_offer'
    | 'footer'
    | 'order_status'
    | 'tap_target_configuration';
  readonly sub_type?: string;
  readonly index?: string | number;
  readonly parameters?: readonly { readonly type: string; readonly [key: string]: unknown }[];
  readonly cards?: readonly { readonly card_index: number; readonly components: readonly TemplateComponent[] }[];
}

export interface OutgoingContact {
  readonly name: {
    readonly formatted_name: string;
    readonly first_name?: string;
    readonly last_name?: string;
    readonly [key: string]: unknown;
  };
  readonly phones?: readonly { readonly phone?: string; readonly wa_id?: string; readonly type?: string }[];
  readonly [key: string]: unknown;
}

/** The message itself. `context` quotes an earlier message. */
export type OutgoingMessage = (
  | { readonly type: 'text'; readonly text: { readonly body: string; readonly preview_url?: boolean } }
  | { readonly type: 'image'; readonly image: OutgoingMedia & { readonly caption?: string } }
  | { readonly type: 'video'; readonly video: OutgoingMedia & { readonly caption?: string } }
  | { readonly type: 'audio'; readonly audio: OutgoingMedia & { readonly voice?: boolean } }
  | {
      readonly type: 'document';
      readonly document: OutgoingMedia & { readonly caption?: string; readonly filename?: string };
    }
  | { readonly type: 'sticker'; readonly sticker: OutgoingMedia }
  | {
      readonly type: 'location';
      readonly location: {
        readonly latitude: number;
        readonly longitude: number;
        readonly name?: string;
        readonly address?: string;
      };
    }
  | { readonly type: 'contacts'; readonly contacts: readonly OutgoingContact[] }
  /** Emoji `''` takes the reaction back. */
  | { readonly type: 'reaction'; readonly reaction: { readonly message_id: string; readonly emoji: string } }
  | { readonly type: 'interactive'; readonly interactive: Interactive }
  | {
      readonly type: 'template';
      readonly template: {
        readonly name: string;
        readonly language: { readonly code: string; readonly policy?: 'deterministic' };
        readonly components?: readonly TemplateComponent[];
      };
    }
  /** Groups only. */
  | {
      readonly type: 'pin';
      readonly pin: { readonly type: 'pin' | 'unpin'; readonly message_id: string; readonly expiration_days?: number };
    }
) & { readonly context?: { readonly message_id: string } };

export type OutgoingType = OutgoingMessage['type'];

/** Whom it goes to. `to` (phone digits, or a group id with `group: true`) wins when both are given, as at Meta. */
export interface Recipient {
  readonly to?: string;
  /** BSUID or parent BSUID. */
  readonly recipient?: string;
  readonly group?: boolean;
  /**
   * Meta's hash of the person's identity key (from a webhook): the message goes out only while it is still the same
   * (else 137000). For confidential content after a change of phone.
   */
  readonly identityKeyHash?: string;
}

/** What is wrong with a message: refuse before calling the provider. */
export interface MessageProblem {
  /** Path as the caller wrote it, for example `interactive.action.buttons[3].reply.title`. */
  readonly field: string;
  readonly message: string;
  readonly limit?: number;
  readonly actual?: number;
  /**
   * Where there is more to branch on than "wrong value": not there, a key Meta does not know, not one of its words,
   * more or fewer parameters than the template has.
   */
  readonly reason?: 'missing' | 'unknown' | 'word' | 'count';
}
