import { z } from 'zod';
import { page, pageQuery } from '../schemas.ts';

export { page, pageQuery };

const time = z.iso.datetime().describe('ISO 8601, UTC');
const id = z.string().min(1).max(200);
/** As callers give it: what cannot be one of our ids need not be looked for. */
const givenId = z.string().regex(/^[\w-]{1,200}$/, 'letters, digits, _ and -, as the API gave it');
const storable = /^[^\0]*$/;

export const byContact = z.object({ id: givenId });

const purpose = z.enum(['marketing', 'utility', 'authentication', 'service']);
const state = z.enum(['in', 'out', 'unknown']);
const source = z.enum(['keyword', 'meta_preference', 'api', 'import', 'signup', 'handler']);

export const consent = z.object({
  purpose,
  state: state.describe('in: agreed · out: objected · unknown: an earlier answer was withdrawn'),
  at: time.describe('When the person said it'),
  source,
});

export const listedConsent = consent.extend({
  contactId: id,
  mergedInto: id.nullable().describe('The contact this one was folded into; both answers count, the later one wins'),
});

export const evidence = z.object({
  id,
  contactId: id.describe('As which contact it was said, where contacts were merged'),
  purpose,
  state: z
    .enum(['in', 'out', 'unknown', 'resume'])
    .describe('resume: took an earlier opt-out back; says nothing without one'),
  at: time.describe('When the person said it'),
  source,
  text: z.string().nullable().describe("The person's own words, or the wording they agreed to"),
  language: z.string().nullable(),
  eventId: z.string().nullable(),
  keyId: z.string().nullable().describe('The API key that brought it'),
  channelId: id.nullable(),
  conversationId: id.nullable(),
  recordedAt: time,
});

export const personConsents = page(evidence).extend({
  contactId: id,
  consents: z.array(consent).describe('What it comes to; a purpose that is missing was never spoken of'),
});

const report = z
  .object({
    contactId: givenId.optional().describe('Names the person; or `to`, or `recipient`'),
    to: z.string().max(64).optional().describe('Phone number with country code; a new contact is made if need be'),
    recipient: z.string().max(200).optional().describe('BSUID; with `channelId` when several channels are connected'),
    channelId: givenId.optional(),
    purposes: z.array(purpose).min(1).max(4),
    state,
    at: z.iso.datetime({ offset: true }).optional().describe('When the person said it; needed for `in`, default now'),
    source: z.enum(['api', 'import', 'signup']).default('api'),
    text: z.string().max(1000).optional().describe('The wording the person agreed to, or their words; needed for `in`'),
    language: z.string().max(35).optional().describe('BCP 47'),
  })
  .strict();

export const MAX_REPORTS = 1_000;

export const reports = z.object({ consents: z.array(report).min(1).max(MAX_REPORTS) }).strict();

const refusal = z.object({
  code: z.string(),
  status: z.int(),
  detail: z.string(),
  next: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

export const reported = z.object({
  data: z.array(
    z.union([
      z.object({ ok: z.literal(true), contactId: id, consents: z.array(consent) }),
      z.object({ ok: z.literal(false), problem: refusal }),
    ]),
  ),
});

export const consentsQuery = pageQuery.extend({
  contactId: givenId.optional(),
  purpose: purpose.optional(),
  state: state.optional(),
});

export const person = z.object({
  id,
  kind: z.enum(['person', 'group']),
  name: z.string().nullable().describe('What to call them: what the business wrote, else the profile name'),
  profileName: z.string().nullable().describe('As the person typed it'),
  identities: z.array(z.object({ kind: z.string(), value: z.string() })).describe('Latest seen first'),
  timeZone: z.string().nullable().describe('IANA zone; wins over what the phone number says'),
  place: z.object({
    country: z.string().nullable().describe('ISO 3166'),
    zones: z.array(z.string()).describe('Where they may be, one zone for each clock'),
    from: z.enum(['contact', 'phone', 'bsuid']).nullable().describe('What the zones come from'),
  }),
  consents: z.array(consent),
  createdAt: time,
});

export const personPatch = z
  .object({
    timeZone: z
      .string()
      .max(64)
      .nullable()
      .optional()
      .describe('IANA zone, for example America/Sao_Paulo; null takes it away'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(storable, 'must not hold NUL')
      .nullable()
      .optional()
      .describe('null: back to the profile name'),
  })
  .strict();

export const patchHeaders = z.object({
  'if-match': z.string().max(200).optional().describe('The ETag this edit is based on, or * for whatever it is now'),
});
