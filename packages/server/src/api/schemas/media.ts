import { z } from 'zod';

const time = z.iso.datetime().describe('ISO 8601, UTC');
const id = z.string().min(1).max(200);

/**
 * `referenced` is being fetched · `stored` · `corrupt` its content was not what the provider said · `lost` it cannot be
 * had · `deleted`.
 */
export const mediaState = z.enum(['referenced', 'stored', 'corrupt', 'lost', 'deleted']);

export const uploadQuery = z
  .object({
    filename: z.string().min(1).max(5_000).optional().describe('Of a raw body; a form names its file itself'),
    kind: z
      .enum(['image', 'video', 'audio', 'document', 'sticker'])
      .optional()
      .describe('What it will be sent as, which decides the limits; default: what shows it best'),
    voice: z.enum(['true', 'false']).optional().describe('Of audio: it will be sent as a voice note'),
  })
  .strict();

export const media = z.object({
  id,
  messageId: id.nullable().describe('The message it came with; null for an upload'),
  kind: z.string().describe('image, video, audio, document, sticker …'),
  state: mediaState,
  reason: z.string().nullable().describe('Why it is not stored, and what to do'),
  filename: z.string().nullable().describe('As the sender wrote it: show it as text only'),
  declaredType: z.string().nullable().describe('What the sender or provider says'),
  type: z.string().nullable().describe('What the content shows'),
  sizeBytes: z.int().nullable(),
  sha256: z.string().nullable().describe('Hex; of the stored content, before that as the provider says'),
  url: z.string().nullable().describe('Path to the bytes, for whoever has it, until urlExpiresAt'),
  thumbnailUrl: z.string().nullable().describe('JPEG, at most 320 pixels wide and high'),
  urlExpiresAt: time.nullable(),
  createdAt: time,
});
