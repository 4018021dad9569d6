/** Where news of a template comes from. */
export type NewsSource = 'webhook' | 'sync' | 'api';

/** What a template is made of: all that is needed to check and to render it. */
export interface Content {
  readonly components: readonly object[];
  readonly parameterFormat: string | null;
  readonly ttlSeconds: number | null;
}

/** A template as it is stored. Times are unix ms; those named after a group of columns are the time of its newest news. */
export interface TemplateState {
  readonly id: string;
  /** Meta's, a decimal string. */
  readonly templateId: string | null;
  readonly name: string;
  readonly language: string;
  readonly status: string | null;
  readonly rejectedReason: string | null;
  readonly statusDetail: string | null;
  readonly statusAt: number | null;
  readonly category: string | null;
  readonly categoryAt: number | null;
  readonly upcomingCategory: string | null;
  readonly upcomingAt: number | null;
  readonly announcedAt: number | null;
  readonly quality: string | null;
  readonly qualityAt: number | null;
  readonly components: readonly object[] | null;
  readonly parameterFormat: string | null;
  readonly ttlSeconds: number | null;
  readonly componentsAt: number | null;
  readonly syncedAt: number | null;
  readonly goneAt: number | null;
  readonly createdAt: number;
}

/** What is told of one template at one moment; what it says nothing of stays as it is. */
export interface News {
  readonly templateId: string | null;
  readonly name: string;
  readonly language: string;
  /** By the provider's clock, unix ms. */
  readonly at: number;
  /** The moment as of which it counts, where that is not `at`. */
  readonly asOf?: number;
  readonly source: NewsSource;
  readonly eventId: string | null;
  readonly status?: { readonly word: string; readonly reason: string | null; readonly detail: string | null };
  readonly category?: string;
  /** `effectiveAt` null: Meta judges it to be of that category, and says no time. */
  readonly upcoming?: { readonly category: string; readonly effectiveAt: number | null };
  readonly quality?: string;
  readonly content?: Content;
  /** Only that something was done, or will be read: changes nothing by itself. */
  readonly remark?: {
    readonly field: ChangeField;
    readonly from: unknown;
    readonly to: unknown;
    readonly reason: string | null;
  };
}

export type ChangeField =
  | 'template_id'
  | 'status'
  | 'rejected_reason'
  | 'quality'
  | 'category'
  | 'upcoming_category'
  | 'components'
  | 'ttl'
  | 'edit';

/** One line of a template's history. */
export interface Change {
  readonly template: string;
  readonly templateId: string | null;
  readonly field: ChangeField;
  readonly at: number;
  readonly from: unknown;
  readonly to: unknown;
  readonly reason: string | null;
  readonly effectiveAt: number | null;
  readonly source: NewsSource;
  readonly eventId: string | null;
}

/**
 * What a list says, or an answer, counts as of a minute before it was asked for: Meta's clock and ours differ, its list may
 * lag behind, and the webhook of a change that it does not know yet must not be undone by it.
 */
export const SKEW_MS = 60_000;
