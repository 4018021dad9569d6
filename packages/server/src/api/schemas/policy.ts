import { z } from 'zod';

/** What a workspace wants of the policy beyond Meta's own rules. */

const purpose = z.enum(['marketing', 'utility', 'authentication', 'service']);
const purposes = z
  .array(purpose)
  .max(4)
  .refine((all) => new Set(all).size === all.length, 'names a purpose twice');
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, for example 21:00');

export const policy = z.object({
  requireOptIn: purposes.describe(
    'Purposes for which a person must have agreed; for others it is enough not to object',
  ),
  quietHours: z
    .object({
      purposes,
      from: clock.describe('The first quiet minute, where the person is'),
      to: clock.describe('The first minute that is not quiet any more; earlier than `from`: the next morning'),
      defaultZone: z.string().min(1).max(64).describe('IANA time zone for people of whom nothing is known'),
    })
    .strict()
    .nullable()
    .describe('Messages of these purposes wait until the quiet hours are over'),
  frequency: z
    .object({
      cap: z.int().min(1).max(1_000),
      hours: z
        .int()
        .min(1)
        .max(24 * 31),
    })
    .strict()
    .nullable()
    .describe('Marketing messages that a person may get in so many hours'),
  countryRulesOff: z.array(z.string().min(1).max(40)).max(500).describe('Ids of country rules that do not hold'),
  resendLost: purposes.describe('What is sent again when an answer was lost and no status came; the rest is given up'),
});

export const policyAnswer = policy.extend({
  countryRules: z
    .array(
      z.object({
        id: z.string(),
        country: z.string(),
        category: z.string(),
        effect: z.enum(['deny', 'note']),
        reason: z.string(),
        since: z.string().nullable(),
        source: z.string(),
      }),
    )
    .describe('All that are known; switch them off by id'),
});

export const policyHeaders = z.object({
  'if-match': z.string().max(40).optional().describe('The ETag of the GET it is based on; * for whatever is there'),
});
