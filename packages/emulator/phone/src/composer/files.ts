import type { PhoneSend } from '../../../src/contract.ts';

/** The contract's limit, which is also WhatsApp's for audio and video. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

type FileBody = Extract<PhoneSend['body'], { file: unknown }>;

/** The kind a phone would send this file as. */
export function toMediaKind(mimeType: string): FileBody['type'] {
  const family = mimeType.split('/')[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

/** A reason fit to be shown, or null when the file may go. */
export function toFileProblem(file: { size: number; name: string }): string | null {
  if (file.size === 0) return `“${file.name}” is empty.`;
  if (file.size <= MAX_FILE_BYTES) return null;
  return `“${file.name}” has ${(file.size / 1024 / 1024).toFixed(1)} MB; WhatsApp takes at most 16 MB.`;
}

export async function toFileBody(
  file: Blob,
  type: FileBody['type'],
  more: { filename?: string; voice?: boolean } = {},
): Promise<FileBody> {
  const base64 = toBase64(new Uint8Array(await file.arrayBuffer()));
  const mimeType = file.type || 'application/octet-stream';
  const filename = more.filename ? { filename: more.filename } : {};
  return { type, file: { base64, mimeType, ...filename }, ...(more.voice ? { voice: true } : {}) };
}

/** In slices: one call with 16 million arguments would overflow the stack. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(binary);
}
