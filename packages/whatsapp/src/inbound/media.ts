import type { MediaRef } from '../events.ts';
import { type JsonObject, present, toBoolean, toNumber, toText } from './read.ts';

const HEX_SHA256 = /^[0-9a-f]{64}$/i;

/** A media object of Meta (`id`, `mime_type`, `sha256`, `url` …) or Whapi (`link`, `file_name`, `file_size` …). */
export function toMedia(kind: MediaRef['kind'], media: JsonObject): MediaRef {
  return present<MediaRef>({
    kind,
    id: toText(media.id),
    url: toText(media.url) ?? toText(media.link),
    mimeType: toText(media.mime_type),
    sha256: toSha256(media.sha256),
    caption: toText(media.caption),
    filename: toText(media.filename) ?? toText(media.file_name),
    voice: toBoolean(media.voice),
    animated: toBoolean(media.animated),
    sizeBytes: toNumber(media.file_size),
  });
}

/** Webhooks carry base64 where the media endpoint answers hex: one spelling, so that they can be compared. */
function toSha256(value: unknown): string | undefined {
  const text = toText(value);
  if (text === undefined) return undefined;
  if (HEX_SHA256.test(text)) return text.toLowerCase();
  // 32 bytes are 43 characters of base64 and an optional `=`.
  if (text.length < 43 || text.length > 44) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes.toString('hex') : undefined;
}
