import { z } from 'zod';

/** Connected numbers: how they fare, and how fast and how far they may go. */

const id = z.string().min(1).max(200);
const time = z.iso.datetime();
const from = z.enum(['person', 'provider', 'default']);

const warmUp = z.object({
  startedAt: time,
  perDay: z
    .array(z.int().min(0).max(1_000_000))
    .min(1)
    .max(90)
    .describe('People it may write to first on day 1, day 2, …; afterwards only the tier holds'),
});

export const channel = z.object({
  id,
  provider: z.enum(['meta', 'whapi']),
  externalId: z.string().describe('phone_number_id, or Whapi channel id'),
  accountId: z.string().nullable(),
  portfolioId: z.string().nullable().describe('Shares its tier; null: the account does'),
  name: z.string(),
  phone: z.string().nullable(),
  state: z.enum(['active', 'paused']),
  stateReason: z.string().nullable(),
  pausedBy: z
    .enum(['person', 'error'])
    .nullable()
    .describe('error: it goes on by itself when the provider says it is well'),
  queued: z.int().describe('Messages waiting to be sent'),
  scheduled: z.int().describe('Messages waiting for their time'),
  pacing: z.object({
    perSecond: z.int(),
    perSecondFrom: from,
    tier: z.int().describe('Unique people in 24 h that it may write to first; 0: without limit'),
    tierFrom: from,
    people: z.int().describe('People counted against the tier now'),
    warmUp: warmUp.nullable(),
  }),
  health: z.object({
    quality: z.string().nullable(),
    status: z.string().nullable(),
    canSend: z.string().nullable(),
    problem: z.string().nullable().describe('What the provider says is wrong, and the way out'),
    lookedAt: time.nullable(),
  }),
});

export const channelChange = z
  .object({
    name: z.string().min(1).max(100),
    perSecond: z.int().min(1).max(1_000).nullable().describe('null: what the provider says'),
    tier: z.int().min(0).max(10_000_000).nullable().describe('0: without limit; null: what the provider says'),
    portfolioId: z.string().min(1).max(64).nullable(),
    warmUp: warmUp.nullable(),
  })
  .partial()
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'Name what to change');

export const pauseRequest = z
  .object({ reason: z.string().min(1).max(200).default('Paused by hand') })
  .strict()
  .nullish();

export const alert = z.object({
  id,
  kind: z.string().describe('channel_paused …'),
  channelId: id.nullable(),
  detail: z.string(),
  at: time,
  endedAt: time.nullable(),
});

export const alertsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(500).optional(),
  open: z.enum(['true', 'false']).optional().describe('true: only those that have not ended'),
});
