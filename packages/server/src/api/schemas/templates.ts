import { z } from 'zod';
import { page, pageQuery, problem } from '../schemas.ts';
import { rendered } from './rendered.ts';

const time = z.iso.datetime().describe('ISO 8601, UTC');
/** A column of text holds no NUL. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0]*$/, 'must not hold NUL');
const id = text(200).min(1);
const accountId = text(64).min(1).describe('WhatsApp Business account (WABA) id');
const part = z.record(z.string(), z.unknown());

/** A forbidden action carries its reason, for the disabled button. */
const action = z.object({ allowed: z.boolean(), reason: z.string().nullable() });

const upcomingCategory = z.object({
  category: z.string(),
  at: time.nullable().describe('null: Meta judges it so and has not said when'),
});

export const template = z.object({
  id,
  accountId,
  templateId: z.string().nullable().describe('Meta’s id, a decimal string that may exceed 2^53'),
  name: z.string(),
  language: z.string().describe('As in en_US'),
  status: z
    .string()
    .nullable()
    .describe('Meta’s word: APPROVED, PENDING, REJECTED, PAUSED, DISABLED … null: not known yet'),
  rejectedReason: z.string().nullable().describe('Meta’s word, as in INVALID_FORMAT'),
  statusDetail: z.string().nullable().describe('Meta’s sentences about the status'),
  category: z.string().nullable(),
  upcomingCategory: upcomingCategory.nullable().describe('Announced, not in force'),
  quality: z.string().nullable().describe('GREEN, YELLOW, RED or UNKNOWN'),
  price: z
    .object({ class: z.string(), billable: z.boolean(), why: z.string() })
    .describe('With the customer service window closed'),
  parameterFormat: z.string().nullable(),
  components: z.array(part).nullable().describe('Meta’s own shape; null: not read yet'),
  ttlSeconds: z.int().nullable().describe('How long Meta tries to deliver'),
  send: action,
  edit: action,
  syncedAt: time.nullable(),
  goneAt: time.nullable(),
  createdAt: time,
});

/** Newest first. `from` null: what was before is not known. */
const change = z.object({
  at: time.describe('When it happened, by the provider’s clock'),
  field: z
    .string()
    .describe('status, rejected_reason, quality, category, upcoming_category, components, ttl, edit, template_id'),
  from: z.unknown(),
  to: z.unknown(),
  reason: z.string().nullable(),
  effectiveAt: time.nullable().describe('Of an announced category'),
  source: z.enum(['webhook', 'sync', 'api']),
  eventId: z.string().nullable(),
});

const variant = template.pick({ id: true, language: true, status: true, category: true, quality: true });

export const templateDetail = template.extend({
  variants: z.array(variant).describe('The languages of this name, itself included'),
  history: z.array(change).describe('The last 200 changes, newest first'),
});

/** How far the templates of an account have been read. */
export const templateAccount = z.object({
  accountId,
  channelIds: z.array(id),
  syncedAt: time.nullable().describe('When the last whole reading began'),
  triedAt: time.nullable(),
  isReading: z.boolean(),
  isWanted: z.boolean().describe('A reading was asked for and has not begun'),
  error: z.string().nullable().describe('Of the last try'),
  errorCode: z.int().nullable().describe('Meta’s'),
  nextAt: time.nullable().describe('null: as soon as somebody has time'),
});

export const templatePage = page(template).extend({ accounts: z.array(templateAccount) });

export const templatesQuery = pageQuery
  .extend({
    accountId: accountId.optional(),
    channelId: id.optional(),
    status: text(60).optional().describe('Meta’s word'),
    category: text(60).optional(),
    language: text(20).optional().describe('en-US and en_US are the same'),
    name: text(512).optional().describe('A part of the name, upper or lower case'),
    gone: z.stringbool().default(false).describe('Also those that Meta does not have any more'),
  })
  .strict();

const account = { accountId: accountId.optional(), channelId: id.optional() };
const component = z.looseObject({ type: text(60) });

const definition = z
  .looseObject({
    name: text(1_000),
    language: text(60),
    category: text(60),
    components: z.array(component).max(50),
  })
  .describe('Meta’s own body of POST /WABA/message_templates');

export const createTemplate = z.object({ ...account, definition }).strict();

export const editTemplate = z
  .object({
    category: text(60).optional().describe('Not of an approved template'),
    components: z.array(component).max(50).optional().describe('Replaced as a whole'),
    parameter_format: z.enum(['positional', 'named', 'POSITIONAL', 'NAMED']).optional(),
    message_send_ttl_seconds: z.int().optional(),
  })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'Name at least one field to change');

export const deleteQuery = z
  .object({ languages: z.enum(['this', 'all']).default('this').describe('all: every language of its name') })
  .strict();

export const deletedTemplates = z.object({ data: z.array(template).describe('What is gone now') });

export const sampleRequest = z
  .object({ mediaId: id.describe('Of an upload: JPEG, PNG, MP4 or PDF, at most 16 MB') })
  .strict();
export const sampleAnswer = z.object({ handle: z.string().describe('For `example.header_handle` of one template') });

export const syncRequest = z.object(account).strict().nullish();
export const syncAnswer = z.object({ accounts: z.array(templateAccount) });

const useComponent = z.looseObject({
  type: z.enum(['header', 'body', 'button', 'carousel', 'limited_time_offer', 'footer']),
  parameters: z.array(z.looseObject({ type: z.string() })).optional(),
});

export const previewRequest = z
  .object({
    id: id.optional().describe('Of a template that is there'),
    definition: definition.optional().describe('Of one that is being written'),
    components: z
      .array(useComponent)
      .max(50)
      .optional()
      .describe('As in a message; without them, variables are shown as they are'),
  })
  .strict()
  .refine((asked) => (asked.id === undefined) !== (asked.definition === undefined), 'Name either id or definition');

const fieldError = problem.shape.errors.unwrap().element;

export const preview = z.object({
  rendered: rendered.describe('As a person sees it'),
  problems: z.array(fieldError).describe('Why Meta would refuse it'),
});

export const libraryTemplate = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  price: template.shape.price,
  variants: z.array(z.object({ language: z.string(), definition: part, rendered })),
});
export const libraryPage = z.object({ data: z.array(libraryTemplate), next: z.null() });

export const createFromLibrary = z
  .object({
    ...account,
    name: text(512).min(1).optional().describe('Default: the name in the library'),
    languages: z.array(text(20).min(1)).min(1).max(20),
  })
  .strict();

export const createdFromLibrary = z.object({
  data: z.array(
    z.object({
      language: z.string(),
      created: z.boolean().describe('false: it was there already, or was refused'),
      template: template.nullable(),
      problem: problem.nullable(),
    }),
  ),
});
