/** What a file is sent as. */
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

export const MEDIA_KINDS = ['image', 'video', 'audio', 'document', 'sticker'] as const satisfies readonly MediaKind[];

export interface KindLimit {
  readonly maxBytes: number;
  readonly types: readonly string[];
}

const MB = 1 << 20;
const PICTURES = ['image/jpeg', 'image/png'];
const FILMS = ['video/mp4', 'video/3gpp'];
const SOUNDS = ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg; codecs=opus'];

/** What Meta takes, by kind (Cloud API, "Supported media types"). Types as `toType` spells them. */
export const MEDIA_LIMITS: Readonly<Record<MediaKind, KindLimit>> = {
  image: { maxBytes: 5 * MB, types: PICTURES },
  video: { maxBytes: 16 * MB, types: FILMS },
  audio: { maxBytes: 16 * MB, types: SOUNDS },
  sticker: { maxBytes: 500 << 10, types: ['image/webp'] },
  document: {
    maxBytes: 100 * MB,
    types: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      ...PICTURES,
      ...FILMS,
      ...SOUNDS,
    ],
  },
};

/** No file that may be sent is larger. */
export const LARGEST_BYTES = MEDIA_LIMITS.document.maxBytes;

export const STILL_STICKER_BYTES = 100 << 10;

export interface CheckedFile {
  /** As the content shows it. */
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Of audio: to be sent as a voice note. */
  readonly isVoice?: boolean;
  /** Of a sticker; unknown counts as animated. */
  readonly isAnimated?: boolean;
}

export interface FileProblem {
  readonly message: string;
  readonly limit?: number;
  readonly actual?: number;
}

const isVoiceNote = (mimeType: string): boolean => mimeType === 'audio/ogg; codecs=opus';

const TO_VOICE = 'ffmpeg -i in -c:a libopus -ac 1 out.ogg';

function toHint(kind: MediaKind, mimeType: string): string {
  if (mimeType === 'image/webp' && kind === 'image') return '. Convert it to JPEG or PNG, or send it as a sticker';
  if (mimeType.startsWith('audio/ogg')) return `. Ogg must hold Opus: ${TO_VOICE}`;
  return kind !== 'document' && MEDIA_LIMITS.document.types.includes(mimeType)
    ? '. It could be sent as a document'
    : '';
}

function checkType(kind: MediaKind, { mimeType, isVoice = false }: CheckedFile): FileProblem[] {
  if (kind === 'audio' && isVoice && !isVoiceNote(mimeType)) {
    const way = `Convert it (${TO_VOICE}), or send it as plain audio`;
    return [{ message: `is ${mimeType}, and a voice note must be Ogg with Opus, mono. ${way}` }];
  }
  const { types } = MEDIA_LIMITS[kind];
  if (types.includes(mimeType)) return [];
  const named = `is ${mimeType} by its content; WhatsApp takes as ${kind}: ${types.join(', ')}`;
  return [{ message: `${named}${toHint(kind, mimeType)}` }];
}

function checkSize(kind: MediaKind, { sizeBytes, isAnimated = true }: CheckedFile): FileProblem[] {
  if (sizeBytes === 0) return [{ message: 'is empty', actual: 0 }];
  const limit = kind === 'sticker' && !isAnimated ? STILL_STICKER_BYTES : MEDIA_LIMITS[kind].maxBytes;
  if (sizeBytes <= limit) return [];
  const isFile = kind !== 'document' && sizeBytes <= MEDIA_LIMITS.document.maxBytes && kind !== 'sticker';
  const way = isFile ? '. As a document it may have 100 MB' : '';
  return [{ message: `is too large: WhatsApp takes ${limit} bytes as ${kind}${way}`, limit, actual: sizeBytes }];
}

/** What WhatsApp would refuse about a file of this kind; messages go behind the name of a field. Pure. */
export function checkMediaFile(kind: MediaKind, file: CheckedFile): FileProblem[] {
  return file.sizeBytes === 0 ? checkSize(kind, file) : [...checkType(kind, file), ...checkSize(kind, file)];
}

/** Whether WhatsApp takes files of this type at all. */
export const isSendable = (mimeType: string): boolean =>
  Object.values(MEDIA_LIMITS).some(({ types }) => types.includes(mimeType));

/** What a file of this type is sent as when nobody says: the kind that shows it best. */
export function toKind(mimeType: string): MediaKind {
  if (mimeType === 'image/webp') return 'sticker';
  const kinds = ['image', 'video', 'audio'] as const;
  return kinds.find((kind) => mimeType.startsWith(`${kind}/`) && mimeType !== 'image/svg+xml') ?? 'document';
}
