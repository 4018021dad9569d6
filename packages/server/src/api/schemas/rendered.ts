import { z } from 'zod';

const block = {
  header: z
    .object({
      format: z.string().describe('text, image, video, document, gif, location, product …'),
      text: z.string().optional(),
      media: z
        .object({ id: z.string().optional(), link: z.string().optional() })
        .optional()
        .describe('As the message names it: our id of a file, Meta’s, or a link. Show a link as text only'),
    })
    .optional(),
  body: z.string().describe('With WhatsApp’s marks; a variable without a value stays as {{1}}'),
  buttons: z.array(
    z.object({
      type: z.string(),
      text: z.string(),
      url: z.string().optional(),
      phone: z.string().optional(),
      code: z.string().optional().describe('What a tap copies'),
    }),
  ),
};

/** A template as a person reads it, its variables filled. Text is the sender's own and not escaped. */
export const rendered = z.object({
  ...block,
  footer: z.string().optional(),
  cards: z.array(z.object(block)).optional(),
  offer: z.object({ text: z.string(), expiresAt: z.number().optional().describe('Unix ms') }).optional(),
});
