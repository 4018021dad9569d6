import type { MessageProblem } from '../message.ts';

/** What files Meta takes, by kind of message, and what to do with one it does not take. */
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

export interface MediaLimit {
  readonly maxBytes: number;
  /** Empty: any type may pass; those Meta names for documents are listed in `guaranteed`. */
  readonly mimeTypes: readonly string[];
}

export interface MediaFile {
  /** With or without parameters (`audio/ogg; codecs=opus`). */
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** A recording that plays in the chat: `voice` builds it. */
  readonly isVoice?: boolean;
  /** Of a sticker, a still one may be 100 KB and a moving one 500 KB; unknown counts as moving. See `readMediaFacts`. */
  readonly isAnimated?: boolean;
  /** Of a voice note, 1 is needed; unknown passes. See `readMediaFacts`. */
  readonly channels?: number;
  readonly codec?: string;
}

const KB = 1024;
const MB = 1024 * KB;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

export const MEDIA_LIMITS: { readonly [kind in MediaKind]: MediaLimit } = {
  image: { maxBytes: 5 * MB, mimeTypes: ['image/jpeg', 'image/png'] },
  video: { maxBytes: 16 * MB, mimeTypes: ['video/mp4', 'video/3gpp'] },
  audio: { maxBytes: 16 * MB, mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'] },
  document: { maxBytes: 100 * MB, mimeTypes: [] },
  sticker: { maxBytes: 500 * KB, mimeTypes: ['image/webp'] },
};

/** Types of documents Meta names; others usually arrive, without promise. */
export const DOCUMENT_TYPES: readonly string[] = [
  'text/plain',
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  `${OFFICE}.wordprocessingml.document`,
  `${OFFICE}.spreadsheetml.sheet`,
  `${OFFICE}.presentationml.presentation`,
];

const STILL_STICKER = 100 * KB;

/** The way out for a file of another type. */
const CONVERT: { readonly [kind in MediaKind]: string } = {
  image: 'convert it to JPEG or PNG (8 bit), or send it as a document',
  video: 'convert it to MP4 with H.264 video and AAC audio, or send it as a document',
  audio: 'convert it to MP3, M4A, AAC or OGG with Opus, or send it as a document',
  document: 'give it a type such as "application/pdf"',
  sticker: 'convert it to WebP, 512 × 512 pixels',
};
const SHRINK: { readonly [kind in MediaKind]: string } = {
  image: 'make it smaller, or send it as a document',
  video: 'cut or compress it, or send it as a document',
  audio: 'cut or compress it, or send it as a document',
  document: 'split it, or send a link to it',
  sticker: 'make it smaller: 512 × 512 pixels, fewer frames',
};
const VOICE =
  'a voice note must be OGG with Opus, mono: convert it (ffmpeg -c:a libopus -ac 1 note.ogg), or send it as audio';

const toBytes = (bytes: number): string => (bytes >= MB ? `${bytes / MB} MB` : `${bytes / KB} KB`);

function toType(mimeType: string): { type: string; codecs: string } {
  const [type = '', ...parameters] = mimeType.toLowerCase().split(';');
  const codecs = parameters.map((each) => /^\s*codecs\s*=\s*"?([^"]*)"?\s*$/.exec(each)?.[1] ?? '').join('');
  return { type: type.trim(), codecs: codecs.trim() };
}

function checkVoice(file: MediaFile): MessageProblem[] {
  const { type, codecs } = toType(file.mimeType);
  const codec = file.codec ?? (codecs === '' ? 'opus' : codecs);
  if (type !== 'audio/ogg' || codec !== 'opus') return [{ field: 'mimeType', message: VOICE }];
  if (file.channels === undefined || file.channels === 1) return [];
  return [{ field: 'channels', message: VOICE, limit: 1, actual: file.channels }];
}

function checkType(kind: MediaKind, file: MediaFile): MessageProblem[] {
  const { type, codecs } = toType(file.mimeType);
  const { mimeTypes } = MEDIA_LIMITS[kind];
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type))
    return [{ field: 'mimeType', message: `must be a media type: ${CONVERT[kind]}` }];
  if (mimeTypes.length > 0 && !mimeTypes.includes(type))
    return [
      {
        field: 'mimeType',
        message: `WhatsApp takes no ${type} as ${kind}, only ${mimeTypes.join(', ')}: ${CONVERT[kind]}`,
      },
    ];
  const codec = file.codec ?? codecs;
  if (kind === 'audio' && type === 'audio/ogg' && codec !== '' && codec !== 'opus')
    return [{ field: 'mimeType', message: `WhatsApp plays OGG with Opus only, not ${codec}: ${CONVERT.audio}` }];
  return [];
}

function limitOf(kind: MediaKind, { isAnimated }: MediaFile): number {
  return kind === 'sticker' && isAnimated === false ? STILL_STICKER : MEDIA_LIMITS[kind].maxBytes;
}

function checkSize(kind: MediaKind, file: MediaFile): MessageProblem[] {
  const { sizeBytes: actual } = file;
  const limit = limitOf(kind, file);
  if (!Number.isSafeInteger(actual) || actual < 0)
    return [{ field: 'sizeBytes', message: 'must be a whole number of bytes' }];
  if (actual === 0) return [{ field: 'sizeBytes', message: 'the file is empty: choose another', limit: 1, actual }];
  if (actual <= limit) return [];
  const what = kind === 'sticker' && limit === STILL_STICKER ? 'still sticker' : kind;
  return [
    { field: 'sizeBytes', message: `must be at most ${toBytes(limit)} for a ${what}: ${SHRINK[kind]}`, limit, actual },
  ];
}

/**
 * Why a file cannot be sent as this kind of message, and what to do with it. WhatsApp refuses such a file only after
 * it took the message (131053), so it is refused here. Pixels, bit depth and video codecs are not looked at.
 */
export function checkMediaFile(kind: MediaKind, file: MediaFile): MessageProblem[] {
  const type = kind === 'audio' && file.isVoice === true ? checkVoice(file) : checkType(kind, file);
  return [...type, ...checkSize(kind, file)];
}
