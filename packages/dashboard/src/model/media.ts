import type { Media } from '../api/types.ts';

/** How a file is shown. */
export type MediaShow = 'picture' | 'video' | 'audio' | 'file' | 'waiting' | 'gone';

/** By what its content shows, not by what its sender says. */
export function decideShow({ state, type, url }: Pick<Media, 'state' | 'type' | 'url'>): MediaShow {
  if (state === 'referenced') return 'waiting';
  if (state !== 'stored' || url === null) return 'gone';
  const [family] = (type ?? '').split('/');
  if (family === 'image' && type !== 'image/svg+xml') return 'picture';
  if (family === 'video' || family === 'audio') return family;
  return 'file';
}

const WORDS: Readonly<Record<string, string>> = {
  image: 'Photo',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Sticker',
};

export const toMediaWord = (kind: string): string => (Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : 'File');

const GONE: Readonly<Record<string, string>> = {
  corrupt: 'What came was not what WhatsApp had announced.',
  lost: 'It could not be fetched.',
  deleted: 'It was deleted.',
};

/** Why there is nothing to show. */
export const toGoneWords = ({ state, reason }: Pick<Media, 'state' | 'reason'>): string =>
  reason ?? GONE[state] ?? 'It cannot be shown.';

/** What was deleted by a person stays so. */
export const canFetch = ({ state, messageId }: Pick<Media, 'state' | 'messageId'>): boolean =>
  messageId !== null && (state === 'lost' || state === 'corrupt');

const UNITS = ['bytes', 'kB', 'MB', 'GB'];

/** "812 bytes", "3.4 MB". */
export function toSize(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}
