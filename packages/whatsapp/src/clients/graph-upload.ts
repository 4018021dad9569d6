import type { CallOutcome } from '../outcome.ts';
import { refusal } from './call.ts';
import { parseBody, parseUploadId, textOf } from './graph-read.ts';
import { read } from './graph-wire.ts';
import type { Wire } from './graph-wire.ts';
import { NO_MIME_TYPE, isMimeType, toMultipart } from './multipart.ts';
import type { Upload } from './multipart.ts';

/** Files to Meta: for sending, and as examples of template headers. */
const BAD_TYPE = refusal('mimeType is not a media type', NO_MIME_TYPE);

/** What the Resumable Upload API takes; a template header shows nothing else. */
export const HANDLE_TYPES: readonly string[] = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4'];
const NO_HANDLE_TYPE = refusal(
  'mimeType is none that an example file may have',
  `An example file must be ${HANDLE_TYPES.join(', ')}. Convert it first.`,
);

export function uploadMedia(wire: Wire, phoneNumberId: string, upload: Upload): Promise<CallOutcome<{ id: string }>> {
  if (!isMimeType(upload.mimeType)) return Promise.resolve(BAD_TYPE);
  const { body, contentType } = toMultipart(upload, { messaging_product: 'whatsapp', type: upload.mimeType });
  return read(wire, { method: 'POST', path: [phoneNumberId, 'media'], body, contentType }, parseUploadId);
}

function parseHandle(body: string): { handle: string } | null {
  const handle = textOf(parseBody(body)?.['h']);
  return handle === undefined ? null : { handle };
}

/**
 * Opens a session, then sends all bytes at once: a header's file is at most 16 MB, so there is nothing to resume. The
 * session id ends in a signature of its own (`upload:MTph…?sig=…`), which belongs to the address unescaped.
 */
export async function uploadHandle(
  wire: Wire,
  appId: string,
  upload: Upload,
): Promise<CallOutcome<{ handle: string }>> {
  if (!HANDLE_TYPES.includes(upload.mimeType)) return NO_HANDLE_TYPE;
  const query = {
    file_name: upload.filename.toWellFormed(),
    file_length: String(upload.bytes.byteLength),
    file_type: upload.mimeType,
  };
  const session = await read(wire, { method: 'POST', path: [appId, 'uploads'], query }, parseUploadId);
  if (session.kind !== 'ok') return session;
  const id = /^(upload:[\w=+/-]+)(?:\?sig=([\w=+/-]+))?$/.exec(session.value.id);
  if (id === null) return refusal('Meta named no upload session', 'Meta answered with an odd session id. Try again.');
  const [, path = '', sig] = id;
  const call = {
    method: 'POST',
    path: [path],
    body: upload.bytes,
    contentType: upload.mimeType,
    headers: { authorization: `OAuth ${wire.accessToken}`, file_offset: '0' },
    about: 'object',
    ...(sig === undefined ? {} : { query: { sig } }),
  } as const;
  return read(wire, call, parseHandle);
}
