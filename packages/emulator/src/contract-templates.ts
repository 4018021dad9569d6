/** Message templates as the emulator keeps them. */

export type TemplateStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'IN_APPEAL'
  | 'PENDING_DELETION'
  | 'LIMIT_EXCEEDED'
  | 'ARCHIVED';
export type TemplateCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
export type TemplateQuality = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';

export interface EmulatedTemplate {
  /** Digits above 2^53. */
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: TemplateStatus;
  readonly category: TemplateCategory;
  readonly parameterFormat: 'POSITIONAL' | 'NAMED';
  /** Meta's components, with types in upper case. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly quality: TemplateQuality;
  /** `NONE` unless rejected. */
  readonly rejectedReason: string;
}

/** What Meta decides about a template, on command. Each change leaves as its webhook. */
export interface TemplateChange {
  status?: TemplateStatus;
  /** With `REJECTED`: Meta's reason, `INVALID_FORMAT` by default. */
  reason?: string;
  /** Recategorised at once, without the warning of the day before. */
  category?: TemplateCategory;
  /** The warning: recategorised to this in 24 h. */
  correctCategory?: TemplateCategory;
  /** `RED` pauses an approved template for 3 h, the second time for 6 h, and disables it the third time. */
  quality?: TemplateQuality;
}
