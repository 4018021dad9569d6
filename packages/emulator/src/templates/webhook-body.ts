import type { TemplateCategory, TemplateQuality, TemplateStatus } from '../contract.ts';
import { toJsonNumber, toText } from '../json.ts';
import type { EventUpdate } from '../webhooks/update.ts';
import { findPart, type Template } from './template.ts';

/** The four fields that tell of templates. Meta's samples write `en-US` in two of them and `en_US` in the others. */

const dashed = (language: string): string => language.replace('_', '-');

const toNames = ({ id, name }: Template, language: string): Record<string, unknown> => ({
  message_template_id: toJsonNumber(id),
  message_template_name: name,
  message_template_language: language,
});

export interface StatusNews {
  readonly event: TemplateStatus | 'DELETED';
  readonly at: number;
  /** `FIRST_PAUSE`, `SECOND_PAUSE`, `UNPAUSE`, … */
  readonly title?: string;
}

export function toStatusUpdate(template: Template, { event, at, title }: StatusNews): EventUpdate {
  const isRejected = event === 'REJECTED';
  const body = {
    event,
    ...toNames(template, dashed(template.language)),
    reason: isRejected ? template.rejectedReason : 'NONE',
    message_template_category: template.category,
    ...(event === 'DISABLED' ? { disable_info: { disable_date: Math.floor(at / 1_000) } } : {}),
    ...(title === undefined ? {} : { other_info: { title, description: pauseWords[title] ?? title } }),
    ...(isRejected ? { rejection_info: rejectionInfo } : {}),
  };
  return { kind: 'event', field: 'message_template_status_update', body, at };
}

const rejectionInfo = {
  reason: 'The template does not follow the format rules.',
  recommendation: 'Check variables, placeholders and samples, then submit it again.',
};

const pauseWords: Readonly<Record<string, string>> = {
  FIRST_PAUSE: 'The quality of this template is low. It is paused for 3 hours.',
  SECOND_PAUSE: 'The quality of this template is low. It is paused for 6 hours.',
  UNPAUSE: 'The pause of this template is over.',
  DISABLED: 'The quality of this template stayed low. It cannot be sent any more.',
};

export function toQualityUpdate(template: Template, previous: TemplateQuality, at: number): EventUpdate {
  const body = {
    previous_quality_score: previous,
    new_quality_score: template.quality,
    ...toNames(template, dashed(template.language)),
  };
  return { kind: 'event', field: 'message_template_quality_update', body, at };
}

export function toComponentsUpdate(template: Template, at: number): EventUpdate {
  const header = findPart(template.components, 'HEADER')?.text;
  const footer = findPart(template.components, 'FOOTER')?.text;
  const buttons = findPart(template.components, 'BUTTONS')?.buttons ?? [];
  const body = {
    ...toNames(template, template.language),
    message_template_element: findPart(template.components, 'BODY')?.text ?? '',
    ...(header === undefined ? {} : { message_template_title: header }),
    ...(footer === undefined ? {} : { message_template_footer: footer }),
    ...(buttons.length === 0 ? {} : { message_template_buttons: buttons.map(toButton) }),
  };
  return { kind: 'event', field: 'message_template_components_update', body, at };
}

const toButton = (button: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  message_template_button_type: button.type,
  message_template_button_text: button.text,
  ...(button.url === undefined ? {} : { message_template_button_url: button.url }),
  ...(button.phone_number === undefined ? {} : { message_template_button_phone_number: toText(button.phone_number) }),
});

/** The day before: `new_category` is still the present one. */
export function toCategoryWarning(template: Template, at: number): EventUpdate {
  const body = {
    ...toNames(template, template.language),
    new_category: template.category,
    correct_category: template.correctCategory,
    category_update_timestamp: Math.floor((template.recategoriseAt ?? at) / 1_000),
  };
  return { kind: 'event', field: 'template_category_update', body, at };
}

export function toCategoryUpdate(template: Template, previous: TemplateCategory, at: number): EventUpdate {
  const body = {
    ...toNames(template, template.language),
    previous_category: previous,
    new_category: template.category,
  };
  return { kind: 'event', field: 'template_category_update', body, at };
}
