export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker';

const MEDIA: readonly string[] = ['image', 'audio', 'video', 'document', 'sticker'] satisfies MediaKind[];

export function isMediaKind(value: string | undefined): value is MediaKind {
  return value !== undefined && MEDIA.includes(value);
}
