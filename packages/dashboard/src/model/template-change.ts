import type { TemplateChange } from '../api/types.ts';
import { asText } from './json.ts';
import { toQuality, toTemplateStatus, toWords } from './template-state.ts';

/** One line of a template's history in words. */
export interface ChangeView {
  title: string;
  detail: string | null;
  /** Good news, bad news, or neither. */
  ok: boolean | null;
}

const GOOD: ReadonlySet<string> = new Set(['APPROVED', 'GREEN']);
const BAD: ReadonlySet<string> = new Set(['REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED', 'RED', 'LIMIT_EXCEEDED']);

const toOk = (word: string): boolean | null => (GOOD.has(word) ? true : BAD.has(word) ? false : null);

type Words = (value: string) => string;

const FIELDS: Readonly<Record<string, { name: string; words: Words }>> = {
  status: { name: 'Status', words: (word) => toTemplateStatus(word).label },
  rejected_reason: { name: 'Reason of the rejection', words: toWords },
  quality: { name: 'Quality', words: (word) => toQuality(word)?.label.replace(' quality', '') ?? 'Not rated' },
  category: { name: 'Category', words: toWords },
  upcoming_category: { name: 'Announced category', words: toWords },
  ttl: { name: 'Time to deliver', words: (seconds) => `${seconds} s` },
  template_id: { name: 'Meta’s id', words: (id) => id },
};

/** Content is too long for a line: only that it changed is said. */
const WHOLE: Readonly<Record<string, string>> = { components: 'Content changed', edit: 'Change submitted to Meta' };

export function toChangeView(change: Pick<TemplateChange, 'field' | 'from' | 'to' | 'reason'>): ChangeView {
  const { field, reason } = change;
  const whole = Object.hasOwn(WHOLE, field) ? WHOLE[field] : undefined;
  if (whole !== undefined) return { title: whole, detail: reason, ok: null };
  const known = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  const { name, words } = known ?? { name: toWords(field), words: (value: string) => value };
  const [from, to] = [asText(change.from), asText(change.to)];
  const said = to === undefined ? 'taken back' : words(to);
  const before = from === undefined ? '' : ` (was ${words(from)})`;
  return { title: `${name}: ${said}${before}`, detail: reason, ok: to === undefined ? null : toOk(to) };
}
