import type { TemplateCategory, TemplateQuality, TemplateStatus } from '../contract.ts';

export const buttonTypes = [
  'QUICK_REPLY',
  'URL',
  'PHONE_NUMBER',
  'COPY_CODE',
  'OTP',
  'FLOW',
  'CATALOG',
  'MPM',
  'SPM',
  'VOICE_CALL',
  'ORDER_DETAILS',
  'REQUEST_CONTACT_INFO',
] as const;
export type ButtonType = (typeof buttonTypes)[number];

export const headerFormats = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT'] as const;
export type HeaderFormat = (typeof headerFormats)[number];

/** Meta's keys; those without a meaning here are kept as they came. */
export interface TemplateButton {
  readonly type: ButtonType;
  readonly text: string;
  readonly url?: string;
  readonly [key: string]: unknown;
}

export interface TemplateCard {
  readonly components: readonly TemplateComponent[];
}

export type TemplateComponent =
  | { readonly type: 'HEADER'; readonly format: HeaderFormat; readonly text?: string; readonly example?: unknown }
  | { readonly type: 'BODY'; readonly text: string; readonly example?: unknown }
  | { readonly type: 'FOOTER'; readonly text: string; readonly code_expiration_minutes?: number }
  | { readonly type: 'BUTTONS'; readonly buttons: readonly TemplateButton[] }
  | {
      readonly type: 'LIMITED_TIME_OFFER';
      readonly limited_time_offer: { readonly text: string; readonly has_expiration?: boolean };
    }
  | { readonly type: 'CAROUSEL'; readonly cards: readonly TemplateCard[] };

/** What the business writes of a template. */
export interface TemplateDraft {
  readonly name: string;
  readonly language: string;
  readonly category: TemplateCategory;
  readonly parameterFormat: 'POSITIONAL' | 'NAMED';
  readonly components: readonly TemplateComponent[];
  readonly ttlSeconds?: number;
}

/** A template of the account. What changes is changed in place. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  status: TemplateStatus;
  category: TemplateCategory;
  previousCategory?: TemplateCategory;
  /** Announced: recategorised to this at `recategoriseAt`. */
  correctCategory?: TemplateCategory;
  recategoriseAt?: number;
  parameterFormat: 'POSITIONAL' | 'NAMED';
  components: readonly TemplateComponent[];
  quality: TemplateQuality;
  qualityAt: number;
  rejectedReason: string;
  ttlSeconds?: number;
  readonly createdAt: number;
  /** When it was edited while approved. */
  edits: number[];
  /** How often low quality paused it. */
  pauses: number;
  pausedUntil?: number;
}

/** The names between double braces, in order. */
export const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');

export function findPart<T extends TemplateComponent['type']>(
  components: readonly TemplateComponent[],
  type: T,
): Extract<TemplateComponent, { type: T }> | undefined {
  return components.find((part): part is Extract<TemplateComponent, { type: T }> => part.type === type);
}
