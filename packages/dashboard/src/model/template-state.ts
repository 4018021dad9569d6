import type { StateView } from './delivery-state.ts';

/** Meta's words for the state of a template; `null` is one that has not been read yet. */
const STATUSES: Readonly<Record<string, StateView>> = {
  APPROVED: { label: 'Approved', tone: 'good', mark: '✓' },
  FLAGGED: { label: 'Flagged', tone: 'busy', mark: '!' },
  PENDING: { label: 'In review', tone: 'busy', mark: '◷' },
  IN_APPEAL: { label: 'In appeal', tone: 'busy', mark: '◷' },
  REJECTED: { label: 'Rejected', tone: 'bad', mark: '✕' },
  PAUSED: { label: 'Paused', tone: 'bad', mark: '❚❚' },
  DISABLED: { label: 'Disabled', tone: 'bad', mark: '✕' },
  LIMIT_EXCEEDED: { label: 'Over the limit', tone: 'bad', mark: '✕' },
  ARCHIVED: { label: 'Archived', tone: 'neutral', mark: '' },
  PENDING_DELETION: { label: 'Being deleted', tone: 'neutral', mark: '' },
  DELETED: { label: 'Deleted', tone: 'neutral', mark: '' },
};
const UNREAD: StateView = { label: 'Not read yet', tone: 'neutral', mark: '?' };

/** Those one filters by most. */
export const COMMON_STATUSES = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'FLAGGED', 'DISABLED', 'ARCHIVED'];

/** A word that Meta made after this page is shown as it is. */
export function toTemplateStatus(status: string | null): StateView {
  if (status === null) return UNREAD;
  return Object.hasOwn(STATUSES, status)
    ? (STATUSES[status] ?? UNREAD)
    : { label: toWords(status), tone: 'neutral', mark: '' };
}

const QUALITIES: Readonly<Record<string, StateView>> = {
  GREEN: { label: 'High quality', tone: 'good', mark: '' },
  YELLOW: { label: 'Medium quality', tone: 'busy', mark: '' },
  RED: { label: 'Low quality', tone: 'bad', mark: '!' },
};

/** Null: nobody has rated it yet. */
export function toQuality(quality: string | null): StateView | null {
  return quality !== null && Object.hasOwn(QUALITIES, quality) ? (QUALITIES[quality] ?? null) : null;
}

export const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION'];

/** `MARKETING` as “Marketing”, `IN_APPEAL` as “In appeal”. */
export function toWords(word: string): string {
  const words = word.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** `pt_BR` as “Brazilian Portuguese”; a code nobody knows stays as it is. */
export function toLanguageName(code: string): string {
  try {
    return LANGUAGES.of(code.replace('_', '-')) ?? code;
  } catch {
    return code;
  }
}
