import type { PhoneMessage, PhoneSend } from './contract.ts';

type SendBody = PhoneSend['body'];
export type FileBody = Extract<SendBody, { file: unknown }>;
export interface StoredFile {
  readonly id: string;
  /** Hex. */
  readonly sha256: string;
}

export const isFileBody = (body: SendBody): body is FileBody => 'file' in body;

/** Meta's body of what the customer wrote, without a file. */
export function toCustomerBody(body: Exclude<SendBody, FileBody>): PhoneMessage['body'] {
  switch (body.type) {
    case 'text':
      return { type: 'text', text: { body: body.text.body } };
    case 'location':
      return { type: 'location', location: body.location };
    case 'contacts':
      return { type: 'contacts', contacts: body.contacts };
    case 'button_reply':
      return toInteractive('button_reply', { id: body.id, title: body.title });
    case 'list_reply':
      return toInteractive('list_reply', {
        id: body.id,
        title: body.title,
        ...(body.description === undefined ? {} : { description: body.description }),
      });
    case 'button':
    default:
      return { type: 'button', button: { payload: body.payload, text: body.text } };
  }
}

const toInteractive = (type: string, reply: Record<string, string>): PhoneMessage['body'] => ({
  type: 'interactive',
  interactive: { type, [type]: reply },
});

/** The same for a file. Webhooks carry the hash as base64. */
export function toFileBody(body: FileBody, stored: StoredFile): PhoneMessage['body'] {
  const media = {
    id: stored.id,
    mime_type: body.file.mimeType,
    sha256: Buffer.from(stored.sha256, 'hex').toString('base64'),
    ...(body.caption === undefined ? {} : { caption: body.caption }),
    ...(body.type === 'document' ? { filename: body.file.filename ?? 'document' } : {}),
    ...(body.type === 'audio' ? { voice: body.voice === true } : {}),
    ...(body.type === 'sticker' ? { animated: false } : {}),
  };
  return { type: body.type, [body.type]: media };
}

/** Base64 of 16 MB. */
const maxBase64 = Math.ceil((16 * 1024 * 1024) / 3) * 4;

/** What is wrong with a phone's message, in words, or null. */
export function findBodyProblem(body: SendBody): string | null {
  switch (body.type) {
    case 'text':
      return body.text?.body ? null : 'text.body is empty.';
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
    case 'sticker':
      if (!body.file?.base64 || !body.file.mimeType) return 'file.base64 and file.mimeType are needed.';
      return body.file.base64.length > maxBase64 ? 'Files may have at most 16 MB.' : null;
    case 'location':
      return Number.isFinite(body.location?.latitude) && Number.isFinite(body.location?.longitude)
        ? null
        : 'location.latitude and location.longitude must be numbers.';
    case 'contacts':
      return Array.isArray(body.contacts) && body.contacts.length > 0 ? null : 'contacts is empty.';
    case 'button_reply':
    case 'list_reply':
      return body.id ? null : 'id is empty.';
    case 'button':
      return body.text ? null : 'text is empty.';
    default:
      return 'body.type is not one the phone can send.';
  }
}
