export interface FrequencyView {
  /** Marketing messages the person had within the window. */
  readonly count: number;
  /** As many are allowed in any window. */
  readonly cap: number;
  readonly windowMs: number;
  /** Unix ms of the first of those counted. */
  readonly oldestAt: number | null;
}

export type FrequencyVerdict = { readonly ok: true } | { readonly ok: false; readonly until: number };

/**
 * May this person have one more? If not, `until` (unix ms, after now) is when the first of those counted leaves the
 * window; when the cap was lowered and more must leave, the answer then is a later `until`.
 */
export function decideFrequency({ count, cap, windowMs, oldestAt }: FrequencyView, nowMs: number): FrequencyVerdict {
  if (count < cap) return { ok: true };
  return { ok: false, until: Math.max(nowMs + 1, (oldestAt ?? nowMs) + windowMs) };
}
