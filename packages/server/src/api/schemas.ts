import { z } from 'zod';
import { media } from './schemas/media.ts';
import { rendered } from './schemas/rendered.ts';

/**
 * The public API in shapes: what validates requests also writes the OpenAPI document.
 * Times are ISO 8601 strings in UTC; ids are opaque strings; lists answer `{data, next}` where `next` goes back as `after`.
 */

const time = z.iso.datetime().describe('ISO 8601, UTC');
const id = z.string().min(1).max(200);

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows per page, 1–200'),
  after: z.string().max(500).optional().describe('`next` of the page before'),
});

export const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), next: z.string().nullable() });

/** RFC 9457. `code` is registered in docs/errors.md; `next` says the way out. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  next: z.string().optional().describe('What to do about it'),
  errors: z
    .array(
      z.object({ field: z.string(), message: z.string(), limit: z.number().optional(), actual: z.number().optional() }),
    )
    .optional(),
});

export const contact = z.object({
  id,
  name: z.string().nullable(),
  phone: z.string().nullable(),
  username: z.string().nullable(),
  bsuid: z.string().nullable(),
  label: z.string().describe('What to show: name, @username, phone or short id'),
});

/** `waiting` reactions to it are not done · `done` · `quarantined` set aside, see /quarantine. */
export const eventState = z.enum(['waiting', 'done', 'quarantined']);

export const eventSummary = z.object({
  id: id.describe('Its place in the order of everything that came in'),
  eventId: z.string().describe('Stable over redeliveries'),
  kind: z.string(),
  state: eventState,
  channelId: z.string().nullable(),
  lane: z.string(),
  at: time.nullable().describe("The provider's time"),
  receivedAt: time,
  summary: z.string(),
  messageId: z.string().nullable().describe('Our message it is about, when there is one'),
  conversationId: z.string().nullable(),
});

export const eventDetail = eventSummary.extend({
  event: z.record(z.string(), z.unknown()).nullable().describe('The normalised event'),
  reactions: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['waiting', 'done', 'retrying', 'quarantined']),
      attempts: z.int(),
      at: time.nullable(),
      error: z.string().nullable(),
      notes: z
        .array(z.object({ name: z.string(), data: z.unknown() }))
        .optional()
        .describe('What the reaction wrote down'),
      messageIds: z.array(id),
    }),
  ),
  delivery: z.object({
    id,
    receivedAt: time,
    provider: z.string(),
    bytes: z.int(),
    pointer: z.string().describe('RFC 6901 pointer to this event in the body'),
    body: z.string().describe('As it arrived; at most 64 kB, invalid UTF-8 shown as �'),
    truncated: z.boolean(),
  }),
});

export const eventsQuery = pageQuery.extend({
  kind: z.string().max(60).optional(),
  channelId: id.optional(),
  state: eventState.optional(),
});

export const messageState = z.enum([
  'received', // inbound
  'scheduled', // waits for its time
  'queued',
  'sending',
  'retry',
  'ambiguous',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'deleted',
  'blocked',
  'cancelled',
  'expired',
]);

export const message = z.object({
  id,
  conversationId: id.nullable(),
  contactId: id.nullable().describe('Who wrote it, or whom it is for'),
  channelId: id,
  direction: z.enum(['in', 'out']),
  origin: z.string().describe('customer, handler, api, phone_app …'),
  type: z.string(),
  preview: z.string().describe('One line of text for lists'),
  body: z.record(z.string(), z.unknown()).describe("Inbound: the event's content. Outbound: Meta's body"),
  whatsappId: z.string().nullable(),
  quotedId: z.string().nullable().describe('WhatsApp id of the message it answers'),
  at: time,
  state: messageState,
  reason: z.string().nullable().describe('Why it is blocked, failed, ambiguous or waiting'),
  reactions: z.array(z.object({ by: z.enum(['contact', 'business']), emoji: z.string(), at: time })),
  media: z.array(media).describe('Files that came with it, or that it names by our ids'),
  rendered: rendered
    .nullable()
    .describe(
      'Of a template message: what the person reads, the template as it was when it was sent as far as that is known. null: it is no template, or its words are not known here',
    ),
  editedAt: time.nullable(),
  revokedAt: time.nullable(),
  sendAt: time.nullable().describe('Asked for: not before'),
  expiresAt: time.nullable().describe('Not sent after this'),
  category: z.string().nullable().describe('Of the template it was sent with'),
  retryOf: id.nullable().describe('The message that this one repeats'),
});

export const conversation = z.object({
  id,
  channelId: id,
  contact,
  owner: z.enum(['bot', 'person', 'phone_app', 'other_app', 'nobody']),
  state: z.enum(['open', 'pending', 'snoozed', 'resolved']),
  windowExpiresAt: time.nullable().describe('Free-form messages are allowed until then'),
  lastMessageAt: time.nullable(),
  lastMessage: z.object({ direction: z.enum(['in', 'out']), preview: z.string(), state: messageState }).nullable(),
});

/** One step of a message's story, oldest first. */
export const storyStep = z.object({
  at: time,
  step: z.enum([
    'delivery',
    'event',
    'reaction',
    'queued',
    'policy',
    'attempt',
    'outcome',
    'status',
    'edit',
    'revoke',
    'emoji',
    'quarantine',
  ]),
  title: z.string(),
  detail: z.string().nullable(),
  ok: z.boolean().nullable().describe('null: neither good nor bad'),
  ref: z.object({ kind: z.enum(['event', 'message', 'delivery']), id }).nullable(),
  findings: z
    .array(z.object({ rule: z.string(), effect: z.enum(['allow', 'deny', 'defer', 'note']), text: z.string() }))
    .optional()
    .describe('Of the policy: what every rule says; `detail` has their texts'),
});

export const messageDetail = message.extend({ story: z.array(storyStep) });

export const quarantineEntry = z.object({
  id,
  eventId: z.string(),
  kind: z.string(),
  stage: z.enum(['fold', 'reaction']),
  reaction: z.string().nullable(),
  reason: z.string(),
  stack: z.string().nullable(),
  attempts: z.int(),
  at: time,
  state: z.enum(['open', 'replayed', 'discarded']),
  position: id.describe('Event id for /events/{id}'),
});

export const quarantineQuery = pageQuery.extend({
  state: z.enum(['open', 'replayed', 'discarded']).optional().describe('Default: all, newest first'),
});

export const signIn = z.object({ key: z.string().min(1).max(500).describe('An API key') }).strict();

export const me = z.object({
  workspace: z.object({ id, name: z.string() }),
  version: z.string(),
  phoneUrl: z.string().nullable().describe('Phone page of the emulator, when it runs'),
});
