import { present } from '../outbound/present.ts';
import type { CallOutcome } from '../outcome.ts';
import type { TemplateDefinition, TemplateDefinitionComponent } from '../templates/definition.ts';
import { toLanguageCode } from '../templates/language.ts';
import { NOT_JSON, toJsonText } from './call.ts';
import { isJson, objects, optional, parseBody, parseSuccess, textOf } from './graph-read.ts';
import type { Json } from './graph-read.ts';
import { read, readAll } from './graph-wire.ts';
import type { Wire } from './graph-wire.ts';

export interface TemplateSummary {
  /** Decimal string; may exceed 2^53. */
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly category?: string;
  /** Before Meta moved it to another category. */
  readonly previousCategory?: string;
  /** The category Meta thinks right, when it announces a move. */
  readonly correctCategory?: string;
  /** `APPROVED`, `PENDING`, `PAUSED` … (open set). */
  readonly status?: string;
  readonly parameterFormat?: string;
  /** `NONE` when it was not rejected. */
  readonly rejectedReason?: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` (open set). */
  readonly qualityScore?: string;
  /** How long Meta tries to deliver, in seconds; −1 is 30 days. */
  readonly ttlSeconds?: number;
  readonly components: readonly Json[];
  /** Meta's own object. */
  readonly raw: Json;
}

export interface CreatedTemplate {
  readonly id: string;
  /** `PENDING` as a rule; small changes to known texts may be `APPROVED` at once. */
  readonly status: string;
  /** May differ from the one asked for: Meta approves what it thinks marketing as MARKETING. */
  readonly category: string;
}

/** At least one key. Components are replaced as a whole; the category of an approved template cannot change. */
export interface TemplateChange {
  readonly category?: string;
  readonly components?: readonly TemplateDefinitionComponent[];
  readonly parameter_format?: string;
  readonly message_send_ttl_seconds?: number;
  readonly cta_url_link_tracking_opted_out?: boolean;
}

const FIELDS =
  'id,name,language,category,previous_category,correct_category,status,components,parameter_format,quality_score,rejected_reason,message_send_ttl_seconds';

/** An object with the score, or the score alone. */
const toScore = (value: unknown): string | undefined => textOf(isJson(value) ? value['score'] : value);

function toSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(seconds) ? (seconds as number) : undefined;
}

export function toTemplateSummary(raw: Json): TemplateSummary | null {
  const [id, name, language] = [textOf(raw['id']), textOf(raw['name']), textOf(raw['language'])];
  if (id === undefined || name === undefined || language === undefined) return null;
  const more = optional(raw, {
    category: 'category',
    previousCategory: 'previous_category',
    correctCategory: 'correct_category',
    status: 'status',
    parameterFormat: 'parameter_format',
    rejectedReason: 'rejected_reason',
  });
  const [qualityScore, ttlSeconds] = [toScore(raw['quality_score']), toSeconds(raw['message_send_ttl_seconds'])];
  return present({
    id,
    name,
    language,
    ...more,
    qualityScore,
    ttlSeconds,
    components: objects(raw['components']),
    raw,
  });
}

function parseSummary(body: string): TemplateSummary | null {
  const raw = parseBody(body);
  return raw === null ? null : toTemplateSummary(raw);
}

function parseCreated(body: string): CreatedTemplate | null {
  const answer = parseBody(body);
  const id = textOf(answer?.['id']);
  if (answer === null || id === undefined) return null;
  return { id, status: textOf(answer['status']) ?? 'PENDING', category: textOf(answer['category']) ?? '' };
}

type ListTemplates = (wabaId: string) => Promise<CallOutcome<TemplateSummary[]>>;

export interface TemplateCalls {
  /** All templates of the account, every language and status. */
  readonly templates: ListTemplates;
  /** One variant by its id. */
  template(templateId: string): Promise<CallOutcome<TemplateSummary>>;
  /**
   * Submits for review. Does not check it: see `checkTemplateDefinition`. Tried again after a lost answer, it may be
   * refused because it exists already (2388024): read `templates` then.
   */
  createTemplate(wabaId: string, definition: TemplateDefinition): Promise<CallOutcome<CreatedTemplate>>;
  /** Goes to review again. Meta allows it once a day and ten times in 30 days for approved templates. */
  editTemplate(templateId: string, change: TemplateChange): Promise<CallOutcome<true>>;
  /** Ends a pause early, where Meta lets: those for its rate, not those for low quality. */
  unpauseTemplate(templateId: string): Promise<CallOutcome<true>>;
  /** All languages of a name, or with `id` that one variant. The name is barred for 30 days. */
  deleteTemplate(wabaId: string, which: { readonly name: string; readonly id?: string }): Promise<CallOutcome<true>>;
}

const EDGE = 'message_templates';

export function makeTemplateCalls(wire: Wire): TemplateCalls {
  return {
    templates: (wabaId) =>
      readAll(wire, { method: 'GET', path: [wabaId, EDGE], query: { fields: FIELDS } }, toTemplateSummary),
    template: (templateId) =>
      read(wire, { method: 'GET', path: [templateId], query: { fields: FIELDS }, about: 'object' }, parseSummary),
    createTemplate: async (wabaId, definition) => {
      const body = toJsonText({ ...definition, language: toLanguageCode(definition.language) });
      return body === null ? NOT_JSON : read(wire, { method: 'POST', path: [wabaId, EDGE], body }, parseCreated);
    },
    editTemplate: async (templateId, change) => {
      const body = toJsonText(change);
      if (body === null) return NOT_JSON;
      return read(wire, { method: 'POST', path: [templateId], body, about: 'object' }, parseSuccess);
    },
    unpauseTemplate: (templateId) =>
      read(wire, { method: 'POST', path: [templateId, 'unpause'], about: 'object' }, parseSuccess),
    deleteTemplate: (wabaId, { name, id }) => {
      const query = { name, ...(id === undefined ? {} : { hsm_id: id }) };
      return read(wire, { method: 'DELETE', path: [wabaId, EDGE], query, about: 'object' }, parseSuccess);
    },
  };
}
