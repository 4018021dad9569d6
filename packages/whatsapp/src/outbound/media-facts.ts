/** What the first bytes of a file tell beyond its type; see {@link readMediaFacts}. */
export interface MediaFacts {
  readonly isAnimated?: boolean;
  readonly codec?: string;
  readonly channels?: number;
}

/** Bytes that are enough for `readMediaFacts`. */
export const MEDIA_HEAD_BYTES = 64;

/** WebP container: RIFF, size, WEBP, then a chunk; the extended one (VP8X) has a flag for animation (bit 1). */
function readWebp(bytes: Buffer): MediaFacts {
  const isExtended = bytes.toString('latin1', 12, 16) === 'VP8X';
  return { isAnimated: isExtended && ((bytes[20] ?? 0) & 0b10) !== 0 };
}

/** First page of an Ogg stream (RFC 3533): a table of segments, then the codec's own header. */
function readOgg(bytes: Buffer): MediaFacts {
  const start = 27 + (bytes[26] ?? 0);
  if (bytes.toString('latin1', start, start + 8) === 'OpusHead') {
    const channels = bytes[start + 9];
    return channels === undefined ? { codec: 'opus' } : { codec: 'opus', channels };
  }
  if (bytes.toString('latin1', start + 1, start + 7) === 'vorbis') return { codec: 'vorbis' };
  return {};
}

/**
 * Whether a WebP moves, and what an OGG holds (codec, channels): what decides on stickers and voice notes. Takes the
 * beginning of a file, reads no more than {@link MEDIA_HEAD_BYTES}, and says nothing about what it does not know.
 *
 * @example checkMediaFile('audio', { mimeType, sizeBytes, isVoice: true, ...readMediaFacts(bytes) })
 */
export function readMediaFacts(bytes: Uint8Array): MediaFacts {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MEDIA_HEAD_BYTES));
  const magic = head.toString('latin1', 0, 4);
  if (magic === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return readWebp(head);
  return magic === 'OggS' ? readOgg(head) : {};
}
