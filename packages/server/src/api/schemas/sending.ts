import { z } from 'zod';
import * as schemas from '../schemas.ts';

/** What is asked of the outbox, and what it says. */

const id = z.string().min(1).max(200);
const time = z.iso.datetime();

export const finding = z.object({
  rule: z
    .string()
    .describe('channel, expiry, owner, window, template, consent, country, quiet_hours, frequency, tier …'),
  effect: z.enum(['allow', 'deny', 'defer', 'note']),
  text: z.string().describe('For a person: what is so, and the way out'),
  until: z.number().optional().describe('When a delay ends, Unix ms'),
  scope: z.literal('class').optional(),
  code: z.string().optional().describe('What exactly, for programs: template_paused …'),
  problems: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong with the message, by field'),
});

export const verdict = z.object({
  verdict: z.enum(['allow', 'deny', 'defer']),
  until: time.nullable().describe('Of `defer`: not before; null when nobody knows'),
  category: z.string().nullable().describe('Of the template'),
  reasons: z.array(finding).describe('What every rule says, also of those that let it pass'),
});

const one = {
  channelId: id.optional().describe('Default: the only channel'),
  to: z.string().max(64).optional().describe('Phone number with country code'),
  recipient: z.string().max(200).optional().describe('BSUID'),
  conversationId: id.optional().describe('Answer this conversation instead of naming a person'),
  message: z
    .record(z.string(), z.unknown())
    .describe("Meta's own message body: {type, text|image|interactive|template…, context?}"),
  sendAt: z
    .string()
    .max(40)
    .optional()
    .describe(
      'Not before, at most a year ahead: a time with its offset, or without one for the time where the person is',
    ),
  ttlSeconds: z
    .int()
    .optional()
    .describe('Not later than so long after `sendAt`, 30 s to 30 days. Default: a day, ten minutes for codes'),
  priority: z
    .enum(['reply', 'transactional', 'campaign'])
    .optional()
    .describe('Replies never wait behind campaigns. Default: transactional'),
  callbackData: z.string().max(512).optional().describe('Your own biz_opaque_callback_data'),
};

export const MAX_BULK = 1_000;

const key = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters')
  .optional();

const bulkItem = z.object({ ...one, idempotencyKey: key }).strict();

/** One message, or many under `messages`. */
export const sendRequest = z
  .object({
    ...one,
    message: one.message.optional(),
    messages: z
      .array(bulkItem)
      .min(1)
      .max(MAX_BULK)
      .optional()
      .describe(`Instead of the other fields: up to ${MAX_BULK}, each with its own answer`),
  })
  .strict()
  .superRefine((body, context) => {
    const others = Object.keys(body).filter((name) => name !== 'messages');
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!body.messages && !body.message) say('message', "is needed: Meta's own message body, or several in `messages`");
    if (body.messages) for (const name of others) say(name, 'stands inside each of `messages`, not beside it');
  });

export const sendQuery = z
  .object({
    dry_run: z
      .enum(['true', 'false'])
      .optional()
      .describe('true: only says what the policy would decide; nothing is queued or changed'),
  })
  .strict();

export const dryRun = z.object({ dryRun: z.literal(true), ...verdict.shape });

export const bulkAnswer = z.object({
  data: z.array(
    z.union([
      z.object({ ok: z.literal(true), dryRun: z.literal(true), verdict }),
      z.object({
        ok: z.literal(true),
        id,
        replayed: z.boolean(),
        verdict: verdict.nullable().describe('Of a message that has to wait: why, and until when'),
      }),
      z.object({ ok: z.literal(false), problem: schemas.problem }),
    ]),
  ),
});

export const editRequest = z
  .object({ message: one.message.optional(), sendAt: one.sendAt })
  .strict()
  .refine((body) => body.message !== undefined || body.sendAt !== undefined, 'Name what to change: message or sendAt');

export const messagesQuery = schemas.pageQuery
  .extend({
    state: schemas.messageState.optional(),
    direction: z.enum(['in', 'out']).optional(),
    channelId: id.optional(),
    contactId: id.optional(),
    conversationId: id.optional(),
    origin: z.string().max(40).optional(),
    type: z.string().max(40).optional(),
    since: z.iso.datetime({ offset: true }).optional().describe('Default: 7 days ago'),
    until: z.iso.datetime({ offset: true }).optional(),
  })
  .strict();
