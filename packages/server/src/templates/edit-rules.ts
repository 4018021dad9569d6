import type { TemplateChange } from '@wharf/whatsapp';
import type { TemplateState } from './state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PER_MONTH = 10;
const MONTH_MS = 30 * DAY_MS;
/** How far back edits count. */
export const EDITS_WITHIN_MS = MONTH_MS;

const APPROVED: ReadonlySet<string> = new Set(['APPROVED', 'FLAGGED']);

/** Meta takes edits of approved, rejected and paused templates; of a word not known here, Meta is asked. */
const CLOSED: Readonly<Record<string, string>> = {
  PENDING: 'Meta is reviewing this template. It can be changed when the review is over.',
  IN_APPEAL: 'Meta is looking at the appeal for this template. It can be changed when that is over.',
  PENDING_DELETION: 'This template is being deleted.',
  DELETED: 'This template was deleted.',
  DISABLED: 'Meta disabled this template for good. Make a new one.',
  ARCHIVED: 'This template is archived. Unarchive it in WhatsApp Manager first.',
  LIMIT_EXCEEDED: 'The account has as many templates as it may have. Delete unused ones, then make this one again.',
};

const isApproved = (status: string | null): boolean => APPROVED.has(status ?? '');

function decideRate(edits: readonly number[], nowMs: number): string | null {
  const until = (ms: number) => new Date(ms).toISOString();
  const recent = edits.filter((at) => at > nowMs - MONTH_MS).sort((a, b) => b - a);
  const [latest] = recent;
  if (latest !== undefined && latest > nowMs - DAY_MS) {
    return `An approved template can be changed once in 24 h. The next change is possible after ${until(latest + DAY_MS)}.`;
  }
  const tenth = recent[PER_MONTH - 1];
  if (tenth === undefined) return null;
  return `An approved template can be changed ${PER_MONTH} times in 30 days. The next change is possible after ${until(tenth + MONTH_MS)}.`;
}

/** Why a template in this state cannot be changed at all; null: Meta takes a change, or has a word not known here. */
export const decideEditState = (status: string | null): string | null =>
  status !== null && Object.hasOwn(CLOSED, status) ? (CLOSED[status] ?? null) : null;

export interface EditView {
  readonly state: Pick<TemplateState, 'status' | 'category'>;
  readonly change: TemplateChange;
  /** Times (unix ms) of the edits that were made here while it was approved. */
  readonly edits: readonly number[];
  readonly nowMs: number;
}

/** Why a template cannot be changed so now, and when or how it can; null: Meta may be asked. */
export function decideEdit({ state, change, edits, nowMs }: EditView): string | null {
  const { status, category } = state;
  const closed = decideEditState(status);
  if (closed !== null || !isApproved(status)) return closed;
  if (change.category !== undefined && change.category.toUpperCase() !== category?.toUpperCase()) {
    return 'The category of an approved template cannot be changed. Make a new template with the other category.';
  }
  return decideRate(edits, nowMs);
}
