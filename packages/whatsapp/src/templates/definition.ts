import type { TemplateSummary } from '../clients/graph-templates.ts';

/**
 * A template as one makes it: the body of `POST /WABA/message_templates`. Meta takes words such as `type` and `format`
 * in lower case and answers in upper case; everything here reads both alike.
 */
export type TemplateCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION' | (string & {});

export interface TemplateDefinition {
  readonly name: string;
  /** For example `en_US`; see `toLanguageCode`. */
  readonly language: string;
  readonly category: TemplateCategory;
  /** Positional (`{{1}}`, Meta's default) or named (`{{first_name}}`). */
  readonly parameter_format?: 'positional' | 'named' | 'POSITIONAL' | 'NAMED' | (string & {});
  readonly components: readonly TemplateDefinitionComponent[];
  /** How long Meta tries to deliver, in seconds; −1 is 30 days. */
  readonly message_send_ttl_seconds?: number;
}

/** One part. Which keys count depends on `type`: header, body, footer, buttons, limited_time_offer, carousel. */
export interface TemplateDefinitionComponent {
  readonly type: string;
  /** Of a header: text, image, video, document, gif, location, product. */
  readonly format?: string;
  readonly text?: string;
  readonly example?: TemplateExample;
  readonly buttons?: readonly TemplateDefinitionButton[];
  readonly cards?: readonly { readonly components: readonly TemplateDefinitionComponent[] }[];
  readonly limited_time_offer?: { readonly text: string; readonly has_expiration?: boolean };
  /** Of an authentication body. */
  readonly add_security_recommendation?: boolean;
  /** Of an authentication footer, 1 to 90. */
  readonly code_expiration_minutes?: number;
  readonly [key: string]: unknown;
}

export interface TemplateExample {
  readonly header_text?: readonly string[];
  /** From `uploadHandle`. */
  readonly header_handle?: readonly string[];
  readonly body_text?: readonly (readonly string[])[];
  readonly header_text_named_params?: readonly NamedExample[];
  readonly body_text_named_params?: readonly NamedExample[];
  readonly [key: string]: unknown;
}

interface NamedExample {
  readonly param_name: string;
  readonly example: string;
}

export interface TemplateDefinitionButton {
  /** quick_reply, url, phone_number, copy_code, otp, flow, catalog, mpm, spm, voice_call … */
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
  readonly phone_number?: string;
  /** Of a URL with a variable, a list; of a coupon code, the code. */
  readonly example?: string | readonly string[];
  readonly otp_type?: string;
  readonly [key: string]: unknown;
}

const isComponent = (value: { readonly [key: string]: unknown }): value is TemplateDefinitionComponent =>
  typeof value['type'] === 'string';

/** What Meta tells of a template, as the definition it was made from. */
export function toTemplateDefinition(summary: TemplateSummary): TemplateDefinition {
  const { name, language, category = '', parameterFormat, ttlSeconds } = summary;
  return {
    name,
    language,
    category,
    ...(parameterFormat === undefined ? {} : { parameter_format: parameterFormat }),
    components: summary.components.filter(isComponent),
    ...(ttlSeconds === undefined ? {} : { message_send_ttl_seconds: ttlSeconds }),
  };
}
